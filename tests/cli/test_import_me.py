"""import --me: two people's exports of one talk, in each of which the exporter is only "我" or "You", become one."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Command

# Name on both phones of each, then what is said; whoever exports is written as the platform writes it.
_SAID = (("小林", "第三章谁读完了？"), ("老周", "我读完了"), ("小林", "那周六聊"), ("老周", "好"))


def line_export(who: str) -> str:
    rows = [f"10:0{n}\t{'You' if name == who else name}\t{text}" for n, (name, text) in enumerate(_SAID)]
    joins = {"小林": "10:08\t\tYou invited 阿敏 to the group.", "老周": "10:08\t\t小林 invited 阿敏 to the group."}
    return (
        "[LINE] Chat history in 读书会\nSaved on: 2026/04/06 12:00\n\nMon, 04/06/2026\n"
        + "\n".join([*rows, joins[who]])
        + "\n"
    )


def whatsapp_export(who: str) -> str:
    rows = [f"06/04/2026, 10:0{n} - {'You' if name == who else name}: {text}" for n, (name, text) in enumerate(_SAID)]
    added = {"小林": "You added 阿敏", "老周": "小林 added 阿敏"}
    return "\n".join([*rows, f"06/04/2026, 10:08 - {added[who]}", "25/04/2026, 09:00 - 阿敏: 早"]) + "\n"


def chatlog_export(who: str) -> str:
    ids = {"小林": "wxid_lin01", "老周": "wxid_zhou1"}
    rows = []
    for n, (name, text) in enumerate(_SAID):
        said = "我(我)" if name == who else f"{name}({ids[name]})"
        rows.append(f"{said} 2026-04-06 10:0{n}:00\n{text}\n")
    return "\n".join([*rows, '系统消息 2026-04-06 10:08:00\n' + (
        '你邀请"阿敏"加入了群聊\n' if who == "小林" else '"小林"邀请"阿敏"加入了群聊\n'
    )])  # fmt: skip


@pytest.mark.parametrize(
    ("export", "stem", "events"),
    [(line_export, "[LINE] 读书会", 1), (whatsapp_export, "WhatsApp Chat with 读书会", 2)],
)
def test_two_exports_by_name_become_one(place: Path, qunjian: Command, export: object, stem: str, events: int) -> None:
    for who in ("小林", "老周"):
        (place / who).mkdir()
        (place / who / f"{stem}.txt").write_text(export(who), "utf-8")  # type: ignore[operator]
    first = qunjian("import", place / "小林", "--me", "小林", "--json").json()
    assert (first["read"], first["kept"]) == (4 + events, 4 + events)
    second = qunjian("import", place / "老周", "--me", "老周", "--json").json()
    assert (second["kept"], second["duplicate"], second["edited"]) == (0, 4 + events, 0)


def test_without_it_each_export_has_its_own_unknown(place: Path, qunjian: Command) -> None:
    for who in ("小林", "老周"):
        (place / f"[LINE] {who}.txt").write_text(line_export(who), "utf-8")
    qunjian("import", place / "[LINE] 小林.txt")
    second = qunjian("import", place / "[LINE] 老周.txt", "--json").json()
    assert second["kept"] == 5


def test_by_name_and_id_where_the_others_are_known_by_id(place: Path, qunjian: Command) -> None:
    for who in ("小林", "老周"):
        (place / who).mkdir()
        (place / who / "读书会 2026-04-06.txt").write_text(chatlog_export(who), "utf-8")
    first = qunjian("import", place / "小林", "--as", "chatlog", "--me", "小林(wxid_lin01)", "--json").json()
    assert first["kept"] == 5
    second = qunjian("import", place / "老周", "--as", "chatlog", "--me", "老周(wxid_zhou1)", "--json").json()
    # The invitation names 小林 by name in one export and is known by id in the other: that line alone stays twice.
    assert (second["kept"], second["duplicate"], second["edited"]) == (1, 4, 0)


def test_a_mapping_too_knows_who_it_was(place: Path, qunjian: Command) -> None:
    (place / "m.yaml").write_text(
        "id: plain\nname: {zh: 表, en: table}\nplatform: im\nformat: csv\n"
        "fields: {community: '=club', name: 谁, text: 内容}\ntime: {from: 时间}\n",
        "utf-8",
    )
    for who in ("小林", "老周"):
        rows = [f"2026-04-06 10:0{n},{'我' if name == who else name},{text}" for n, (name, text) in enumerate(_SAID)]
        (place / f"{who}.csv").write_text("\n".join(["时间,谁,内容", *rows]) + "\n", "utf-8")
    for who, kept in (("小林", 4), ("老周", 0)):
        said = qunjian("import", place / f"{who}.csv", "--as", place / "m.yaml", "--me", who, "--json")
        assert said.code == 0, said.err
        assert said.json()["kept"] == kept


@pytest.mark.parametrize("word", ["我", "You", " "])
def test_me_is_no_answer_to_who_that_is(place: Path, chat: Path, qunjian: Command, word: str) -> None:
    said = qunjian("import", chat, "--me", word)
    assert (said.code, "--me 没有说是谁" in said.err) == (2, True)
