"""Checkpoints kept apart from the database: one line per entry, so that a shortened or replaced log is noticed."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from django.conf import settings

from qunjian_console.audit.chain import checkpoint_seal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LOG = logging.getLogger(__name__)


def write_checkpoint(number: int, mac: str) -> None:
    """Append one line, whole or not at all; a full disk must not undo what is committed already."""
    path: Path = settings.AUDIT_CHECKPOINTS
    line = f"{number} {mac} {checkpoint_seal(number, mac)}\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line.encode())
        finally:
            os.close(descriptor)
    except OSError:
        _LOG.exception("the checkpoint of audit entry %d could not be written", number)


def checkpoints() -> Iterator[tuple[int, str, str]]:
    """Yield number, mac and seal of every whole line; a line cut short by a crash is left out."""
    path: Path = settings.AUDIT_CHECKPOINTS
    if not path.exists():
        return
    with path.open(encoding="ascii", errors="replace") as lines:
        for line in lines:
            words = line.split()
            if len(words) == 3 and words[0].isdigit() and line.endswith("\n"):
                yield int(words[0]), words[1], words[2]
