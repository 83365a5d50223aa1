"""Reads what chatlog (sjzar/chatlog) writes: JSON, CSV and text of WeChat talks."""
