"""Mapping files: any table, JSON or text log described by a page of YAML."""
