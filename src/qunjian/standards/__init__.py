"""Operating standards: schema, loading, differences, and import from the sheets a team has."""
