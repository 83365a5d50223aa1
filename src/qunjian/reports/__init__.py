"""Reports: a preset is a list of parts, build makes a value, renderers only draw it."""
