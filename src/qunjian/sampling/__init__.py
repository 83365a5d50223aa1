"""Sampling plans and seeded draws that anybody can repeat."""
