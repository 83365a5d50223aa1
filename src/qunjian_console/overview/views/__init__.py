"""The pages of overview, a file per group."""
