"""Migrations of the app of reports."""
