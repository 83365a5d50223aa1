"""The migrations of standards, in their order."""
