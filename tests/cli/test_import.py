"""import, imports, undo, erase: the documented keys, the counts, and what a wrong call says."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

from tests.cli.conftest import Command, message, write_chat

IMPORT_KEYS = {
    "import_id", "format", "formats", "files", "read", "kept", "duplicate", "edited", "rejected", "communities",
    "first", "last", "warnings", "documents", "events", "listed",
}  # fmt: skip


def test_init_makes_the_documented_folders(tmp_path: Path, qunjian: Command) -> None:
    made = qunjian("init", tmp_path / "群", "--purpose", '质检 "周报"', "--json").json()
    root = Path(made["workspace"])
    assert {p.name for p in root.iterdir()} == {
        "qunjian.toml", "lake", "standards", "mappings", "decisions", "reports", "cache",
    }  # fmt: skip
    again = qunjian("init", root)
    assert (again.code, "已经是一个工作区" in again.err) == (2, True)
    assert qunjian("init", tmp_path / "x", "--zone", "Asia/Shangai").code == 2


def test_import_says_what_the_contract_names(chat: Path, qunjian: Command) -> None:
    told = qunjian("import", chat, "--json").json()
    assert set(told) == IMPORT_KEYS
    assert (told["format"], told["files"], told["read"], told["kept"]) == ("telegram", 1, 6, 6)
    assert (told["duplicate"], told["edited"], told["rejected"]) == (0, 0, {})
    assert list(told["communities"]) == ["telegram:77"]
    assert told["communities"]["telegram:77"]["kept"] == 6
    assert (told["first"][:10], told["last"][:10]) == ("2026-11-01", "2026-11-04")


def test_a_second_import_keeps_nothing(chat: Path, qunjian: Command) -> None:
    qunjian("import", chat)
    told = qunjian("import", chat, "--json").json()
    assert (told["read"], told["kept"], told["duplicate"]) == (6, 0, 6)


def test_overlapping_exports_merge_and_undo_takes_one_back(place: Path, chat: Path, qunjian: Command) -> None:
    longer = write_chat(place / "longer.json", [message(n, 4, 1, f"话{n}") for n in range(7, 10)])
    first = qunjian("import", chat, "--json").json()["import_id"]
    second = qunjian("import", chat, longer, "--json").json()
    assert (second["kept"], second["duplicate"], second["files"]) == (3, 6, 2)
    undone = qunjian("undo", first, "--json").json()
    assert set(undone) == {"undo_id", "import_id", "removed", "copied"}
    assert (undone["removed"], undone["copied"]) == (0, 6)
    assert qunjian("communities", "--json").lines()[0]["messages"] == 9
    listed = qunjian("imports", "--json").lines()
    assert [(one["import_id"], one["state"]) for one in listed] == [(first, "undone"), (second["import_id"], "visible")]
    assert (listed[1]["kept"], listed[1]["files"], listed[1]["formats"]) == (3, 2, ["telegram"])


def test_repeats_of_many_files_are_one_line_in_one_language(place: Path, qunjian: Command) -> None:
    folder = place / "exports"
    folder.mkdir()
    for number in range(1, 6):  # file n holds n messages twice
        twice = [message(n, 1, 1, f"话{n}") for n in range(1, number + 1)] * 2
        write_chat(folder / f"chat-{number}.json", twice, number=number)
    said = qunjian("import", folder)
    noted = [line for line in said.out.splitlines() if "已出现过" in line]
    worst = "、".join(f"exports/chat-{number}.json ({number})" for number in (5, 4, 3))
    assert noted == [f"  注意：15 条记录的消息在本次导入中已出现过（5 个文件，如 {worst}）"]
    assert "repeat" not in said.out
    told = qunjian("import", folder, "--json").json()
    assert sum("repeat" in one for one in told["warnings"]) == 6


def test_undo_of_an_unknown_import_names_the_nearest(chat: Path, qunjian: Command) -> None:
    known = qunjian("import", chat, "--json").json()["import_id"]
    said = qunjian("undo", known[:-1] + "z")
    assert said.code == 2
    assert known in said.err


def test_a_folder_and_an_archive_of_it_are_the_same(place: Path, chat: Path, qunjian: Command) -> None:
    folder = place / "exports"
    folder.mkdir()
    shutil.copy(chat, folder / "result.json")
    archive = shutil.make_archive(str(place / "all"), "zip", folder)
    assert qunjian("import", folder, "--json").json()["kept"] == 6
    assert qunjian("import", archive, "--json").json()["duplicate"] == 6


def test_a_dry_run_writes_nothing_and_shows_rows(chat: Path, qunjian: Command) -> None:
    (shown,) = qunjian("import", chat, "--dry-run", "--json").lines()
    assert (shown["format"], shown["read"], len(shown["messages"])) == ("telegram", 6, 5)
    assert shown["messages"][0]["text"] == "大家好"
    told = qunjian("import", chat, "--dry-run").out
    assert "大家好" in told
    assert "试读到 6 ＝ 消息 6 ＋ 进出群等事件 0 ＋ 拒绝 0" in told
    assert "把握" in told
    assert (
        dt.datetime.fromisoformat(shown["messages"][0]["sent_at"])
        .astimezone(dt.timezone(dt.timedelta(hours=8)))
        .strftime("%Y-%m-%d %H:%M:%S")
        in told
    )
    assert qunjian("imports", "--json").lines() == []


def test_many_small_files_make_few_large_ones(place: Path, qunjian: Command) -> None:
    folder = place / "many"
    folder.mkdir()
    for number in range(300):
        write_chat(folder / f"{number:03}.json", [message(number + 1, 1, number % 7, f"第{number}句")])
    told = qunjian("import", folder, "--json").json()
    assert (told["files"], told["kept"], len(told["documents"])) == (300, 300, 300)
    written = [p for p in (place / "w" / "lake").rglob("*.parquet") if "schema" not in p.parts]
    assert len(written) < 12


def test_a_file_of_no_known_format_is_refused(place: Path, qunjian: Command) -> None:
    strange = place / "strange.bin"
    strange.write_text("nothing that anybody ever said")
    said = qunjian("import", strange)
    assert said.code == 2
    assert "strange.bin" in said.err
    assert qunjian("imports", "--json").lines() == []


def test_a_path_that_is_not_there(place: Path, qunjian: Command) -> None:
    assert qunjian("import", place / "nothing.json").code == 2


def test_outside_any_workspace_the_way_out_is_named(tmp_path: Path, qunjian: Command) -> None:
    said = qunjian("imports", "-w", tmp_path)
    assert said.code == 2
    assert "qunjian init" in said.err


def test_erase_takes_the_account_everywhere_and_for_good(place: Path, chat: Path, qunjian: Command) -> None:
    qunjian("import", chat)
    told = qunjian("erase", "user2", "--json").json()
    assert (told["messages"], told["reports"]) == (2, [])
    raw = b"".join(p.read_bytes() for p in (place / "w").rglob("*") if p.is_file())
    assert b"user2" not in raw
    again = qunjian("import", chat, "--json").json()
    assert (again["kept"], again["duplicate"], again["rejected"]) == (0, 4, {"erased": 2})
    assert qunjian("erase", "user2").code == 2


def test_progress_is_silent_where_nobody_looks(chat: Path, qunjian: Command) -> None:
    assert qunjian("import", chat, "--json").err == ""


def test_the_report_counts_what_was_cleaned_and_rejected(place: Path, qunjian: Command) -> None:
    broken = message(1, 1, 1, "一\x00二")
    path = write_chat(place / "odd.json", [broken, message(2, 1, 1, "好")])
    told = qunjian("import", path, "--json").json()
    (document,) = told["documents"]
    assert document["read"] == document["kept"] + document["duplicate"] + sum(document["rejected"].values())
    assert sum(document["cleaned"].values()) >= 1
    assert json.dumps(told)


def test_the_report_of_an_import_is_there_later(place: Path, chat: Path, qunjian: Command) -> None:
    bad = write_chat(place / "bad.json", [message(1, 1, 1, "好"), message(2, 2, 2, "坏", date_unixtime="x", date="x")])
    told = qunjian("import", chat, bad, "--json").json()
    later = qunjian("imports", told["import_id"], "--json").json()
    assert {key: later[key] for key in told} == told
    assert later["state"] == "visible"
    (reject,) = [one for line in later["documents"] for one in line["rejects"]]
    assert reject["reason"] == "wrong_type"
    assert reject["excerpt"]
    assert "成员2" not in reject["excerpt"]
    said = qunjian("imports", told["import_id"]).out
    for words in ("格式：telegram", "保留＋重复＋拒绝＝读到", "内容的类型不对", "覆盖：2026-11-01 20:01", "时区："):
        assert words in said
    wrong = qunjian("imports", told["import_id"][:-2])
    assert (wrong.code, told["import_id"] in wrong.err) == (2, True)
