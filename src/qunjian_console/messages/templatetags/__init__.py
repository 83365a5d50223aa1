"""The tags of messages."""
