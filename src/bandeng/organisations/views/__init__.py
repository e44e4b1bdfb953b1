"""Pages of posts and of administration."""
