"""Applies a mapping's settings to the extracted columns: rules, times, ids, kinds, and what cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import re2

from qunjian.model.persons import EXPORTERS
from qunjian.model.records import Reject
from qunjian.model.schemas import COMMUNITY, KINDS
from qunjian.sources.columns import membership_batch, message_batch, state_batch
from qunjian.sources.mapping.html import html_text
from qunjian.sources.mapping.inputs import RECORD, Extract
from qunjian.sources.mapping.values import Columns, all_hits, constant, empty_to_null
from qunjian.sources.reader import Outcome, Part
from qunjian.sources.times import AUTO, EPOCHS, utc_of_wall, wall_times

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.sources.exporter import Me
    from qunjian.sources.mapping.schema import Many, Mapping, Value
    from qunjian.sources.reader import Options

_SKIP, _REJECT = -2, -1


class Judged(msgspec.Struct):
    """Which rule each record fell under: its number, or skip or reject."""

    rule: Any
    columns: Columns


def shape(mapping: Mapping, found: Extract, documents: Sequence[int], options: Options) -> Outcome:
    """Return the messages and events of the extracted records, and each slice's counts."""
    piece = found.piece_of()
    judged = _judged(mapping, found)
    columns, rule, at = judged.columns, judged.rule, found.at
    wall, sent, zone = _times(mapping, columns, options)
    community = _community(mapping, columns, options)
    skipped = rule == _SKIP
    for number, count in enumerate(found.drop):
        if count:
            begins = sum(found.rows[:number])
            skipped[begins : begins + count] = True
    reasons = np.select(
        [skipped, rule == _REJECT, ~_valid(sent), ~_valid(community)], ["", "no_rule", "bad_time", "no_community"], "ok"
    )
    rejects = [list(some) for some in found.rejects]
    _refuse(columns, reasons, at, piece, rejects)
    is_event = np.array([*(bool(one.event) for one in mapping.rules), False, False, False])[rule]
    shared = {"sent_at": sent, "wall_time": wall, "community_id": community}
    parts = _Parts(mapping, columns, rule, zone, shared, options.me)
    messages, cleaned_a, unknown = parts.messages(pa.array((reasons == "ok") & ~is_event))
    membership, cleaned_b = parts.membership(pa.array((reasons == "ok") & is_event))
    good = reasons == "ok"
    states, own = _states(mapping, columns, community, zone, good, piece)
    counts = [np.bincount(piece[good & chosen], minlength=len(found.rows)) for chosen in (~is_event, is_event)]
    listed = []
    for n, document in enumerate(documents):
        clean = dict(found.cleaned[n])
        if n == 0:  # a bundle's cleaning is counted on its first document
            for counted in (cleaned_a, cleaned_b):
                for name, count in counted.items():
                    clean[name] = clean.get(name, 0) + count
        rows = int(counts[0][n]), int(counts[1][n])
        listed.append(
            Part(
                document,
                *rows,
                sum(rows) + len(rejects[n]),
                tuple(rejects[n]),
                clean,
                unknown if n == 0 else {},
                states=own.get(n, {}),
            )
        )
    return Outcome(messages, membership, states, tuple(listed))


def _valid(column: pa.Array) -> Any:
    return column.is_valid().to_numpy(zero_copy_only=False)


def _refuse(columns: Columns, reasons: Any, at: Any, piece: Any, rejects: list[list[Reject]]) -> None:
    bad = np.flatnonzero((reasons != "ok") & (reasons != ""))
    if len(bad) == 0:
        return
    shown = columns.optional(RECORD)
    if shown is None:
        names = list(columns.columns)[:6]
        shown = pc.binary_join_element_wise(
            *(columns.columns[name] for name in names), " | ", null_handling="replace", null_replacement=""
        )
    texts = pc.utf8_slice_codeunits(shown.take(pa.array(bad)), 0, 80).to_pylist()
    for row, text in zip(bad.tolist(), texts, strict=True):
        rejects[int(piece[row])].append(Reject(str(reasons[row]), int(at[row]), " ".join((text or "").split())))


