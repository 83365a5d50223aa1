"""The app of the frame of every page."""

from django.apps import AppConfig


class FrameConfig(AppConfig):
    """Its name and label."""

    name = "qunjian_console.frame"
    label = "frame"
