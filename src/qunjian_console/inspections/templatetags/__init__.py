"""The tags of findings."""
