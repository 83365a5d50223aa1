"""communities, members, messages: filters, surroundings, and lists of silent people only for a purpose."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Command, message, write_chat


@pytest.fixture
def filled(chat: Path, qunjian: Command) -> Path:
    assert qunjian("import", chat).code == 0
    return chat


def test_communities_has_the_documented_keys(filled: Path, qunjian: Command) -> None:
    (one,) = qunjian("communities", "--json").lines()
    assert set(one) == {"id", "name", "platform", "messages", "accounts", "members", "first", "last"}
    assert (one["id"], one["name"], one["platform"]) == ("telegram:77", "读书会", "telegram")
    assert (one["messages"], one["accounts"], one["members"]) == (6, 3, None)
    assert "读书会" in qunjian("communities").out


def test_a_partial_list_of_members_is_no_count_of_them(place: Path, qunjian: Command) -> None:
    log = place / "events.jsonl"
    said = {"time": 1762000000, "self_id": 1, "post_type": "message", "message_type": "group", "sub_type": "normal"}
    said |= {"message_id": 7, "group_id": 900, "user_id": 5, "message": "大家好", "raw_message": "大家好", "font": 0}
    said |= {"sender": {"user_id": 5, "nickname": "小林", "card": "", "role": "owner"}}
    log.write_text(json.dumps(said, ensure_ascii=False) + "\n", "utf-8")
    assert qunjian("import", log).code == 0
    (one,) = qunjian("communities", "--json").lines()
    assert (one["messages"], one["accounts"], one["members"]) == (1, 1, None)


def test_an_empty_workspace_lists_nothing(place: Path, qunjian: Command) -> None:
    for command in ("communities", "members", "messages", "imports"):
        said = qunjian(command, "--json")
        assert (said.code, said.out) == (0, "")


def test_members_lists_who_spoke(filled: Path, qunjian: Command) -> None:
    rows = qunjian("members", "--json").lines()
    assert [(r["account"], r["messages"]) for r in rows] == [
        ("telegram:user1", 3), ("telegram:user2", 2), ("telegram:user3", 1),
    ]  # fmt: skip


def test_members_shows_what_the_archive_notes_of_consent(place: Path, qunjian: Command) -> None:
    def noted(number: int, who: str, kind: str, room: str) -> dict:
        at = 1_767_225_600_000 + number * 60_000
        return {"msgid": f"c{number}_external", "action": "send", "from": who, "tolist": ["lisi"], "roomid": room,
                "msgtime": at, "msgtype": kind, kind: {"userid": who, f"{kind}_time": at}}  # fmt: skip

    said = {"msgid": "t1", "action": "send", "from": "lisi", "tolist": ["wmA"], "roomid": "wrRoom",
            "msgtime": 1_767_225_600_000, "msgtype": "text", "text": {"content": "同意会话存档"}}  # fmt: skip
    first = [noted(1, "wmA", "agree", ""), noted(2, "wmB", "agree", "wrRoom"), noted(3, "wmB", "disagree", "wrRoom")]
    (place / "archive.json").write_text(json.dumps([said, *first], ensure_ascii=False), "utf-8")
    assert qunjian("import", place / "archive.json").code == 0
    found = {(row["account"], row["consent"]) for row in qunjian("members", "--json").lines()}
    # The last word counts; an employee who only writes the same words has given none.
    assert found == {("wecom:wmA", "agreed"), ("wecom:wmB", "refused"), ("wecom:lisi", None)}
    shown = qunjian("members").out
    assert (shown.count("  同意会话存档"), shown.count("  不同意会话存档")) == (1, 1)


def test_silent_members_need_a_purpose_and_it_is_logged(place: Path, filled: Path, qunjian: Command) -> None:
    assert qunjian("members", "--silent").code == 2
    assert qunjian("members", "--silent", "--purpose", "回访", "--json").code == 0
    (entry,) = (json.loads(line) for line in (place / "w" / "access.jsonl").read_text().splitlines())
    assert entry["purpose"] == "回访"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ([], [1, 2, 3, 4, 5, 6]),
        (["--account", "telegram:user1"], [1, 3, 6]),
        (["--contains", "读完"], [3, 4]),
        (["--from", "2026-11-02", "--to", "2026-11-03"], [3, 4]),
        (["--limit", "2"], [1, 2]),
        (["--kind", "image"], []),
        (["--community", "telegram:77", "--account", "telegram:user3"], [4]),
        (["--around", "4", "--context", "1"], [3, 4, 5]),
        (["--around", "telegram:77/1", "--context", "2"], [1, 2, 3]),
    ],
)
def test_messages_by_filter(filled: Path, qunjian: Command, words: list[str], found: list[int]) -> None:
    said = qunjian("messages", "--json", *words)
    assert [int(row["message_id"]) for row in said.lines()] == found, said.err


def test_days_are_days_of_the_workspace_zone(place: Path, qunjian: Command) -> None:
    # 2026-11-01 16:30 UTC is 00:30 on the second in Shanghai.
    late = message(270, 1, 1, "晚安")
    qunjian("import", write_chat(place / "late.json", [late]))
    assert qunjian("messages", "--from", "2026-11-02", "--json").lines()
    assert not qunjian("messages", "--to", "2026-11-01", "--json").lines()


def test_the_message_asked_for_is_marked(filled: Path, qunjian: Command) -> None:
    rows = qunjian("messages", "--around", "4", "--context", "1", "--json").lines()
    assert [row["centre"] for row in rows] == [False, True, False]


def test_unknown_names_are_refused_with_the_nearest(filled: Path, qunjian: Command) -> None:
    said = qunjian("messages", "--community", "telegram:78")
    assert said.code == 2
    assert "telegram:77" in said.err
    assert qunjian("messages", "--around", "999").code == 2


def test_control_characters_never_reach_the_terminal(place: Path, qunjian: Command) -> None:
    qunjian("import", write_chat(place / "evil.json", [message(1, 1, 1, "a\x1b[31mred\u202e")]))
    said = qunjian("messages").out
    assert "\x1b" not in said
    assert "\u202e" not in said
