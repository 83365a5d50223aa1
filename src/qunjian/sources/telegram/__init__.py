"""Reads the JSON export of Telegram Desktop."""
