"""Names the app to Django."""

from django.apps import AppConfig


class CommunitiesConfig(AppConfig):
    """The communities the team runs; their facts come from the engine."""

    name = "qunjian_console.communities"
    label = "communities"
