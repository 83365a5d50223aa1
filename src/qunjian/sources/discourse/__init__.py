"""Reads Discourse: answers of its interface (topics, posts, categories) and the CSV files it exports."""
