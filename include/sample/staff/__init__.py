"""Teams, posts, who held them, and whose case it was."""
