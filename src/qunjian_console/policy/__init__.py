"""Who may do what: roles, one table of all routes, and the guard that enforces it."""
