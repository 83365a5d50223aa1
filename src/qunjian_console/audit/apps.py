"""The app of the audit log."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Its name and label."""

    name = "qunjian_console.audit"
    label = "audit"
