"""What a kind of job is: its name, its parameters, and the function that does the work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import msgspec
from django.core.exceptions import ImproperlyConfigured

from qunjian_console.bridge.errors import Phrase
from qunjian_console.gathering import gathered


class Watch(Protocol):
    """How work says where it is; raises when it was cancelled or another worker took over."""

    def __call__(self, step: Phrase, done: int, total: int | None = None) -> None: ...


@dataclass(frozen=True)
class Handler:
    """One kind of job. `run` must be idempotent: after a kill it is called again from its beginning.

    It gets the parameters and the watch, and returns what the page of the job shows (a small struct or dict of plain
    values), or None.
    """

    kind: str
    title: str
    parameters: type[msgspec.Struct]
    run: Callable[[Any, Watch], object]


class NoParameters(msgspec.Struct, frozen=True):
    """The parameters of a job that needs none."""


@cache
def handlers() -> dict[str, Handler]:
    """Return every handler by its kind, gathered from each app's `handlers.py`."""
    found: dict[str, Handler] = {}
    for handler in (handler for own in gathered("handlers", "HANDLERS") for handler in own):
        if handler.kind in found:
            raise ImproperlyConfigured(f"two kinds of job are named {handler.kind}")
        found[handler.kind] = handler
    return found
