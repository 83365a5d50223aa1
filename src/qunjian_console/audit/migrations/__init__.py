"""The migrations of audit, in their order."""