# -- rules ----------------------------------------------------------------------------------------------------
def _judged(mapping: Mapping, found: Extract) -> Judged:
    columns = found.columns
    default = {"skip": _SKIP, "reject": _REJECT}.get(mapping.otherwise or "", len(mapping.rules))
    if mapping.format == "log" and mapping.otherwise is None and any(one.on is None for one in mapping.rules):
        default = _REJECT  # the rules say what a line can be
    rule = np.full(columns.rows, default, np.int64)
    rest = np.arange(columns.rows)
    groups: dict[str, list[tuple[Any, pa.Array]]] = {}
    text = mapping.fields.text
    for number, one in enumerate(mapping.rules):
        if len(rest) == 0:
            break
        on = one.on or (RECORD if mapping.format == "log" else text.source if text else RECORD)
        values = columns.filled(on).take(pa.array(rest))
        pattern = one.match
        names = list(re2.compile(pattern).groupindex)
        if names:
            parts = pc.extract_regex(values, pattern)
            hit = parts.is_valid().to_numpy(zero_copy_only=False)
            kept = parts.filter(pa.array(hit))
            for name in names:
                groups.setdefault(name, []).append((rest[hit], pc.struct_field(kept, [name])))
        else:
            hit = pc.fill_null(pc.match_substring_regex(values, pattern), False).to_numpy(zero_copy_only=False)
        rule[rest[hit]] = _SKIP if one.skip else number
        rest = rest[~hit]
    for name, pairs in groups.items():
        columns.columns[name] = _scattered(columns.rows, pairs, columns.optional(name))
    for name, begins in mapping.log.carry.items() if mapping.log else ():
        if (column := columns.optional(name)) is not None:
            columns.columns[name] = pc.fill_null(_carried(column, found.rows), begins)
    return Judged(rule, columns)


def _scattered(rows: int, pairs: list[tuple[Any, pa.Array]], before: pa.Array | None) -> pa.Array:
    index = np.full(rows, -1, np.int64)
    offset = 0
    for places, values in pairs:
        index[places] = offset + np.arange(len(values))
        offset += len(values)
    column = pa.concat_arrays([values for _, values in pairs]).take(pa.array(index, mask=index < 0))
    return column if before is None else pc.coalesce(column, before)


def _carried(column: pa.Array, rows: list[int]) -> pa.Array:
    column = empty_to_null(column)
    out: list[pa.Array] = []
    begins = 0
    for count in rows:
        out.append(pc.fill_null_forward(column.slice(begins, count)))
        begins += count
    return pa.concat_arrays(out) if out else column


# -- times and places -----------------------------------------------------------------------------------------
def forms_of(written: Sequence[str]) -> tuple[str, ...]:
    """Return the forms to try, with "auto" spelt out."""
    return tuple(form for one in written for form in ((*AUTO, "epoch") if one == "auto" else (one,)))


def _times(mapping: Mapping, columns: Columns, options: Options) -> tuple[pa.Array | None, pa.Array, str | None]:
    """Return (wall times or None for epochs, UTC times, the zone used where the source wrote none)."""
    asked = options.zone if options.zone_basis == "asked" else None
    zone = asked or mapping.time.zone or options.zone
    forms = forms_of(mapping.time.formats)
    wall, east = wall_times(columns.value(mapping.time), forms)
    sent = utc_of_wall(wall, zone)
    if east is not None:
        shifted = pc.subtract(wall, pc.multiply(east, 1_000_000))
        sent = pc.coalesce(shifted, sent)
    return (None if all(form in EPOCHS for form in forms) else wall), sent, zone


def _community(mapping: Mapping, columns: Columns, options: Options) -> pa.Array:
    if options.community:
        return constant(columns.rows, options.community)
    spec = mapping.fields.community
    if spec is None:
        return constant(columns.rows, f"{mapping.platform}:{mapping.id}")
    return _joined(f"{mapping.platform}:", empty_to_null(columns.value(spec)))


