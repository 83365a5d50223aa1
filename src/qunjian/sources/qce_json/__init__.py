"""QQ Chat Exporter (V4, V5 and later): JSON in one file, or JSON Lines in chunks with a manifest."""
