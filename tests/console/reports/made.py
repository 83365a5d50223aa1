"""Reports and schedules of the tests' world, put straight into the archive."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.utils import timezone

from qunjian_console.accounts.models import User
from qunjian_console.bridge.reports import archive
from qunjian_console.reports.models import Covered, Report, ReportFile, Schedule

PAGE = b"<!doctype html><title>t</title><p>report</p>"


def report_of(
    *communities: str, everything: bool = False, page: bytes = PAGE, policy: str = "default-src 'none'"
) -> Report:
    made = Report.objects.create(
        preset="weekly", title="社群质检周报", period="2026-W46", first=dt.date(2026, 11, 9),
        last=dt.date(2026, 11, 15), language="zh", standard="general", standard_title="通用社群运营标准",
        version="1.0@x", run="20261116-000000-aaaa",
        everything=everything, pseudonymous=False, messages=100, findings=3, policy=policy,
    )  # fmt: skip
    Covered.objects.bulk_create(Covered(report=made, community=each) for each in communities)
    folder = archive(str(made.pk))
    folder.mkdir(parents=True)
    (folder / "report.html").write_bytes(page)
    ReportFile.objects.create(report=made, form="html", size=len(page), sha256=hashlib.sha256(page).hexdigest())
    return made


def schedule_of(community: str, person: User) -> Schedule:
    soon = timezone.now() + dt.timedelta(days=1)
    return Schedule.objects.create(
        preset="weekly", communities=[community], by=person.pk, next_run=soon, missed=["2026-W40"]
    )