def _joined(prefix: str, column: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(pa.scalar(prefix), column, pa.scalar(""), null_handling="emit_null")


def _states(
    mapping: Mapping, columns: Columns, community: pa.Array, zone: str | None, good: Any, piece: Any
) -> tuple[dict[str, pa.RecordBatch], dict[int, dict[str, int]]]:
    """Return the communities each piece names, in the order of the pieces, and how many rows are whose."""
    spec = mapping.fields.community_name or mapping.fields.community
    names = columns.value(spec) if spec else constant(columns.rows, mapping.name.zh)
    table = pa.table({"piece": piece, "id": community, "name": names}).filter(pa.array(good))
    table = table.group_by(["piece", "id", "name"]).aggregate([])
    rows = sorted((n, id_, name or "") for n, id_, name in zip(*(c.to_pylist() for c in table.columns), strict=True))
    last = {(n, id_): name for n, id_, name in rows}
    own: dict[int, dict[str, int]] = {}
    for n, _ in last:
        counted = own.setdefault(n, {"community": 0})
        counted["community"] += 1
    if not last:
        return {}, {}
    said = [(mapping.platform, id_, name, zone) for (_, id_), name in last.items()]
    fields = ("platform", "community_id", "name", "zone")
    batch = state_batch(COMMUNITY, {name: [row[n] for row in said] for n, name in enumerate(fields)}, len(said))
    return {"community": batch}, own


# -- columns --------------------------------------------------------------------------------------------------
def _exporter_named(name: pa.Array | None, account: pa.Array | None, me: Me) -> tuple[pa.Array | None, pa.Array | None]:
    """Return names and accounts with whoever made the export in the place of "我"."""

    def mine(column: pa.Array) -> pa.Array:
        plain = pc.utf8_lower(pc.utf8_trim_whitespace(column))
        return pc.fill_null(pc.is_in(plain, pa.array(sorted(EXPORTERS))), False)

    by_id = pc.if_else(mine(account), pa.scalar(me.native, pa.string()), account) if account is not None else None
    if name is None:
        return None, by_id
    if by_id is None and me.native:
        by_id = pa.nulls(len(name), pa.string())
    told = mine(name)
    if by_id is not None:
        by_id = pc.coalesce(by_id, pc.if_else(told, pa.scalar(me.native, pa.string()), None))
    return pc.if_else(told, pa.scalar(me.name, pa.string()), name), by_id


class _Parts:
    """Computes the columns of messages and events from the chosen records."""

    def __init__(
        self,
        mapping: Mapping,
        columns: Columns,
        rule: Any,
        zone: str | None,
        shared: dict[str, pa.Array | None],
        me: Me | None,
    ) -> None:
        self._mapping = mapping
        self._me = me
        self._columns = columns
        self._rule = rule
        self._zone = zone
        self._shared = shared

    def _chosen(self, keep: pa.Array) -> tuple[Columns, dict[str, Any]]:
        columns = self._columns.taken(keep)
        shared: dict[str, Any] = {
            name: None if column is None else column.filter(keep) for name, column in self._shared.items()
        }
        fields = self._mapping.fields
        platform = self._mapping.platform
        name = self._or_null(columns, fields.name)
        account = self._or_null(columns, fields.account)
        if self._me is not None:
            name, account = _exporter_named(name, account, self._me)
        by_name = None if name is None else _joined(f"{platform}:name:", name)
        by_id = None if account is None else _joined(f"{platform}:", account)
        known = [one for one in (by_id, by_name) if one is not None]
        channel = self._or_null(columns, fields.channel)
        return columns, {
            **shared,
            "platform": platform,
            "zone": self._zone,
            "channel_id": "" if channel is None else pc.fill_null(channel, ""),
            "message_id": self._or_null(columns, fields.message_id),
            "account_id": pc.coalesce(*known) if known else None,
            "name_then": name,
            "scope": self._scope(columns, shared["community_id"], channel),
        }

    def _scope(self, columns: Columns, community: pa.Array, channel: pa.Array | None) -> Any:
        mapping = self._mapping
        if mapping.scope == "global":
            return mapping.platform
        if mapping.scope == "server":
            server = mapping.server
            return (
                _joined(f"{mapping.platform}:", columns.filled(server))
                if "{" in server
                else f"{mapping.platform}:{server}"
            )
        if mapping.scope == "channel" and channel is not None:
            return pc.binary_join_element_wise(community, pc.fill_null(channel, ""), pa.scalar("/"))
        return community

    def _or_null(self, columns: Columns, spec: Value | None) -> pa.Array | None:
        return None if spec is None else empty_to_null(columns.value(spec))

    def messages(self, keep: pa.Array) -> tuple[pa.RecordBatch | None, dict[str, int], dict[str, int]]:
        """Return the batch of messages, what was cleaned, and kinds nobody knows."""
        columns, values = self._chosen(keep)
        if columns.rows == 0:
            return None, {}, {}
        mapping, fields = self._mapping, self._mapping.fields
        values["kind"], unknown = self._kinds(columns, self._rule[keep.to_numpy(zero_copy_only=False)])
        text = columns.value(fields.text) if fields.text else constant(columns.rows, "")
        values["text"] = pc.utf8_trim_whitespace(pc.fill_null(text, ""))
        for target, spec in (
            ("reply_to", fields.reply_to),
            ("thread_id", fields.thread),
            ("forwarded_from", fields.forwarded_from),
        ):
            values[target] = self._or_null(columns, spec)
        if mapping.quote is not None:
            values["reply_to"] = self._quoted(columns, values["reply_to"])
        if fields.edited is not None:
            values["edited_at"] = self._utc(columns.value(fields.edited))
        if mapping.mentions is not None:
            prefix = f"{mapping.platform}:" + ("name:" if mapping.mentions.who == "name" else "")
            values["mentions"] = self._hits(columns, mapping.mentions, lambda hit: prefix + hit[0])
        if mapping.reactions is not None:
            values["reactions"] = self._hits(columns, mapping.reactions, _reaction)
        if mapping.attachments is not None:
            kind = mapping.attachments.kind
            values["attachments"] = self._hits(
                columns, mapping.attachments, lambda hit: {"kind": kind, "name": hit[0], "size": None, "digest": None}
            )
        batch, cleaned = message_batch(values, columns.rows)
        return batch, cleaned, unknown

    def membership(self, keep: pa.Array) -> tuple[pa.RecordBatch | None, dict[str, int]]:
        """Return the batch of joins, leaves and renamings, and what was cleaned."""
        columns, values = self._chosen(keep)
        if columns.rows == 0:
            return None, {}
        names = pa.array([*(rule.event for rule in self._mapping.rules)], pa.string())
        values["kind"] = names.take(pa.array(self._rule[keep.to_numpy(zero_copy_only=False)]))
        fields = self._mapping.fields
        actor = self._or_null(columns, fields.actor)
        values["actor_id"] = None if actor is None else _joined(f"{self._mapping.platform}:name:", actor)
        values["detail"] = self._or_null(columns, fields.detail)
        return membership_batch(values, columns.rows)

    def _kinds(self, columns: Columns, rule: Any) -> tuple[pa.Array, dict[str, int]]:
        mapping = self._mapping
        usual = mapping.otherwise if mapping.otherwise in ("text", "system", "other") else None
        by_rule = pa.array([*(one.kind for one in mapping.rules), usual], pa.string()).take(pa.array(rule))
        if mapping.fields.kind is None:
            return pc.fill_null(by_rule, "text"), {}
        stated = columns.value(mapping.fields.kind)
        known = pc.is_in(stated, pa.array(KINDS))
        strange = stated.filter(pc.invert(known)).drop_null()
        unknown = {pair["values"]: pair["counts"] for pair in strange.value_counts().to_pylist()}
        stated = pc.if_else(pc.is_null(stated), "text", pc.if_else(known, stated, "other"))
        return pc.coalesce(by_rule, stated), dict(sorted(unknown.items())[:50])

    def _quoted(self, columns: Columns, reply: pa.Array | None) -> pa.Array:
        quote = self._mapping.quote
        assert quote is not None  # noqa: S101
        wall, _ = wall_times(columns.value(quote.time), forms_of(quote.formats))
        minute = pc.strftime(wall.cast(pa.timestamp("us")), "%Y-%m-%dT%H:%M")
        author = empty_to_null(pc.utf8_trim_whitespace(columns.value(quote.author)))
        mark = pc.binary_join_element_wise(pa.scalar("?"), minute, pa.scalar(""), null_handling="emit_null")
        found = pc.binary_join_element_wise(mark, author, pa.scalar("|"), null_handling="emit_null")
        return found if reply is None else pc.coalesce(reply, found)

    def _utc(self, column: pa.Array) -> pa.Array:
        wall, east = wall_times(column, forms_of(("auto",)))
        sent = utc_of_wall(wall, self._zone)
        return sent if east is None else pc.coalesce(pc.subtract(wall, pc.multiply(east, 1_000_000)), sent)

    def _hits(self, columns: Columns, many: Many, make: Any) -> list[Any] | None:
        out: list[Any] = [None] * columns.rows
        for rows, groups in all_hits(columns.filled(many.source), many.pattern):
            words = [html_text(group) for group in groups] if "html" in many.decode else groups
            for row, hit in zip(rows.tolist(), zip(*(word.to_pylist() for word in words), strict=True), strict=True):
                if (item := make(hit)) is not None:
                    out[row] = [*(out[row] or ()), item]
        return out if any(out) else None


def _reaction(hit: tuple[str, ...]) -> dict[str, Any] | None:
    count = int(hit[1]) if len(hit) > 1 and hit[1].isdecimal() and len(hit[1]) < 9 else 1
    return {"emoji": hit[0], "count": count} if hit[0] else None
