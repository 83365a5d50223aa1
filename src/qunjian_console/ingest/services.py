"""Changes to uploads: take files over, say how to read them, look at them, start their import, discard them."""

from __future__ import annotations

import datetime as dt
import shutil
import time
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from qunjian_console.audit.services import record
from qunjian_console.bridge.glances import NOT_NAMES, NOT_TEXT, Looker
from qunjian_console.bridge.imports import known_files
from qunjian_console.bridge.mappings import draft_page, keep, keep_as, page_of
from qunjian_console.ingest import staging
from qunjian_console.ingest.entries import DISCARDED, HANDED_IN, MAPPING_KEPT, STARTED, UNDO_ASKED
from qunjian_console.ingest.handlers import IMPORT, UNDO, ImportWish, UndoWish
from qunjian_console.ingest.models import Stage, StagedFile, Undoing, Upload
from qunjian_console.ingest.reading import looker_of, manner_of, place_of
from qunjian_console.jobs.models import OPEN, Job
from qunjian_console.jobs.services import enqueue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from qunjian_console.audit.services import Actor
    from qunjian_console.bridge.glances import Manner
    from qunjian_console.bridge.mappings import Draft
    from qunjian_console.ingest.receiving import Arrived

_FORGOTTEN = dt.timedelta(days=7)  # an upload nobody imports
_STRAY = dt.timedelta(days=1)


@transaction.atomic
def begin(actor: Actor) -> Upload:
    """Begin an upload."""
    sweep()
    return Upload.objects.create(by=actor.person or 0)


@transaction.atomic
def take_over(upload: Upload, arrived: Sequence[tuple[Arrived, str]], actor: Actor) -> int:
    """Put files that arrived, each with its path as its sender wrote it, into an upload; returns how many."""
    upload = Upload.objects.select_for_update().get(pk=upload.pk)
    taken = set(upload.files.values_list("folded", flat=True))
    number = upload.files.order_by("-number").values_list("number", flat=True).first() or 0
    rows: list[StagedFile] = []
    for file, written in arrived:
        path = staging.safe_path(written)
        if _left_out(path):
            upload.left_out += 1
            continue
        number += 1
        place = _placed(upload, file.path, path, number, taken)
        rows.append(
            StagedFile(
                upload=upload,
                number=number,
                name=place,
                place=f"tree/{place}",
                folded=staging.folded(place),
                size=file.length,
                digest=file.digest,
            )
        )
    StagedFile.objects.bulk_create(rows)
    upload.files_count += len(rows)
    size = sum(row.size for row in rows)
    upload.bytes += size
    # What one file is taken for may depend on another beside it.
    upload.files.exclude(glance="").update(glance="")
    upload.save(update_fields=["files_count", "bytes", "left_out"])
    if rows:
        record(
            HANDED_IN, actor, subject=f"upload:{upload.pk}",
            after={"files": len(rows), "bytes": size, "names": [row.name for row in rows[:20]]},
        )  # fmt: skip
    return len(rows)


def _left_out(path: str) -> bool:
    name = path.rpartition("/")[2]
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    return ending in NOT_TEXT or name in NOT_NAMES or name.startswith(("._", "~$"))


def _placed(upload: Upload, arrived: Path, path: str, number: int, taken: set[str]) -> str:
    """Move a file to its place; where another has the name, this one gets a number."""
    tried = path
    for again in range(2, 1000):
        if staging.folded(tried) not in taken:
            target = staging.tree(upload.pk) / tried
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                if not target.exists():
                    arrived.replace(target)
                    taken.add(staging.folded(tried))
                    return tried
            except (FileExistsError, NotADirectoryError):  # a file is called as another's folder
                tried = f"{number}/{path.rpartition('/')[2]}"
                continue
        tried = staging.other_name(path, again)
    raise FileExistsError(path)


def examine(upload: Upload, seconds: float | None = None) -> int:
    """Look at files that were not looked at yet, for a while; returns how many are left."""
    waiting = list(upload.files.filter(glance="").order_by("number")[:2000])
    if not waiting:
        return 0
    seconds = settings.LOOKING_SECONDS if seconds is None else seconds
    looker, until = looker_of(upload), time.monotonic() + seconds
    known = known_files(file.digest for file in waiting)
    done: list[StagedFile] = []
    for file in waiting:
        done.append(_examined(upload, file, looker, known.get(file.digest, ("", ""))))
        if time.monotonic() > until:
            break
    StagedFile.objects.bulk_update(done, ["glance", "place"], batch_size=200)
    return upload.files.filter(glance="").count()


def _examined(upload: Upload, file: StagedFile, looker: Looker, earlier: tuple[str, str]) -> StagedFile:
    glance = looker.glance(place_of(file))
    if glance.table and file.place.startswith("tree/"):  # a table of decisions is not read as a chat export
        tables = staging.folder_of(upload.pk) / "tables"
        tables.mkdir(exist_ok=True)
        ending = place_of(file).suffix
        shutil.move(place_of(file), tables / f"{file.number}{ending}")
        file.place = f"tables/{file.number}{ending}"
    file.glance = msgspec.json.encode(
        msgspec.structs.replace(glance, earlier=earlier[0], earlier_name=earlier[1])
    ).decode()
    return file


