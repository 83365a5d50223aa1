"""The jobs of imports: bring an upload into the lake, take an import back."""

from __future__ import annotations

import msgspec
from django.db import transaction

from qunjian_console.audit.services import PROGRAM, record
from qunjian_console.bridge.errors import Phrase
from qunjian_console.bridge.imports import Brought, bring, take_back
from qunjian_console.bridge.quality import look_for_signs
from qunjian_console.ingest import staging
from qunjian_console.ingest.entries import IMPORTED, UNDONE
from qunjian_console.ingest.models import Stage, Upload
from qunjian_console.ingest.reading import manner_of, paths_of, tables_of
from qunjian_console.jobs.handling import Handler, NoParameters, Watch
from qunjian_console.jobs.services import enqueue
from qunjian_console.language import say


class ImportWish(msgspec.Struct, frozen=True):
    """Which upload; `only`: the communities its person may bring, None for all."""

    upload: str
    only: tuple[str, ...] | None = None


class UndoWish(msgspec.Struct, frozen=True):
    """Which import."""

    import_id: str


class Undone(msgspec.Struct, frozen=True):
    """How many rows vanished, and how many other imports still hold."""

    removed: int
    copied: int


def _import(wish: ImportWish, watch: Watch) -> Brought:
    """Import an upload; a worker that was killed in between loses nothing and brings nothing twice."""
    upload = Upload.objects.get(pk=wish.upload)
    # What was imported by a worker that died right after it is found by its mark, and its files may be gone.
    brought = bring(paths_of(upload), tables_of(upload), manner_of(upload), wish.upload, wish.only, watch)
    with transaction.atomic():
        upload.stage, upload.import_id = Stage.DONE, brought.import_id
        upload.save(update_fields=["stage", "import_id"])
        record(IMPORTED, PROGRAM, subject=f"import:{brought.import_id}", after=msgspec.to_builtins(brought))
        upload.files.all().delete()
        enqueue(LOOK.kind, NoParameters(), PROGRAM, once=LOOK.kind)
        transaction.on_commit(lambda: staging.clear(upload.pk))
    return brought


def _undo(wish: UndoWish, _: Watch) -> Undone:
    removed, copied = take_back(wish.import_id)
    with transaction.atomic():
        record(
            UNDONE, PROGRAM, subject=f"import:{wish.import_id}",
            after={"import_id": wish.import_id, "removed": removed, "copied": copied},
        )  # fmt: skip
        enqueue(LOOK.kind, NoParameters(), PROGRAM, once=LOOK.kind)
    return Undone(removed, copied)


class Looked(msgspec.Struct, frozen=True):
    """How many signs there are."""

    signs: int


def _look(_: NoParameters, watch: Watch) -> Looked:
    watch(_LOOKING, 0)
    return Looked(look_for_signs())


_LOOKING = Phrase("看记录有没有缺口和改动", "looking for holes and changes in the record")
IMPORT = Handler("ingest.import", say("导入", "Import"), ImportWish, _import)
UNDO = Handler("ingest.undo", say("撤销导入", "Take an import back"), UndoWish, _undo)

LOOK = Handler("ingest.look", say("看完整性迹象", "Look for signs of missing data"), NoParameters, _look)

HANDLERS = (IMPORT, UNDO, LOOK)
