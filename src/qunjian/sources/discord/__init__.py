"""Reads the JSON files of DiscordChatExporter."""
