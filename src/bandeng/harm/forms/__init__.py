"""Forms of the work on alerts."""
