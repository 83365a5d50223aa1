"""The app of reports."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Its name and label."""

    name = "qunjian_console.reports"
    label = "reports"
