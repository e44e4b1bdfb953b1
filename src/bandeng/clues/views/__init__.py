"""Pages of clues, of fraud and of talks."""
