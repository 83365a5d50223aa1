"""The text LINE writes of a chat."""
