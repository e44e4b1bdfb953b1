"""Writes of clues, of openings, of warnings and of talks."""
