"""What leaves a workspace comes back as it was: for the samples of every reader, in every form of ours."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.sources.conftest import CASES, Case

from qunjian.model.errors import BadInputError, UnknownNameError
from qunjian.runs.erasing import erase_account
from qunjian.runs.exporting import Wish, export
from qunjian.runs.importing import Wish as ImportWish
from qunjian.runs.importing import import_files
from qunjian.sources.qunjian.layout import FORMULA_SIGNS
from qunjian.workspace import Settings, Workspace

TABLES = ("message", "membership", "roster", "community", "channel", "size_snapshot", "platform_count")
FORMS = ("jsonl", "csv", "parquet")


def founded(path: Path) -> Workspace:
    return Workspace.create(path, Settings(zone="Asia/Shanghai"))


def brought(workspace: Workspace, *paths: Path, forced: str | None = None) -> Any:
    return import_files(workspace, ImportWish(paths, forced, workers=1))


def state(workspace: Workspace) -> dict[str, Any]:
    """Return everything visible, as Python values in a stable order, and what each community's sources knew."""
    session = workspace.lake.session()
    found: dict[str, Any] = {
        table: session.arrow(f"SELECT * EXCLUDE (act_id) FROM {table} ORDER BY ALL").to_pylist() for table in TABLES
    }
    found["capabilities"] = {
        community: {k: v for k, v in known.answers.items() if v != "no"}
        for community, known in workspace.lake.all_capabilities(session).items()
    }
    session.close()
    return found


def of_case(case: Case, root: Path) -> Workspace:
    workspace = founded(root)
    brought(workspace, *case.paths, forced=case.forced)
    return workspace


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_source_comes_back_as_it_was(case: Case, tmp_path: Path) -> None:
    lived = of_case(case, tmp_path / "lived")
    before = state(lived)
    if not any(before[table] for table in TABLES):
        with pytest.raises(BadInputError):
            export(lived, Wish("jsonl", tmp_path / "nothing.jsonl"))
        return
    for form in FORMS:
        path = tmp_path / f"export.{form}"
        export(lived, Wish(form, path))
        fresh = founded(tmp_path / form)
        counts = brought(fresh, path)
        assert counts.total.rejected == {}
        assert state(fresh) == before
        again = brought(lived, path)
        assert again.total.kept == again.total.edited == 0
        assert state(lived) == before


