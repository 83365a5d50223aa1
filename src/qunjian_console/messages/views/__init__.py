"""The pages of messages, a file per group."""
