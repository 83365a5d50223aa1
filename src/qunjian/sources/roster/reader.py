"""Reads rosters as CSV, TSV or XLSX: one member a row, columns known by their headings."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from qunjian.model.capabilities import Capabilities
from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.model.records import Reject
from qunjian.sources.columns import roster_batch
from qunjian.sources.pieces import joined
from qunjian.sources.reader import Options, Outcome, Parsed, Slice
from qunjian.sources.roster.heads import ROLES, looks_like_roster, places
from qunjian.sources.small_tables import row_slices, table_rows
from qunjian.sources.times import AUTO, utc_of_wall, wall_times
from qunjian.text.late import late

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qunjian.sources.document import Document

_NAME = late(r"roster|member|成员|名单|花名册", re.IGNORECASE)
_CALLED = Phrase("名单", "the roster")
_FORMS = (*AUTO, "epoch")


class RosterReader:
    """A table of members."""

    format_id = "roster"
    title = Phrase("成员名单（CSV、TSV、XLSX）", "roster (CSV, TSV, XLSX)")
    capabilities = Capabilities(
        {"roster": "yes", "roles": "yes", "joins": "partly", "leaves": "partly", "accounts": "yes"}
    )

    def sniff(self, head: bytes, name: str) -> int:
        file = PurePosixPath(name)
        ending = file.suffix.lower()
        if ending not in (".csv", ".tsv", ".txt", ".xlsx", ".xls"):
            return 0
        first = head.replace(b"\r", b"\n").split(b"\n", 1)[0].decode("utf-8", "ignore").replace("\0", "")
        header = next(csv.reader(io.StringIO(first), delimiter="\t" if "\t" in first else ","), [])
        if looks_like_roster(header):
            return 85
        return 70 if ending.startswith(".xl") and _NAME.search(file.stem) else 0

    def slices(self, document: Document, options: Options) -> Iterator[Slice]:
        rows = table_rows(document, options, _CALLED)
        header = next(rows, [])
        found = places(header)
        if "account" not in found and "name" not in found:
            raise BadInputError(
                Phrase("名单里没有账号列，也没有姓名列", "the roster has neither an account nor a name column"),
                where=document.name,
                todo=Phrase(
                    "表头写“账号”“昵称”“角色”“入群时间”即可", "head the columns account, name, role, joined_at"
                ),
            )
        if "community" not in found and options.community is None:
            raise BadInputError(
                Phrase("名单没有说是哪个社群的", "the roster does not say which community it is of"),
                where=document.name,
                todo=Phrase("加一列“社群”，或用 --community 指定", "add a column 'community', or use --community"),
            )
        context = msgspec.json.encode(found)
        yield from row_slices(rows, context, document)

    def parse(self, piece: Slice, options: Options) -> Parsed:
        at = msgspec.json.decode(piece.context, type=dict[str, int])
        rows = [msgspec.json.decode(line, type=list[str]) for line in piece.data.split(b"\n") if line]
        members: list[dict[str, Any]] = []
        rejects: list[Reject] = []
        for number, row in enumerate(rows, piece.first):
            cells = {what: row[place].strip() if place < len(row) else "" for what, place in at.items()}
            member = _member(cells, options.community)
            if isinstance(member, str):
                rejects.append(Reject(member, number, " | ".join(row)[:80]))
            else:
                members.append(member)
        columns: dict[str, Any] = {
            name: [member[name] for member in members]
            for name in ("platform", "community_id", "account_id", "name", "role", "scene", "inviter")
        }
        for name, what in (("joined_at", "joined"), ("left_at", "left"), ("observed_at", "observed")):
            columns[name] = _utc([member["cells"].get(what) or None for member in members], options.zone)
        columns["complete"] = [True] * len(members)
        parsed = Parsed(read=len(rejects), rejects=tuple(rejects))
        if members:
            batch = roster_batch(columns, len(members))
            parsed.states["roster"] = batch
            seen = [stamp for stamp in batch.column("observed_at").to_pylist() if stamp is not None]
            parsed.export_stamp = max(seen).astimezone(dt.UTC) if seen else None
        return parsed

    def parse_many(self, pieces: Sequence[tuple[int, Slice]], options: Options) -> Outcome:
        return joined((document, self.parse(piece, options)) for document, piece in pieces)


def _member(cells: dict[str, str], forced: str | None) -> dict[str, Any] | str:
    """Return one member, or the reason why the row is none."""
    community = forced or cells.get("community", "")
    platform = cells.get("platform", "").casefold() or community.partition(":")[0] * (":" in community)
    if not community or not platform:
        return "no_community"
    if ":" not in community:
        community = f"{platform}:{community}"
    native, name = cells.get("account", ""), cells.get("name", "")
    if not native and not name:
        return "no_account"
    account = (
        native if native.startswith(f"{platform}:") else f"{platform}:{native}" if native else f"{platform}:name:{name}"
    )
    return {
        "platform": platform,
        "community_id": community,
        "account_id": account,
        "name": name or None,
        "role": ROLES.get(cells.get("role", "").casefold(), "member"),
        "scene": cells.get("scene") or None,
        "inviter": cells.get("inviter") or None,
        "cells": cells,
    }


def _utc(written: list[str | None], zone: str | None) -> Any:
    wall, east = wall_times(pa.array(written, pa.string()), _FORMS)
    sent = utc_of_wall(wall, zone)
    if east is None:
        return sent
    shifted = pc.subtract(wall, pc.multiply(east, 1_000_000))
    return pc.coalesce(shifted, sent)
