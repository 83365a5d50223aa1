"""Mapping files: any table, JSON, XML or text log described by a page of YAML."""
