"""The jobs of the workspace: the demo, and the check of the audit log."""

from __future__ import annotations

import msgspec
from django.db import transaction

from qunjian_console.audit.entries import VERIFIED
from qunjian_console.audit.services import PROGRAM, record
from qunjian_console.audit.verifying import verify
from qunjian_console.bridge.albums import draw
from qunjian_console.bridge.demonstrations import Filled, fill_with_demo
from qunjian_console.jobs.handling import Handler, NoParameters, Watch
from qunjian_console.language import Language, say


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


DEMO = Handler("workspace.demo", say("装入演示数据", "Load the demo data"), DemoWish, _demo)
VERIFY = Handler("workspace.verify_audit", say("校验审计记录", "Verify the audit log"), NoParameters, _verify)

HANDLERS = (DEMO, VERIFY)
