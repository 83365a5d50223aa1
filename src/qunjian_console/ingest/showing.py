"""Values of the engine in the words of a page: what a file was taken for, its doubts, why records were refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qunjian_console.bridge.formats import half
from qunjian_console.bridge.imports import reason_said, repair_said
from qunjian_console.language import say

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from qunjian_console.bridge.glances import Glance, Rejected, Row, Sample, Seen
    from qunjian_console.bridge.imports import DocumentCounts
    from qunjian_console.ingest.models import StagedFile

_BASES = {
    "stated": say("来源写明", "stated by the source"),
    "asked": say("由人指定", "named by a person"),
    "default": say("没有写明，按工作区默认，请核对", "not stated: the workspace's default, check it"),
}
TABLES = {"register": say("社群登记表", "Register of groups"), "duty": say("排班表", "Table of duties")}


def table_said(taken: str) -> str:
    """Return what taking in a table changed ("register:added:changed:unchanged"), in words."""
    kind, added, changed, unchanged = [*taken.split(":"), "", "", ""][:4]
    return say(
        "{table}：新增 {added} 行，改动 {changed} 行，不变 {unchanged} 行",
        "{table}: {added} rows added, {changed} changed, {unchanged} as before",
        table=TABLES.get(kind, kind), added=added, changed=changed, unchanged=unchanged,
    )  # fmt: skip


def basis_said(basis: str) -> str:
    """Return where a zone comes from, in words."""
    return _BASES.get(basis, basis)


def reasons_said(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return why records were refused, in words, the most frequent first."""
    return [(reason_said(code), count) for code, count in sorted(counts.items(), key=lambda pair: -pair[1])]


@dataclass(frozen=True)
class FileLine:
    """One file of an upload, as its row shows it."""

    file: StagedFile
    glance: Glance | None
    titles: Mapping[str, str]

    @property
    def table(self) -> str:
        """Return which table of decisions it is."""
        return TABLES.get(self.glance.table, "") if self.glance else ""

    @property
    def seen(self) -> tuple[Seen, ...]:
        """Return the documents seen in it."""
        return self.glance.seen if self.glance else ()

    @property
    def formats(self) -> list[str]:
        """Return the titles of the formats found."""
        return [self.titles.get(name, name) for name in dict.fromkeys(one.format for one in self.seen)]

    @property
    def unknown(self) -> bool:
        """Return whether nothing in it is known."""
        return bool(self.seen) and all(one.ignored and not one.refused for one in self.seen)

    @property
    def sure(self) -> int | None:
        """Return how sure the least sure detection is."""
        return min((one.confidence for one in self.seen if not one.ignored), default=None)

    @property
    def zones(self) -> list[tuple[str, str]]:
        """Return the zones and where they come from."""
        return [(zone, basis_said(basis)) for zone, basis in
                dict.fromkeys((one.zone, one.zone_basis) for one in self.seen if not one.ignored)]  # fmt: skip

    @property
    def communities(self) -> list[str]:
        """Return the communities it tells of, by name."""
        return [name or key for key, name in {k: v for one in self.seen for k, v in one.communities.items()}.items()]

    @property
    def first(self) -> dt.datetime | None:
        """Return the first moment seen."""
        return min((one.first for one in self.seen if one.first), default=None)

    @property
    def last(self) -> dt.datetime | None:
        """Return the last moment seen (in the beginning of the file)."""
        return max((one.last for one in self.seen if one.last), default=None)

    @property
    def doubts(self) -> list[str]:
        """Return every doubt, once."""
        said = (half(text) for one in self.seen for text in (*one.doubts, *one.warnings, one.refused) if text)
        return list(dict.fromkeys(said))[:6]

    @property
    def rejected(self) -> list[tuple[str, int]]:
        """Return why records of its beginning were refused."""
        counts: dict[str, int] = {}
        for one in self.seen:
            for code, count in one.rejected.items():
                counts[code] = counts.get(code, 0) + count
        return reasons_said(counts)

    @property
    def messages(self) -> int:
        """Return how many messages its beginning holds."""
        return sum(one.messages for one in self.seen)


@dataclass(frozen=True)
class SampleLine:
    """One document with its first rows."""

    seen: Seen
    title: str
    zone: str
    doubts: list[str]
    rows: tuple[Row, ...]
    rejects: list[tuple[str, Rejected]]

    @property
    def rejected(self) -> list[tuple[str, int]]:
        """Return why records of its beginning were refused, with how many."""
        return reasons_said(self.seen.rejected)


def sample_lines(samples: Iterable[Sample], titles: Mapping[str, str]) -> list[SampleLine]:
    """Return documents with their first rows, in words."""
    return [
        SampleLine(
            one.seen, titles.get(one.seen.format, one.seen.format),
            say("{zone}（{basis}）", "{zone} ({basis})", zone=one.seen.zone, basis=basis_said(one.seen.zone_basis)),
            [half(text) for text in (*one.seen.doubts, *one.seen.warnings, one.seen.refused) if text], one.rows,
            [(reason_said(each.reason), each) for each in one.rejects],
        )
        for one in samples
    ]  # fmt: skip


@dataclass(frozen=True)
class DocumentLine:
    """One file of a report, in words."""

    counts: DocumentCounts
    title: str

    @property
    def zone(self) -> str:
        """Return the zone and where it comes from."""
        return say("{zone}（{basis}）", "{zone} ({basis})", zone=self.counts.zone,
                   basis=basis_said(self.counts.zone_basis))  # fmt: skip

    @property
    def rejected(self) -> int:
        """Return how many records were refused."""
        return sum(self.counts.counts.rejected.values())

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Return why, the most frequent first."""
        return reasons_said(self.counts.counts.rejected)

    @property
    def rejects(self) -> list[tuple[str, int, str]]:
        """Return the first refused records: why, where, and their shape."""
        return [(reason_said(reason), at, shape) for reason, at, shape in self.counts.rejects[:20]]

    @property
    def cleaned(self) -> list[tuple[str, int]]:
        """Return what was put right."""
        return [(repair_said(code), count) for code, count in self.counts.cleaned.items()]

    @property
    def doubts(self) -> list[str]:
        """Return doubts and warnings, once each."""
        return list(dict.fromkeys(half(text) for text in (*self.counts.doubts, *self.counts.warnings)))

    @property
    def disorder(self) -> int:
        """Return how many steps in time go against the rest, 0 where all run one way."""
        order = self.counts.order
        return min(order.forward.steps, order.back.steps) if order is not None else 0
