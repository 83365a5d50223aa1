"""The pages of communities, a file per group."""
