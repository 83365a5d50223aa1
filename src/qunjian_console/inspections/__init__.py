"""Inspections: run, schedule, compare; their findings: list, look, silence."""
