"""The migrations of accounts, in their order."""
