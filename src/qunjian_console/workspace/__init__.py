"""The workspace itself: first run, purpose, retention, check of the audit log."""
