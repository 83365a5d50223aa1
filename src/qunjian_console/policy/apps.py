"""Registers the policy table's own check with Django."""

from django.apps import AppConfig
from django.core.checks import register

from qunjian_console.policy.table import check_routes


class PolicyConfig(AppConfig):
    """The app of roles and routes; it has no rows in the database."""

    name = "qunjian_console.policy"
    label = "policy"

    def ready(self) -> None:
        register(check_routes)
