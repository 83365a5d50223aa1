"""Reads the standard JSON of Wetrace Plus: many WeChat talks in one file."""
