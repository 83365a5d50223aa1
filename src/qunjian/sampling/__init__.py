"""Sampling plans and draws (empty until the review work builds it)."""
