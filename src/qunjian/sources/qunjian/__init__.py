"""Reads Qunjian's own exports: JSON Lines, CSV, Parquet."""
