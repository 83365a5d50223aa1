"""The tables of inspections, one file per change."""
