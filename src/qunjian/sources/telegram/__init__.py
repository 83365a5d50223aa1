"""The telegram format."""
