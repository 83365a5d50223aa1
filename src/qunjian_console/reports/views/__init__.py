"""The pages of reports, a file per group."""
