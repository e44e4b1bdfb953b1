"""Writes of organisations, posts and tokens, by noun."""
