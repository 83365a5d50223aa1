"""QQ Chat Exporter, plain text."""