@transaction.atomic
def choose(upload: Upload, manner: Manner) -> None:
    """Say how the files are to be read; they are looked at anew."""
    upload.forced, upload.community, upload.zone, upload.me = (
        manner.forced, manner.community, manner.zone, manner.me,
    )  # fmt: skip
    upload.save(update_fields=["forced", "community", "zone", "me"])
    upload.files.filter(place__startswith="tree/").update(glance="")


@transaction.atomic
def keep_draft(file: StagedFile, draft: Draft, actor: Actor) -> str:
    """Keep a draft as a new mapping; its upload is looked at anew, read by it where it would not be found."""
    page = draft_page(draft, file.name)
    record(
        MAPPING_KEPT, actor, subject=f"mapping:{draft.id}",
        after={"id": draft.id, "digest": sha256(page.encode()).hexdigest()},
    )  # fmt: skip
    kept = keep(page, anew=True)
    upload = file.upload
    forced = upload.forced or ("" if draft.found and upload.files_count > 1 else f"mapping:{kept}")
    choose(upload, msgspec.structs.replace(manner_of(upload), forced=forced))
    examine(upload)
    return kept


@transaction.atomic
def keep_page(name: str, page: str, actor: Actor) -> None:
    """Put another text in the place of a mapping file; the id it is found by stays."""
    page = page.replace("\r\n", "\n")
    before = sha256((page_of(name) or "").encode()).hexdigest()
    after = {"id": name, "digest": sha256(page.encode()).hexdigest()}
    record(MAPPING_KEPT, actor, subject=f"mapping:{name}", before={"digest": before}, after=after)
    keep_as(name, page)


def settled(upload: Upload) -> bool:
    """Return whether nothing is being done with an upload just now, and it was not imported yet."""
    if upload.stage == Stage.DONE:
        return False
    return upload.job is None or not Job.objects.filter(pk=upload.job, state__in=OPEN).exists()


@transaction.atomic
def start(upload: Upload, actor: Actor, only: tuple[str, ...] | None) -> bool:
    """Start the import of an upload; False where it is under way or done, or holds nothing."""
    upload = Upload.objects.select_for_update().get(pk=upload.pk)
    if not settled(upload) or not upload.files_count:
        return False
    job = enqueue(IMPORT.kind, ImportWish(str(upload.pk), only), actor, once=f"ingest:{upload.pk}")
    upload.stage, upload.job = Stage.STARTED, job.pk
    upload.save(update_fields=["stage", "job"])
    record(
        STARTED, actor, subject=f"upload:{upload.pk}",
        after={"files": upload.files_count, "format": upload.forced, "zone": upload.zone,
               "community": upload.community, "me": upload.me},
    )  # fmt: skip
    return True


@transaction.atomic
def discard(upload: Upload, actor: Actor) -> bool:
    """Throw an upload away; False where its import is under way or done."""
    upload = Upload.objects.select_for_update().get(pk=upload.pk)
    if not settled(upload):
        return False
    record(DISCARDED, actor, subject=f"upload:{upload.pk}", after={"files": upload.files_count})
    transaction.on_commit(lambda where=upload.pk: staging.clear(where))  # type: ignore[misc]
    upload.delete()
    return True


@transaction.atomic
def remove(file: StagedFile, actor: Actor) -> bool:
    """Take one file out of an upload."""
    upload = Upload.objects.select_for_update().get(pk=file.upload_id)
    if not settled(upload):
        return False
    place = place_of(file)
    transaction.on_commit(lambda: place.unlink(missing_ok=True))
    upload.files_count -= 1
    upload.bytes -= file.size
    upload.save(update_fields=["files_count", "bytes"])
    file.delete()
    upload.files.exclude(glance="").update(glance="")
    record(DISCARDED, actor, subject=f"upload:{upload.pk}", after={"files": 1})
    return True


@transaction.atomic
def ask_undo(import_id: str, reason: str, actor: Actor) -> Undoing:
    """Have an import taken back; asked twice, it is done once."""
    undoing, made = Undoing.objects.get_or_create(
        import_id=import_id, defaults={"by": actor.person or 0, "reason": reason}
    )
    ended = undoing.job is not None and not Job.objects.filter(pk=undoing.job, state__in=OPEN).exists()
    if made or ended:
        undoing.by, undoing.reason, undoing.at = actor.person or 0, reason, timezone.now()
        undoing.job = enqueue(UNDO.kind, UndoWish(import_id), actor, once=f"undo:{import_id}").pk
        undoing.save()
        record(UNDO_ASKED, actor, subject=f"import:{import_id}", after={"import_id": import_id, "reason": reason})
    return undoing


def sweep() -> None:
    """Remove uploads nobody imported for a week, and what was left behind on the disk."""
    now = timezone.now()
    for upload in Upload.objects.filter(created__lt=now - _FORGOTTEN).exclude(stage=Stage.DONE):
        if settled(upload):
            staging.clear(upload.pk)
            upload.delete()
    known = {str(one) for one in Upload.objects.exclude(stage=Stage.DONE).values_list("pk", flat=True)}
    for folder in _folders():
        if folder.name not in known and folder.stat().st_mtime < (now - _STRAY).timestamp():
            shutil.rmtree(folder, ignore_errors=True)


def _folders() -> Iterable[Path]:
    home = staging.home()
    return list(home.iterdir()) if home.is_dir() else []
