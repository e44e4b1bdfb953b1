"""Template tags of the five-colour map."""
