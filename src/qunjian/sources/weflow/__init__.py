"""Reads what WeFlow and EchoTrace write: one WeChat talk as JSON."""
