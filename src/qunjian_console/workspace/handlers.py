"""The jobs of the workspace: the demo, and the check of the audit log."""

from __future__ import annotations

import msgspec
from django.db import transaction

from qunjian_console.audit.entries import VERIFIED
from qunjian_console.audit.services import PROGRAM, Actor, record
from qunjian_console.audit.verifying import verify
from qunjian_console.bridge.albums import draw
from qunjian_console.bridge.demonstrations import Filled, fill_with_demo
from qunjian_console.bridge.keeping import back_up, is_sound
from qunjian_console.jobs.handling import Handler, NoParameters, Watch
from qunjian_console.language import Language, say
from qunjian_console.workspace.entries import BACKED_UP, BACKUP_CHECKED


class DemoWish(msgspec.Struct, frozen=True):
    """In which language the demo's report is written."""

    language: Language = "zh"


class Verified(msgspec.Struct, frozen=True):
    """What a check of the audit log found."""

    entries: int
    erased: int
    problems: int
    told: tuple[str, ...]


def _demo(wish: DemoWish, watch: Watch) -> Filled:
    filled = fill_with_demo(wish.language, watch)
    draw(None, watch)  # what the first page shows
    return filled


def _verify(_: NoParameters, watch: Watch) -> Verified:
    verdict = verify()
    problems = len(verdict.problems) + verdict.untold
    with transaction.atomic():
        record(VERIFIED, PROGRAM, subject="audit", after={"entries": verdict.entries, "problems": problems})
    return Verified(verdict.entries, verdict.erased, problems, tuple(map(str, verdict.problems)))


class ByPerson(msgspec.Struct, frozen=True):
    """Who asked."""

    by: int | None = None


class OneBackup(msgspec.Struct, frozen=True):
    """Which backup."""

    name: str


def _backup(wish: ByPerson, watch: Watch) -> dict[str, object]:
    made = back_up(watch)
    told = {"name": made.name, "messages": made.messages, "audit_entries": made.audit_entries, "bytes": made.bytes}
    with transaction.atomic():
        record(BACKED_UP, Actor(wish.by), subject="backup", after=told)
    return told


def _check(wish: OneBackup, watch: Watch) -> dict[str, object]:
    sound = is_sound(wish.name)
    with transaction.atomic():
        outcome = "sound" if sound else "damaged"
        record(BACKUP_CHECKED, PROGRAM, subject="backup", after={"name": wish.name, "outcome": outcome})
    return {"name": wish.name, "sound": sound}


BACKUP = Handler("workspace.backup", say("备份", "Back up"), ByPerson, _backup)
CHECK_BACKUP = Handler("workspace.check_backup", say("校验备份", "Check a backup"), OneBackup, _check)
DEMO = Handler("workspace.demo", say("装入演示数据", "Load the demo data"), DemoWish, _demo)
VERIFY = Handler("workspace.verify_audit", say("校验审计记录", "Verify the audit log"), NoParameters, _verify)

HANDLERS = (DEMO, VERIFY, BACKUP, CHECK_BACKUP)
