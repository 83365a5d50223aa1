"""Tags of the review pages."""
