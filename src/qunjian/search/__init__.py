"""Full-text search over messages (empty until the console builds it)."""
