"""网格指数、考核评价: the work of posts, drafted, objected to, signed and appealed."""
