"""The app of the first page."""

from django.apps import AppConfig


class OverviewConfig(AppConfig):
    """Its name and label."""

    name = "qunjian_console.overview"
    label = "overview"
