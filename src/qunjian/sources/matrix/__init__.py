"""Reads the JSON export of a room by Element, a client of Matrix."""
