"""The pages of jobs, a file per group."""
