"""Rosters: who is in a community, as a table."""
