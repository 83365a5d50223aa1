"""The pages of inspections, a file per group."""
