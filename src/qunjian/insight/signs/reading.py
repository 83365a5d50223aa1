"""Reads a session and returns every sign it gives, in the order people read them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from qunjian.aggregates.localtime import offsets
from qunjian.insight.signs.consent import unconsented
from qunjian.insight.signs.files import (
    FileFacts,
    Order,
    Promise,
    many_rejected,
    out_of_order,
    promises_unkept,
    same_files,
)
from qunjian.insight.signs.overlaps import compare
from qunjian.insight.signs.pairs import Held
from qunjian.insight.signs.record import KINDS, Sign
from qunjian.insight.signs.silence import instant, silences
from qunjian.insight.signs.timeline import edited_runs, lists, telling_endings
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qunjian.engines.local import Session


class _Counts(msgspec.Struct):
    read: int = 0
    rejected: dict[str, int] = {}


class _Told(msgspec.Struct):
    order: Order | None = None


class _Import(msgspec.Struct):
    promised: Promise | None = None


# Refused because people asked for it: nothing is missing.
_ON_PURPOSE = ("erased",)


def read_signs(
    session: Session, zones: Mapping[str, str], zone: str, until: dt.datetime | None = None
) -> tuple[Sign, ...]:
    """Return all signs; `zones` by community (else `zone`); with `until`, records that stop long before are silent."""
    rows = session.temporary(
        """SELECT d.act_id, d.document, d.name, d.first, d.last, d.observed_at, json_keys(d.communities), d.digest,
        d.counts, d.report FROM document d JOIN act a USING (act_id) ORDER BY a.at, d.act_id, d.document"""
    ).to_pylist()
    held, files = [], []
    for act, number, name, first, last, observed, communities, digest, counts, report in (row.values() for row in rows):
        own = tuple(sorted(communities or ()))
        order = msgspec.json.decode(report or "{}", type=_Told).order
        counted = msgspec.json.decode(counts or "{}", type=_Counts)
        rejected = sum(rows for reason, rows in counted.rejected.items() if reason not in _ON_PURPOSE)
        held.append(Held(act, number, name or "", first, last, observed, own, counted.read))
        files.append(FileFacts(name or "", digest or "", counted.read, own, first, last, order, rejected, act))
    signs = [
        *_silences(session, zones, zone, until), *compare(session, held), *edited_runs(session),
        *telling_endings(session, held), *out_of_order(files), *same_files(files), *many_rejected(files),
        *promises_unkept(files, _promises(session)), *unconsented(session),
    ]  # fmt: skip
    kinds = list(KINDS)
    return tuple(sorted(signs, key=lambda one: (one.community_id, kinds.index(one.kind), str(one.first), one.words.zh)))


def _promises(session: Session) -> dict[str, Promise]:
    query = "SELECT act_id, counts FROM act WHERE kind = 'import' AND contains(counts, '\"promised\"')"
    rows = session.connection.execute(query).fetchall()
    told = ((act, msgspec.json.decode(counts, type=_Import).promised) for act, counts in rows)
    return {act: promise for act, promise in told if promise is not None}


def _silences(session: Session, zones: Mapping[str, str], zone: str, until: dt.datetime | None) -> list[Sign]:
    quarters = lists(
        session,
        """SELECT community_id, list_sort(list(DISTINCT epoch_us(sent_at) // 900000000)) FROM message
        WHERE sent_at IS NOT NULL AND kind NOT IN ('system', 'recall') GROUP BY 1 ORDER BY 1""",
    )
    signs = []
    for community, own in quarters.items():
        where = zones.get(community, zone)
        hours = np.unique(_local(own * 900, where) // 3600)
        end = None
        if until is not None:
            end = int(_local(np.array([int(until.timestamp())]), where)[0] // 3600)
        signs += [_said(community, where, *each) for each in silences(hours, end)]
    return signs


def _local(
    seconds: np.ndarray[tuple[int], np.dtype[np.int64]], zone: str
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the wall seconds of instants (seconds since the epoch, sorted)."""
    epoch = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    low, high = (epoch + dt.timedelta(seconds=int(each)) for each in (seconds[0], seconds[-1] + 1))
    shifted = seconds.copy()
    for begin, end, shift in offsets(zone, low, high):
        shifted[(seconds >= begin) & (seconds < end)] += shift
    return shifted


def _said(community: str, zone: str, begin: int, end: int, weight: float, expected: float, n: int) -> Sign:
    first, after = (instant(each).replace(tzinfo=ZoneInfo(zone)) for each in (begin, end))
    hours = end - begin
    form = "%m-%d %H:00" if first.year == after.year else "%Y-%m-%d %H:00"
    begins, ends = first.strftime(form), after.strftime(form)
    return Sign(
        "silence", community, first.astimezone(dt.UTC), after.astimezone(dt.UTC),
        {"hours": hours, "weight": round(weight, 2), "n": n},
        Phrase(
            f"{begins} 至 {ends}（当地）{hours} 小时没有一条消息；按这个群自己的 {n} 段沉默，"
            f"这样的偶然出现 {expected:.2g} 次：可能是导出缺了一段，也可能真的停了",
            f"no message for {hours} h from {begins} to {ends} local; by the group's own {n} "
            f"silences chance would make {expected:.2g} like it: a hole in the export, or a real halt",
        ),
        (), expected,
    )  # fmt: skip
