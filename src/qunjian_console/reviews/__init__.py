"""Reviews: what was drawn to be looked at by people, who decided what, and what those concerned say to it."""
