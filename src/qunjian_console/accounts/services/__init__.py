"""Everything that changes accounts; each call is one transaction and one audit entry."""
