"""Aggregates by member and local day, the ground that indicators stand on."""
