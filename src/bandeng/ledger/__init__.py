"""事件账: every app's records in one append-only log of signed rows, and the figures counted from it."""
