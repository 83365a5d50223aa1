"""Changes to reviews: each one transaction and one audit entry."""
