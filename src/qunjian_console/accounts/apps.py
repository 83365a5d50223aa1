"""The app of people."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Its name and label."""

    name = "qunjian_console.accounts"
    label = "accounts"
