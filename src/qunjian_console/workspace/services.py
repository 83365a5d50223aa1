"""Changes to the workspace's own settings."""

from __future__ import annotations

import msgspec
from django.db import transaction

from qunjian_console.audit.services import Actor, record
from qunjian_console.bridge.purposes import Purpose, state, stated
from qunjian_console.workspace.entries import STATED


@transaction.atomic
def restate(purpose: Purpose, actor: Actor) -> None:
    """State purpose, basis, notice and retention anew; the file is written last, when the entry stands."""
    before = stated()
    if before != purpose:
        record(
            STATED, actor, subject="workspace", before=msgspec.structs.asdict(before),
            after=msgspec.structs.asdict(purpose),
        )  # fmt: skip
        state(purpose)
