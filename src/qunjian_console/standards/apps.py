"""The app of standards."""

from django.apps import AppConfig


class StandardsConfig(AppConfig):
    """Its name and label."""

    name = "qunjian_console.standards"
    label = "standards"
