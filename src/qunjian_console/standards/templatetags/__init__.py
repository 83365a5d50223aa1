"""Template tags of standards."""
