"""The pages of standards, a file per group."""
