"""Papers: words and figures set as PDF/A that also a screen reader can read."""
