"""Operating standards: read, tried on texts, drafted, published and announced."""
