"""The migrations of jobs, in their order."""
