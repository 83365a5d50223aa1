"""The pages of audit, a file per group."""
