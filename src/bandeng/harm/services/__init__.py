"""Writes of enterprises, of alerts and of what is kept about them."""
