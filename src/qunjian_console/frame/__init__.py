"""The frame of every page: language, theme, tags, headers."""
