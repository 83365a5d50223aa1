"""Reads Slack: export archives and raw event lines."""
