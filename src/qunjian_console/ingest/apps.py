"""The app of imports, mappings and data quality."""

from django.apps import AppConfig


class IngestConfig(AppConfig):
    """Its name and label."""

    name = "qunjian_console.ingest"
    label = "ingest"
