"""The pages of reviews, a file per group."""
