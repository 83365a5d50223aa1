"""Feedback mined from messages and surveys (empty until its issue builds it)."""
