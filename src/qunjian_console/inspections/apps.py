"""The app of inspections and findings."""

from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    """Its name and label."""

    name = "qunjian_console.inspections"
    label = "inspections"
