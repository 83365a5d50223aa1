"""The migrations of reviews, in their order."""
