"""Export formats: one folder per format, and the documents they are read from."""
