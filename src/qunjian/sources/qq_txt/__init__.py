"""QQ's own text export of message records."""
