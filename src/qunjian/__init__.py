"""Qunjian (群鉴): quality inspection for community operations, the engine."""

__version__ = "0.1.0"
