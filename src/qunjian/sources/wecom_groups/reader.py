"""Reads WeCom's answers on customer groups: details, vendors' member lists, statistics by day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from qunjian.model.capabilities import Capabilities
from qunjian.model.language import Phrase
from qunjian.model.persons import owned_by
from qunjian.model.records import Reject
from qunjian.model.schemas import COMMUNITY, PLATFORM_COUNT, SIZE_SNAPSHOT
from qunjian.sources.columns import roster_batch, state_batch
from qunjian.sources.epochs import epoch_micros
from qunjian.sources.json_layout import Layout, decoded, record_slices
from qunjian.sources.json_records import Decoder, places
from qunjian.sources.pieces import joined
from qunjian.sources.reader import Options, Outcome, Parsed, Slice
from qunjian.sources.wecom_archive.ids import ALWAYS
from qunjian.sources.wecom_groups.listings import Listing, inviter, is_gone, left_stamp, listings, role, scene
from qunjian.sources.wecom_groups.records import Answer, Member, Statistic, Wrapped
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.sources.document import Document

_TITLE = Phrase(
    "企业微信客户群：详情、成员列表、统计（JSON、JSONL）", "WeCom groups: details, members, statistics (JSON)"
)
_LAYOUT = Layout((), _TITLE)
_DECODER = Decoder(Answer)
_STATISTICS = late(rb'"(?:member_total|chat_total)"\s*:\s*"?[0-9]')
_DAY = 86_400_000_000
# Statistics by day count all groups asked for together.
ALL_GROUPS = "wecom:customer-groups"
# WeCom's page on the interface calls the first six 截至当天 (up to the end of the day: true) and the other two 新增
# (new): on the day by day, and per owner in the days that were asked for, which the answer does not name.
_MEASURES = {
    "member_total": ("members", True), "member_has_msg": ("members_spoken", True), "chat_total": ("groups", True),
    "chat_has_msg": ("groups_spoken", True), "msg_total": ("messages", True),
    "migrate_trainee_chat_cnt": ("groups_migrated", True), "new_chat_cnt": ("new_groups", False),
    "new_member_cnt": ("new_members", False),
}  # fmt: skip
_ALL_NAME = "客户群合计（按天统计，不是单个群）"
_OWNER_UNDATED = (
    "按群主汇总的统计没有写日期：请在每条应答里加 exported_at / "
    "statistics per owner say no day: add exported_at to each answer"
)
_NO_STAMP = (
    "名单没有写导出时间，以其中最新的时间为准；可在每条里加 exported_at / "
    "the roster does not say when it was exported, so its newest time counts; add exported_at to each answer"
)


class WecomGroupsReader:
    """企业微信客户群 rosters and statistics."""

    format_id = "wecom_groups"
    title = _TITLE
    capabilities = Capabilities(
        {"roles": "yes", "joins": "partly", "leaves": "partly", "roster": "yes", "accounts": "yes"}
    )

    def sniff(self, head: bytes, name: str) -> int:
        if not head.lstrip().startswith((b"{", b"[")) or b'"msgtype"' in head:
            return 0
        if b'"join_scene"' in head and b'"join_time"' in head:
            return 92
        if b'"group_chat"' in head and (b'"member_count"' in head or b'"member_list"' in head):
            return 90
        return 90 if _STATISTICS.search(head) and b'"msg_total"' in head else 0

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        yield from record_slices(document, options, _LAYOUT)

    def parse(self, piece: Slice, options: Options) -> Parsed:
        cleaned = dict(piece.cleaned)
        answers, rejects = decoded(piece, _DECODER, cleaned)
        found = _Found()
        for at, answer in zip(places(answers, piece.first), answers, strict=False):
            rejects.extend(Reject(reason, at) for reason in found.take(answer, options))
        parsed = Parsed(read=len(rejects), rejects=tuple(rejects), cleaned=cleaned, warnings=tuple(found.warnings))
        parsed.states = found.states(options)
        if found.newest:
            parsed.export_stamp = dt.datetime.fromtimestamp(found.newest / 1e6, dt.UTC)
        return parsed

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        return joined((document, self.parse(piece, options)) for document, piece in pieces)


class _Found:
    """The rows of some answers."""

    def __init__(self) -> None:
        self.newest = 0
        self.warnings: list[str] = []
        self._people: list[tuple[str, Listing, Member]] = []
        self._names: dict[str, tuple[str | None, int | None]] = {}
        self._sizes: list[tuple[str, int, int]] = []
        self._counts: list[tuple[str, int, str, int, bool]] = []

    def take(self, answer: Answer, options: Options) -> list[str]:
        """Take an answer in; return why parts of it were rejected."""
        if (totals := _totals(answer)) is not None:
            return [reason for one in totals if (reason := self._day(one, answer, options)) is not None]
        forced = (options.community or "").removeprefix("wecom:")
        held = list(listings(answer, forced))
        if not held:
            failed = bool(answer.errcode) or answer.code not in (None, 0, "0", 200)
            return ["error_answer"] if failed else [] if _empty(answer) else ["no_members"]
        rejected: list[str] = []
        for listing in held:
            rejected += self._listing(listing, options)
        if any(one.members for one in held) and not (answer.exported_at or answer.observed_at):
            self._warn(_NO_STAMP)
        return rejected

    def _listing(self, listing: Listing, options: Options) -> list[str]:
        if not listing.group:
            return ["no_community"] * max(len(listing.members), 1)
        community = options.community or f"wecom:{listing.group}"
        self._names[community] = (listing.name, listing.observed if listing.name else None)
        self.newest = max(self.newest, listing.observed or 0)
        if listing.size is not None:
            self._sizes.append((community, *listing.size))
        rejected: list[str] = []
        for one in listing.members:
            if not one.account:
                rejected.append("no_account")
            elif is_gone(one) and epoch_micros(left_stamp(one)) is None:
                rejected.append("left_unknown_when")
            else:
                self._people.append((community, listing, one))
        return rejected

    def _day(self, one: Statistic, answer: Answer, options: Options) -> str | None:
        """Take the totals of a day, which stand for its end, or of an owner's groups, which stay at that level."""
        day = epoch_micros(one.stat_time) or epoch_micros(answer.stat_time)
        # Statistics per owner name no day: they stand for when they were fetched.
        fetched = epoch_micros(answer.exported_at) or epoch_micros(answer.observed_at) if one.owner else None
        at = day + _DAY - 1_000_000 if day is not None else fetched
        told = {
            name: number
            for name in _MEASURES
            if one.data is not None and (number := _whole(getattr(one.data, name))) is not None
        }
        if at is None or not told:
            if at is None and one.owner:
                self._warn(_OWNER_UNDATED)
            return "no_time" if at is None else "no_total"
        community = options.community or (owned_by(f"wecom:{one.owner}") if one.owner else ALL_GROUPS)
        called = f"群主 {one.owner} 的客户群合计（不是单个群）" if one.owner else _ALL_NAME
        self._names[community] = (None if options.community else called, None)
        if "member_total" in told:
            self._sizes.append((community, at, told["member_total"]))
        self._counts += [
            (community, at, _MEASURES[name][0], number, _MEASURES[name][1]) for name, number in told.items()
        ]
        self.newest = max(self.newest, at)
        return None

    def _warn(self, warning: str) -> None:
        if warning not in self.warnings:
            self.warnings.append(warning)

    def states(self, options: Options) -> dict[str, pa.RecordBatch]:
        """Return the state tables."""
        made: dict[str, pa.RecordBatch] = {}
        if self._names:
            columns: dict[str, Any] = {
                "platform": "wecom",
                "community_id": list(self._names),
                "name": [name for name, _ in self._names.values()],
                "zone": options.zone,
                "observed_at": [ALWAYS if at is None else at for _, at in self._names.values()],
            }
            made["community"] = state_batch(COMMUNITY, columns, len(self._names))
        if self._people:
            made["roster"] = self._roster()
        if self._sizes:
            columns = {
                name: [row[n] for row in self._sizes] for n, name in enumerate(("community_id", "at", "members"))
            }
            made["size_snapshot"] = state_batch(SIZE_SNAPSHOT, columns, len(self._sizes))
        if self._counts:
            columns = {name: [row[n] for row in self._counts] for n, name in enumerate(PLATFORM_COUNT.names)}
            made["platform_count"] = state_batch(PLATFORM_COUNT, columns, len(self._counts))
        return made

    def _roster(self) -> pa.RecordBatch:
        people = self._people
        columns: dict[str, Any] = {
            "platform": "wecom",
            "community_id": [community for community, _, _ in people],
            "account_id": [f"wecom:{one.account}" for _, _, one in people],
            "name": [one.group_nickname or one.user_chat_nick_name or one.name or None for _, _, one in people],
            "role": [role(one, listing) for _, listing, one in people],
            "joined_at": [epoch_micros(one.join_time) for _, _, one in people],
            "left_at": [epoch_micros(left_stamp(one)) for _, _, one in people],
            "scene": [scene(one) for _, _, one in people],
            "inviter": [inviter(one) for _, _, one in people],
            "complete": [listing.complete for _, listing, _ in people],
            "observed_at": [listing.observed for _, listing, _ in people],
        }
        return roster_batch(columns, len(people))


def _whole(written: float | str | None) -> int | None:
    """Return a count; messages of years may be more than people can."""
    if isinstance(written, str):
        return int(written) if written.isascii() and written.isdecimal() and len(written) < 16 else None
    return int(written) if written is not None and 0 <= written < 2**53 else None


def _totals(answer: Answer) -> list[Statistic] | None:
    """Return the statistics an answer holds, or is itself; null for an answer on members."""
    if answer.items is not None:
        return answer.items
    if isinstance(answer.data, Wrapped) and answer.data.member_total is not None:
        return [Statistic(answer.owner, answer.stat_time, answer.data)]
    return None


def _empty(answer: Answer) -> bool:
    return answer.member_list is not None or answer.data is not None
