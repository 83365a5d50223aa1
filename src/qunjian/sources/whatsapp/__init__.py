"""Reads the chats WhatsApp exports as text."""
