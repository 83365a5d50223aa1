"""Brings chat exports in: upload, detection, preview, import, report, undo."""
