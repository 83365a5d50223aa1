"""The app of the workspace."""

from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    """Its name and label."""

    name = "qunjian_console.workspace"
    label = "workspace"
