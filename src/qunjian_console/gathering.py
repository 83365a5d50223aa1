"""Gathers what each app says of itself in a module of an agreed name: rows, kinds, jobs, links."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule


def gathered(module: str, name: str) -> list[Any]:
    """Return the value `name` of `<app>/<module>.py` of every app of the console that has one, in the apps' order."""
    return [
        getattr(found, name)
        for config in apps.get_app_configs()
        if config.name.startswith("qunjian_console.") and module_has_submodule(config.module, module)
        for found in (import_module(f"{config.name}.{module}"),)
        if hasattr(found, name)
    ]
