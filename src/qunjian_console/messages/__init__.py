"""Messages: one in its context with what was found in it, and search; every look at them is an audit entry."""
