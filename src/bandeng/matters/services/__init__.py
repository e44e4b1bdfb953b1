"""Writes to matters; the app's door for others."""
