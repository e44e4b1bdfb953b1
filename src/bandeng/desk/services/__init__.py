"""Acts of the desk that are made of lower apps' services."""
