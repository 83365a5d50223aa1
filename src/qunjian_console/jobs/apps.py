"""The app of long work."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Its name and label."""

    name = "qunjian_console.jobs"
    label = "jobs"
