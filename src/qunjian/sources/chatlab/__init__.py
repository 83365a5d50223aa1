"""Reads the ChatLab format, JSON and JSON Lines."""
