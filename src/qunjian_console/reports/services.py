"""Keeps reports and what happens to them: built, looked at, downloaded, deleted; each with its audit entry."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from qunjian_console.audit.services import PROGRAM, Actor, record
from qunjian_console.bridge.reports import archive
from qunjian_console.reports.entries import BUILT, DOWNLOADED, DRAWN, ERASED, VIEWED
from qunjian_console.reports.models import Covered, Report, ReportFile, Schedule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian_console.audit.kinds import Kind
    from qunjian_console.bridge.reports import Made, MadeFile, Wish


class DamagedError(Exception):
    """A file of the archive is not there any more, or is not what was built."""


def kept(report: str) -> bool:
    """Return whether a report stands in the archive."""
    return Report.objects.filter(pk=report).exists()


@transaction.atomic
def keep(
    report: str, wish: Wish, made: Made, *, everything: bool, by: int | None, schedule: int | None, preset: str = ""
) -> None:
    """Put a built report into the archive, under the wish's preset unless another is named."""
    standing = Schedule.objects.filter(pk=schedule).first() if schedule is not None else None
    row = Report.objects.create(
        pk=report, preset=preset or wish.preset, title=made.title[:200], period=made.period, first=made.first,
        last=made.last, language=wish.language, standard=made.standard, standard_title=made.standard_title[:300],
        version=made.version, run=made.run or "", everything=everything, pseudonymous=wish.pseudonyms,
        messages=made.messages, findings=made.findings, policy=made.policy, by=by, schedule=standing,
    )  # fmt: skip
    told = wish.communities or made.communities
    Covered.objects.bulk_create(Covered(report=row, community=community) for community in told)
    _add_files(row, made.files)
    record(
        BUILT, Actor(by) if by is not None else PROGRAM, subject=f"report:{row.pk}", community=_only(wish.communities),
        after=_told(row) | {
            "preset": row.preset, "standard": row.standard, "version": row.version, "run": row.run,
            "pseudonymous": row.pseudonymous, "everything": everything, "communities": len(told),
            "files": {each.form: each.sha256 for each in made.files}, "schedule": schedule,
        },
    )  # fmt: skip


def _only(communities: Sequence[str]) -> str:
    return communities[0] if len(communities) == 1 else ""


def _told(report: Report) -> dict[str, object]:
    return {"title": report.title, "period": report.period}


def _add_files(report: Report, files: Sequence[MadeFile]) -> None:
    ReportFile.objects.bulk_create(ReportFile(report=report, form=f.form, size=f.size, sha256=f.sha256) for f in files)


@transaction.atomic
def keep_drawn(report: str, files: Sequence[MadeFile]) -> None:
    """Add formats that were drawn later."""
    row = Report.objects.select_for_update().get(pk=report)
    row.files.filter(form__in=[each.form for each in files]).delete()
    _add_files(row, files)
    record(DRAWN, PROGRAM, subject=f"report:{row.pk}", after=_told(row) | {"files": {f.form: f.sha256 for f in files}})


def view(report: Report, actor: Actor) -> bytes:
    """Return the page of a report, unaltered, and note who looked at it."""
    return _handed_out(report, "html", actor, VIEWED)


def download(report: Report, form: str, actor: Actor) -> bytes:
    """Return a file of a report, unaltered, and note who took it."""
    return _handed_out(report, form, actor, DOWNLOADED)


@transaction.atomic
def _handed_out(report: Report, form: str, actor: Actor, kind: Kind) -> bytes:
    file = report.files.get(form=form)
    try:
        body = (archive(str(report.pk)) / f"report.{form}").read_bytes()
    except OSError as error:
        raise DamagedError from error
    if hashlib.sha256(body).hexdigest() != file.sha256:
        raise DamagedError
    more = {"form": form, "pseudonymous": report.pseudonymous} if kind is DOWNLOADED else {}
    record(kind, actor, subject=f"report:{report.pk}", after=_told(report) | {"sha256": file.sha256} | more)
    return body


@transaction.atomic
def erase(report: Report, why: str, actor: Actor) -> None:
    """Delete the files of a report for good; its row stays and says who did it, when and why."""
    row = Report.objects.select_for_update().get(pk=report.pk)
    if row.erased is not None:
        return
    files = {each.form: each.sha256 for each in row.files.all()}
    row.erased, row.erased_by, row.erased_why = timezone.now(), actor.person, why
    row.save(update_fields=["erased", "erased_by", "erased_why"])
    record(ERASED, actor, subject=f"report:{row.pk}", after=_told(row) | {"files": files, "why": why})
    transaction.on_commit(lambda: shutil.rmtree(archive(str(row.pk)), ignore_errors=True))
