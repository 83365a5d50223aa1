"""Text copied out of WeChat's own windows, or sent by its mail function."""