# The fields ChatLab 0.0.2 has, as our reader gives them back.
CHATLAB = ("message_id", "community_id", "platform", "account_id", "kind", "text", "reply_to")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_chatlab_carries_the_fields_it_has_and_counts_the_rest(case: Case, tmp_path: Path) -> None:
    lived = of_case(case, tmp_path / "lived")
    before = state(lived)
    if not any(before[table] for table in TABLES):
        return
    done = export(lived, Wish("chatlab", tmp_path))
    fresh = founded(tmp_path / "fresh")
    if not before["message"]:
        return
    counts = brought(fresh, *map(Path, done.files))
    assert counts.total.rejected == {}

    def kept(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What ChatLab can say: an unknown text is an empty one, times are whole seconds."""
        said = [{name: row[name] for name in CHATLAB} | {"text": row["text"] or ""} for row in rows]
        seconds = [row["sent_at"].replace(microsecond=0) for row in rows]
        return sorted(({**one, "at": at} for one, at in zip(said, seconds, strict=True)), key=repr)

    after = state(fresh)
    own = [row for row in before["message"] if not str(row["account_id"]).startswith(f"{row['platform']}:name:")]
    ids = {(row["community_id"], row["message_id"]) for row in own}
    back = [row for row in after["message"] if (row["community_id"], row["message_id"]) in ids]
    if len(ids) == len(own):
        assert kept(back) == kept(own)
    assert len(after["message"]) <= len(before["message"])
    for record in ("membership", "size_snapshot", "channel"):
        assert done.lost.get(record, 0) == len(before[record])
    for name in ("reactions", "mentions", "attachments"):
        assert done.lost.get(f"message.{name}", 0) == sum(bool(row[name]) for row in before["message"])


def chat(*texts: str, names: str = "林", stamp: int = 1_790_000_000) -> str:
    """Return a ChatLab file of these texts, one a minute."""
    lines: list[dict[str, Any]] = [
        {
            "_type": "header",
            "chatlab": {"version": "0.0.2", "exportedAt": stamp},
            "meta": {"name": "读书会", "platform": "qq", "groupId": "9"},
        }
    ]
    lines += [
        {
            "_type": "message", "sender": f"u{n % 2}", "accountName": names, "timestamp": 1_789_000_000 + 60 * n,
            "type": 0, "content": text, "platformMessageId": f"m{n}",
        }
        for n, text in enumerate(texts)
    ]  # fmt: skip
    return "\n".join(map(json.dumps, lines))


def lived_in(root: Path, *texts: str, **more: Any) -> Workspace:
    root.mkdir()
    (root / "chat.jsonl").write_text(chat(*texts, **more), "utf-8")
    workspace = founded(root / "workspace")
    brought(workspace, root / "chat.jsonl")
    return workspace


def test_the_winner_of_an_edit_comes_back_and_stays_the_winner(tmp_path: Path) -> None:
    lived = lived_in(tmp_path / "lived", "first words", stamp=1_790_000_000)
    older = tmp_path / "lived" / "chat.jsonl"
    newer = tmp_path / "newer.jsonl"
    newer.write_text(chat("second words", stamp=1_790_009_000), "utf-8")
    brought(lived, newer)
    export(lived, Wish("csv", tmp_path / "e.csv"))
    fresh = founded(tmp_path / "fresh")
    brought(fresh, tmp_path / "e.csv")
    assert [row["text"] for row in state(fresh)["message"]] == ["second words"]
    brought(fresh, older)
    assert state(fresh) == state(lived)


def test_an_erased_account_leaves_no_trace_in_an_export_and_what_stays_comes_back(tmp_path: Path) -> None:
    lived = lived_in(tmp_path / "lived", "mine", "hello @Zebulon", "mine too", names="Zebulon")
    lived.lake.erase("qq:u0")
    export(lived, Wish("jsonl", tmp_path / "e.jsonl"))
    assert b"u0" not in (tmp_path / "e.jsonl").read_bytes()
    fresh = founded(tmp_path / "fresh")
    brought(fresh, tmp_path / "e.jsonl")
    ids = [(row["message_id"], row["account_id"], row["text"]) for row in state(lived)["message"]]
    assert [(row["message_id"], row["account_id"], row["text"]) for row in state(fresh)["message"]] == ids


def test_texts_an_erasure_blotted_get_a_new_hash_and_nothing_else_changes(tmp_path: Path) -> None:
    said = [
        {"id": 1, "from": "王小明明", "from_id": "user90210", "text": "我是王小明明"},
        {"id": 2, "from": "李", "from_id": "user2", "text": "@王小明明 收到，王小明明真好"},
        {"id": 3, "from": "李", "from_id": "user2", "text": "今天团购"},
    ]
    messages = [
        {"type": "message", "date_unixtime": str(1_760_000_000 + one["id"]), "text_entities": [], **one}  # type: ignore[operator]
        for one in said
    ]
    path = tmp_path / "result.json"
    chat = {"name": "群", "type": "private_supergroup", "id": 7, "messages": messages}
    path.write_text(json.dumps(chat, ensure_ascii=False), "utf-8")
    lived, fresh = founded(tmp_path / "lived"), founded(tmp_path / "fresh")
    brought(lived, path)
    erase_account(lived, "user90210")
    before = state(lived)["message"]
    out = tmp_path / "export.jsonl"
    export(lived, Wish("jsonl", out))
    counts = brought(fresh, out)
    assert (counts.total.kept, counts.total.rejected) == (3, {})
    after = state(fresh)["message"]

    def told(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{name: value for name, value in row.items() if name != "content_hash"} for row in rows]

    assert told(after) == told(before)
    hashes = [{row["message_id"]: row["content_hash"] for row in rows} for rows in (before, after)]
    assert {key for key in hashes[0] if hashes[0][key] != hashes[1][key]} == {"1", "2"}
    brought(lived, out)  # the same messages with other hashes: told as edits, and what is shown stays
    assert told(state(lived)["message"]) == told(before)


def test_no_cell_of_a_csv_is_a_formula_and_every_text_comes_back(tmp_path: Path) -> None:
    texts = [f"{sign}1+1" for sign in FORMULA_SIGNS] + ["'=1", "''", "", 'a"b,c\nd', "'"]
    lived = lived_in(tmp_path / "lived", *texts)
    export(lived, Wish("csv", tmp_path / "e.csv"))
    cells = [cell for row in csv.reader(io.StringIO((tmp_path / "e.csv").read_text("utf-8-sig"))) for cell in row]
    assert not [cell for cell in cells if cell.startswith(FORMULA_SIGNS)]
    fresh = founded(tmp_path / "fresh")
    brought(fresh, tmp_path / "e.csv")
    assert state(fresh) == state(lived)


def test_days_are_those_of_the_communitys_own_zone(tmp_path: Path) -> None:
    lived = lived_in(tmp_path / "lived", "a", "b")  # 2026-09-10 08:26 in Shanghai, 00:26 UTC
    done = export(lived, Wish("jsonl", tmp_path / "e.jsonl", first=dt.date(2026, 9, 10), last=dt.date(2026, 9, 10)))
    assert done.rows["message"] == 2
    done = export(lived, Wish("jsonl", tmp_path / "f.jsonl", last=dt.date(2026, 9, 9)))
    assert "message" not in done.rows


def test_masked_exports_hold_neither_account_nor_name_nor_contact(tmp_path: Path) -> None:
    lived = lived_in(tmp_path / "lived", "call 13812345678", "@Zebulon hi", names="Zebulon")
    for form in (*FORMS, "chatlab"):
        path = tmp_path / f"masked.{form}"
        assert export(lived, Wish(form, path, mask=True)).masked
        if form == "parquet":
            data = json.dumps(pq.read_table(path, partitioning=None).to_pylist(), default=str).encode()
        else:
            data = path.read_bytes()
        for secret in (b"13812345678", b"Zebulon", b"qq:u0", b'"u0"'):
            assert secret not in data
    fresh = founded(tmp_path / "fresh")
    brought(fresh, tmp_path / "masked.jsonl")
    assert len({row["account_id"] for row in state(fresh)["message"]}) == 2


def test_a_file_that_exists_is_overwritten_only_when_asked_and_only_by_a_whole_one(tmp_path: Path) -> None:
    lived = lived_in(tmp_path / "lived", "a")
    path = tmp_path / "e.jsonl"
    path.write_text("precious")
    with pytest.raises(BadInputError):
        export(lived, Wish("jsonl", path))
    assert path.read_text() == "precious"

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(lived, Wish("jsonl", path, force=True), cut)
    assert path.read_text() == "precious"
    export(lived, Wish("jsonl", path, force=True))
    assert path.read_text() != "precious"
    assert [one.name for one in tmp_path.iterdir() if one.name.endswith(".part")] == []


def test_half_a_file_of_a_killed_export_goes_with_the_next_or_is_named(tmp_path: Path) -> None:
    lived = lived_in(tmp_path / "lived", "a")
    own, other, foreign = (tmp_path / f".{name}.part" for name in ("e.jsonl", "before.csv", "film.mp4"))
    for draft in (own, other, foreign):
        draft.write_text("half")
    assert export(lived, Wish("jsonl", tmp_path / "e.jsonl")).left == [str(other)]
    assert not own.exists()
    assert other.read_text() == foreign.read_text() == "half"


def test_what_cannot_be_meant_is_refused_in_a_sentence(tmp_path: Path) -> None:
    lived = lived_in(tmp_path / "lived", "a")
    with pytest.raises(UnknownNameError):
        export(lived, Wish("jsonl", tmp_path / "e", communities=("qq:8",)))
    with pytest.raises(UnknownNameError):
        export(lived, Wish("xml", tmp_path / "e"))
    export(lived, Wish("parquet", tmp_path / "e.parquet"))
    whole = (tmp_path / "e.parquet").read_bytes()
    for share in (3, 5, 9):
        (tmp_path / "cut.parquet").write_bytes(whole[: len(whole) * share // 10])
        with pytest.raises(BadInputError):
            brought(founded(tmp_path / f"w{share}"), tmp_path / "cut.parquet")
    newer = '{"record":"export","format":"qunjian 2"}\n'
    (tmp_path / "newer.jsonl").write_text(newer)
    with pytest.raises(BadInputError, match="newer"):
        brought(founded(tmp_path / "newer"), tmp_path / "newer.jsonl")
