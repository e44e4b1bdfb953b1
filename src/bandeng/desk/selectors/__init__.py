"""Reads of the desk: what its pages show of lower apps, a page in a few queries."""
