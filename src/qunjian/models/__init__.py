"""Trained text models (empty until the content work builds them)."""
