"""Identity on the command line: two people's exports of one talk, persons in the figures, refusal and undo."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Command

# One talk as Ann's phone and as Bob's phone export it: each shows the other by their own address book.
TALK = [
    ("09:00", "Ann", "Morning all"), ("09:01", "Bob", "Hi Ann"), ("09:02", "Bob", "Who has the slides?"),
    ("09:03", "Ann", "I do"), ("09:05", "Bob", "Send them please"), ("09:06", "Cyd", "Me too"),
    ("09:07", "Bob", "Thanks a lot"), ("22:09", "Bob", "See you on Friday"),
]  # fmt: skip


def chat(path: Path, names: dict[str, str]) -> Path:
    lines = [f"[2026/11/16 {at}:00] {names.get(who, who)}: {text}" for at, who, text in TALK]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


@pytest.fixture
def twice(place: Path, qunjian: Command) -> Path:
    """Return the place after both exports came in: Ann calls Bob "Bob Work", and Bob calls himself "Bobby"."""
    for number, names in enumerate(({"Bob": "Bob Work"}, {"Bob": "Bobby"})):
        folder = place / str(number)
        folder.mkdir()
        told = qunjian(
            "import", chat(folder / "_chat.txt", names), "--as", "whatsapp", "--community", "whatsapp:g", "--json"
        )
        assert told.code == 0, told.err
    return place


def measured(qunjian: Command, indicator: str) -> float:
    said = qunjian("measure", indicator, "--by", "week", "--json")
    assert said.code == 0, said.err
    return said.lines()[0]["value"]


def test_one_talk_exported_by_two_people_merges_into_persons(twice: Path, qunjian: Command) -> None:
    assert measured(qunjian, "posts") == 13  # eight messages, Bob's five of them under two names
    (double,) = qunjian("identity", "doubles", "--json").lines()
    assert (double["messages"], {double["one"], double["other"]}) == (
        5, {"whatsapp:name:Bob Work", "whatsapp:name:Bobby"},
    )  # fmt: skip
    (found,) = qunjian("identity", "suggest", "--json").lines()
    assert (found["strength"], found["accounts"]) == ("strong", ["whatsapp:name:Bob Work", "whatsapp:name:Bobby"])
    entry = qunjian("identity", "accept", found["id"], "--by", "王芳", "--json").json()
    assert (entry["by"], entry["strength"]) == ("王芳", "strong")
    assert "same_messages" in entry["evidence"]
    assert measured(qunjian, "posts") == 8  # as the talk was
    assert qunjian("identity", "suggest", "--json").lines() == []
    assert qunjian("identity", "doubles", "--json").lines() == []
    accounts = {one["account"] for one in qunjian("members", "--json").lines()}
    assert {"whatsapp:name:Bob Work", "whatsapp:name:Bobby"} <= accounts  # the lake keeps the accounts
    qunjian("identity", "undo", entry["id"])
    assert measured(qunjian, "posts") == 13
    assert [one["id"] for one in qunjian("identity", "suggest", "--json").lines()] == [found["id"]]
    log = (twice / "w" / "decisions" / "identity.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["act"] for line in log] == ["accept", "undo"]  # lines are only ever added


def test_people_are_counted_where_one_export_has_ids_and_the_other_names(place: Path, qunjian: Command) -> None:
    for number, ids in enumerate(({"Ann": "wxid_ann", "Bob": "wxid_bob", "Cyd": "wxid_cyd"}, {})):
        said = [
            {"sender": ids.get(who), "accountName": who, "type": 0, "content": text,
             "timestamp": 1_795_000_000 + 60 * place_of}
            for place_of, (_, who, text) in enumerate(TALK)
        ]  # fmt: skip
        whole = {
            "chatlab": {"version": "0.0.2", "exportedAt": 1_795_100_000}, "members": [], "messages": said,
            "meta": {"name": "群", "platform": "wechat", "type": "group", "groupId": "1@chatroom"},
        }  # fmt: skip
        (place / f"{number}.json").write_text(json.dumps(whole, ensure_ascii=False), "utf-8")
        assert qunjian("import", place / f"{number}.json", "--json").json()["kept"] == 8
    assert (measured(qunjian, "speakers"), measured(qunjian, "posts")) == (6, 16)
    found = qunjian("identity", "suggest", "--json").lines()
    assert {tuple(one["accounts"]) for one in found} == {
        (f"wechat:name:{who}", f"wechat:wxid_{who.lower()}") for who in ("Ann", "Bob", "Cyd")
    }  # fmt: skip
    for one in found:
        qunjian("identity", "accept", one["id"])
    assert (measured(qunjian, "speakers"), measured(qunjian, "posts")) == (3, 8)


def test_a_refused_pair_stays_away(twice: Path, qunjian: Command) -> None:
    (found,) = qunjian("identity", "suggest", "--json").lines()
    refused = qunjian("identity", "refuse", *found["accounts"], "--json").json()
    assert qunjian("identity", "suggest", "--json").lines() == []
    again = qunjian("identity", "accept", found["id"])
    assert (again.code, "建议" in again.err) == (2, True)
    assert qunjian("identity", "list", "--json").json()["decisions"][0]["id"] == refused["id"]
    assert qunjian("identity", "accept", *found["accounts"]).code == 0  # a person may change their mind by name
    assert measured(qunjian, "posts") == 8


def test_two_contacts_of_one_export_are_never_one_person(twice: Path, qunjian: Command) -> None:
    said = qunjian("identity", "accept", "whatsapp:name:Ann", "whatsapp:name:Bobby")
    assert (said.code, "同一来源" in said.err) == (2, True)
    assert qunjian("identity", "list", "--json").json() == {"persons": [], "decisions": []}
    wrong = qunjian("identity", "accept", "whatsapp:name:An", "whatsapp:name:Bobby")
    assert (wrong.code, "whatsapp:name:Ann" in wrong.err) == (2, True)


def test_the_report_counts_persons(twice: Path, qunjian: Command) -> None:
    (found,) = qunjian("identity", "suggest", "--json").lines()
    qunjian("identity", "accept", found["id"])
    made = qunjian("report", "--preset", "weekly", "--period", "2026-W47", "--format", "json", "--json")
    assert made.code == 0, made.err
    assert made.json()["messages"] == 8


def test_an_erased_account_is_in_no_decision(twice: Path, qunjian: Command) -> None:
    (found,) = qunjian("identity", "suggest", "--json").lines()
    accepted = qunjian("identity", "accept", found["id"], "--by", "王芳", "--json").json()
    kept = qunjian("identity", "refuse", "whatsapp:name:Ann", "whatsapp:name:Cyd", "--json").json()
    qunjian("identity", "undo", accepted["id"])
    qunjian("identity", "accept", *found["accounts"])
    decisions = twice / "w" / "decisions"
    register = [
        {"community_id": "whatsapp:g", "name": "同事群", "exporter": "Bob Work", "every_days": 7},
        {"community_id": "whatsapp:Bob Work", "name": "与Bob Work", "exporter": "Ann"},
        {"community_id": "whatsapp:h", "name": "另一个", "exporter": "Cyd"},
    ]
    lines = [json.dumps(one, ensure_ascii=bool(n)) for n, one in enumerate(register)]
    (decisions / "register.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    duty = {"community_id": "whatsapp:g", "person": "Bob Work", "accounts": ["whatsapp:name:Bob Work"]}
    (decisions / "duty.jsonl").write_text(json.dumps(duty) + "\n", "utf-8")
    assert qunjian("erase", "whatsapp:name:Bob Work", "--yes").code == 0
    for path in decisions.iterdir():
        assert b"Bob Work" not in path.read_bytes(), path
    # What was decided of the account is gone, for it would say whose the nameless rows are; the rest stands.
    assert [one["id"] for one in qunjian("identity", "list", "--json").json()["decisions"]] == [kept["id"]]
    assert len((decisions / "identity.jsonl").read_text("utf-8").splitlines()) == 1
    again = [json.loads(line) for line in (decisions / "register.jsonl").read_text("utf-8").splitlines()]
    assert (again[0]["name"], again[0]["every_days"], again[2]) == ("同事群", 7, register[2])
    assert again[0]["exporter"].startswith("erased-")


def test_one_talk_told_to_the_minute_and_to_the_second_is_doubted_and_listed(place: Path, qunjian: Command) -> None:
    """By hand: one message of Ann, three of Bob, two of Cyd stand twice; two people write "ha" in one minute."""
    talk = [("09:00:12", "Ann", "Morning"), ("09:01:05", "Bob", "Hi Ann"), ("09:01:40", "Bob", "ha"),
            ("09:01:59", "Cyd", "ha"), ("09:03:00", "Ann", "I do"), ("09:05:31", "Bob", "Send them please"),
            ("09:06:20", "Cyd", "Me too")]  # fmt: skip
    told = []
    for name, cut in (("fine", 8), ("coarse", 5)):
        folder = place / name
        folder.mkdir()
        lines = [f"[2026/11/16 {at[:cut]}] {who}: {text}" for at, who, text in talk]
        (folder / "_chat.txt").write_text("\n".join(lines) + "\n", "utf-8")
        asked = ("import", folder / "_chat.txt", "--as", "whatsapp", "--community", "whatsapp:g", "--json")
        told.append(qunjian(*asked).json())
    assert not any("只到分" in warning for warning in told[0]["warnings"])
    (warning,) = [warning for warning in told[1]["warnings"] if "只到分" in warning]
    assert "_chat.txt" in warning
    # 09:03:00 is one instant in both and so one message; the other six stand twice.
    assert (told[1]["kept"], told[1]["duplicate"]) == (6, 1)
    assert {
        (one["one"], one["other"], one["messages"], one["rounded"])
        for one in qunjian("identity", "doubles", "--json").lines()
    } == {(f"whatsapp:name:{who}", f"whatsapp:name:{who}", n, True) for who, n in (("Ann", 1), ("Bob", 3), ("Cyd", 2))}
    assert "一粗一细" in qunjian("identity", "doubles").out
    assert qunjian("identity", "suggest", "--json").lines() == []
