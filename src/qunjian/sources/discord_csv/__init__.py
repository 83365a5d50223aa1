"""Reads the CSV files of DiscordChatExporter."""
