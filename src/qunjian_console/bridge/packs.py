"""Makes compliance packs: the engine's files together with an extract of the console's audit log."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING

from qunjian.model.language import Phrase
from qunjian.model.periods import parse_period
from qunjian.model.progress import silent
from qunjian.runs.compliance_pack import compliance_pack
from qunjian_console.bridge.opening import workspace
from qunjian_console.bridge.reports import Made, MadeFile, Wish, archive

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qunjian.model.progress import Progress

_TITLE = Phrase("合规包", "Compliance pack")


def span(period: str) -> tuple[dt.datetime, dt.datetime]:
    """Return the instants between which a period lies in the workspace's zone."""
    return parse_period(period).bounds(workspace().settings.zone)


def build_pack(wish: Wish, report: str, told: str, more: Mapping[str, bytes], progress: Progress = silent) -> Made:
    """Write the pack as report.zip into the archive; its standard, run and hashes come back."""
    opened = workspace()
    now = opened.clock().astimezone(dt.UTC)
    pack = compliance_pack(opened, wish, f"made: {now:%Y-%m-%dT%H:%M:%SZ}\n{told}\n", more, progress)
    folder = archive(report)
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / "report.zip.draft"
    draft.write_bytes(pack.body)
    draft.replace(folder / "report.zip")
    said = pack.report
    return Made(
        _TITLE.said(wish.language), said.period, dt.date.fromisoformat(said.first),
        dt.date.fromisoformat(said.last), said.standard, said.version, said.standard_title, pack.run, pack.communities,
        pack.messages, pack.findings, "", (MadeFile("zip", len(pack.body), hashlib.sha256(pack.body).hexdigest()),),
    )  # fmt: skip
