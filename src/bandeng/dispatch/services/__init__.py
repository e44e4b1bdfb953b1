"""Writes of dispatch; the app's door for others."""
