"""Fetches exports from an address that people named: capped in size and time, and never elsewhere."""
