"""The app of messages."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """Its name and label; Django's own app of notices to the reader is called messages too."""

    name = "qunjian_console.messages"
    label = "spoken"
