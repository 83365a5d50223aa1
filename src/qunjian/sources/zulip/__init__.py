"""Reads the export of a Zulip organisation."""
