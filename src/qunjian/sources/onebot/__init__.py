"""OneBot 11 and 12: what a bot in the group received, event by event."""
