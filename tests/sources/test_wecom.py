"""What the samples of WeCom groups cannot say: sizes, a forced community, and rosters beside archives in one lake."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.sources.conftest import CASES, Result, parsed

from qunjian.insight.signs.reading import read_signs
from qunjian.runs import platform_notes
from qunjian.runs.erasing import erase_account
from qunjian.runs.importing import Wish, import_files
from qunjian.sources.document import memory_document
from qunjian.sources.reader import Options
from qunjian.sources.registry import detect, run_task, tasks
from qunjian.workspace import Workspace

CUSTOMER = "wmErxtDgAA9AW32YyyuYRimKr7D1KWlw"


def read(text: str, **options: Any) -> Result:
    document = memory_document("a.json", text.encode())
    return parsed([(0, document, detect(document, "wecom_groups", (), Options(zone="Asia/Shanghai", **options)))])


def sample(name: str) -> Result:
    return parsed(next(case for case in CASES if case.name == f"wecom_groups/{name}").detections())


def test_totals_stand_for_the_end_of_their_day_and_owners_totals_for_the_time_they_were_fetched() -> None:
    assert sample("sizes.jsonl").states["size_snapshot"] == [
        {"community_id": "wecom:wrS", "at": "2026-01-04T00:00:00+00:00", "members": 87},
        {"community_id": "wecom:customer-groups", "at": "2026-01-01T15:59:59+00:00", "members": 6},
        {"community_id": "wecom:customer-groups", "at": "2026-01-02T15:59:59+00:00", "members": 9},
        {"community_id": "wecom:owner:zhangsan", "at": "2026-01-03T16:00:00+00:00", "members": 61},
    ]


def test_what_cannot_be_known_is_said() -> None:
    document = memory_document("a.json", json.dumps({"items": [{"owner": "a", "data": {"member_total": 1}}]}).encode())
    found = detect(document, "wecom_groups", (), Options())
    (outcome,) = [run_task(task) for task in tasks([(0, document, found)])]
    assert "exported_at" in outcome.parts[0].warnings[0]
    member = {"userid": "a", "group_id": "g", "join_time": 1767225600, "join_scene": 1}
    document = memory_document("a.json", json.dumps(member).encode())
    (outcome,) = [run_task(task) for task in tasks([(0, document, detect(document))])]
    assert "exported_at" in outcome.parts[0].warnings[0]


def test_a_list_without_its_group_is_read_into_the_community_asked_for() -> None:
    member = {"userid": CUSTOMER, "type": 2, "join_time": 1767225600, "join_scene": 3}
    result = read(json.dumps({"code": 0, "data": {"total": 1, "records": [member]}}), community="wecom:wrX")
    assert result.rejects == {}
    (row,) = result.states["roster"]
    assert (row["community_id"], row["account_id"], row["complete"]) == ("wecom:wrX", f"wecom:{CUSTOMER}", True)


def test_a_roster_names_whom_the_archive_only_knows_by_id(tmp_path: Path) -> None:
    said = [
        {
            "msgid": f"m{n}", "action": "send", "from": who, "tolist": [], "roomid": "wr1",
            "msgtime": 1767500000000 + n, "msgtype": "text", "text": {"content": "好"},
        }
        for n, who in enumerate(("lisi", "zhaoliu", CUSTOMER))
    ]  # fmt: skip
    group = {
        "chat_id": "wr1", "name": "读书群", "owner": "lisi", "create_time": 1767225600,
        "member_list": [
            {"userid": "lisi", "type": 1, "join_time": 1767225600, "join_scene": 1, "name": "李四"},
            {"userid": CUSTOMER, "type": 2, "join_time": 1767225601, "join_scene": 3, "name": "王语嫣"},
        ],
    }  # fmt: skip
    archive, roster = tmp_path / "archive.json", tmp_path / "group.json"
    archive.write_text(json.dumps(said), "utf-8")
    roster.write_text(json.dumps({"errcode": 0, "group_chat": group}), "utf-8")
    workspace = Workspace.create(tmp_path / "work")
    import_files(workspace, Wish((roster,)))
    assert people(workspace) == {"lisi": ("owner", "李四"), CUSTOMER: ("member", "王语嫣")}
    import_files(workspace, Wish((archive,)))
    assert people(workspace) == {"lisi": ("owner", "李四"), CUSTOMER: ("member", "王语嫣")}
    assert group_name(workspace) == "读书群"


def test_an_archive_alone_knows_employees_by_their_ids(tmp_path: Path) -> None:
    archive = tmp_path / "archive.json"
    message = {
        "msgid": "m", "action": "send", "from": "lisi", "tolist": [], "roomid": "wr1", "msgtime": 1767500000000,
        "msgtype": "text", "text": {"content": "好"},
    }  # fmt: skip
    archive.write_text(json.dumps([message]), "utf-8")
    workspace = Workspace.create(tmp_path / "work")
    import_files(workspace, Wish((archive,)))
    assert people(workspace) == {"lisi": ("staff", None)}
    assert group_name(workspace) is None


def people(workspace: Workspace) -> dict[str, tuple[str, str | None]]:
    rows = workspace.lake.session().connection.sql("SELECT account_id, role, name FROM roster").fetchall()
    return {account.removeprefix("wecom:"): (role, name) for account, role, name in rows}


def group_name(workspace: Workspace) -> str | None:
    found: list[tuple[str | None]] = workspace.lake.session().connection.sql("SELECT name FROM community").fetchall()
    return found[0][0]


def test_totals_are_differenced_at_the_level_they_are_counted_at(tmp_path: Path) -> None:
    """By hand: messages 7, 12, 40 on days 1, 2, 4 are +5 in one day and +28 in two; a day's new stay what they are."""
    days = [(1, 7, 2), (2, 12, 0), (4, 40, 3)]
    items = [
        {"stat_time": 1767196800 + 86400 * (day - 1), "data": {"msg_total": said, "new_member_cnt": came}}
        for day, said, came in days
    ]
    owner = [
        {
            "exported_at": 1767456000 + 86400 * n,
            "items": [{"owner": "zhangsan", "data": {"msg_total": said, "new_member_cnt": came}}],
        }
        for n, (said, came) in enumerate(((90, 4), (80, 0)))
    ]
    for name, answers in (("days", [{"errcode": 0, "items": items}]), ("owner", owner)):
        (tmp_path / f"{name}.json").write_text(json.dumps(answers), "utf-8")
    workspace = Workspace.create(tmp_path / "work")
    import_files(workspace, Wish((tmp_path / "days.json", tmp_path / "owner.json"), "wecom_groups"))
    rows = [
        (r["community"], r["measure"], r["value"], r["change"], r["days"]) for r in platform_notes.counts(workspace)
    ]
    assert rows == [
        ("wecom:customer-groups", "messages", 7, None, None),
        ("wecom:customer-groups", "messages", 12, 5, 1.0),
        ("wecom:customer-groups", "messages", 40, 28, 2.0),
        ("wecom:customer-groups", "new_members", 2, 2, 1.0),
        ("wecom:customer-groups", "new_members", 0, 0, 1.0),
        ("wecom:customer-groups", "new_members", 3, 3, 1.0),
        ("wecom:owner:zhangsan", "messages", 90, None, None),
        ("wecom:owner:zhangsan", "messages", 80, -10, 1.0),
        ("wecom:owner:zhangsan", "new_members", 4, 4, None),  # new in the days asked for, and those nobody names
        ("wecom:owner:zhangsan", "new_members", 0, 0, None),
    ]


@pytest.mark.parametrize("owner", ["canary-zhangsan", "zs7"])
def test_an_owner_known_only_by_the_figures_of_the_groups_can_be_erased(tmp_path: Path, owner: str) -> None:
    """The id stands in a community's id and name, in the register, in reports of imports: nowhere after it."""
    items = [{"owner": one, "data": {"member_total": 6, "msg_total": 7}} for one in (owner, f"{owner}8", f"{owner}-b")]
    (tmp_path / "stat.json").write_text(json.dumps({"exported_at": 1767456000, "items": items}), "utf-8")
    workspace = Workspace.create(tmp_path / "work")
    import_files(workspace, Wish((tmp_path / "stat.json",)))
    (workspace.root / "decisions").mkdir(exist_ok=True)
    (workspace.root / "decisions" / "register.csv").write_text(
        f"社群,导出周期\nwecom:owner:{owner},7\nwecom:owner:{owner}8,7\n", "utf-8"
    )
    before = platform_notes.counts(workspace)
    assert holding(workspace.root, owner)
    erase_account(workspace, owner)
    assert holding(workspace.root, owner) == []
    import_files(workspace, Wish((tmp_path / "stat.json",)))  # refused by the tombstone
    assert holding(workspace.root, owner) == []
    after = platform_notes.counts(workspace)
    assert sorted(row["value"] for row in after) == sorted(row["value"] for row in before)
    assert {f"wecom:owner:{owner}8", f"wecom:owner:{owner}-b"} < {row["community"] for row in after}
    assert len({row["community"] for row in after}) == 3


def holding(root: Path, owner: str) -> list[str]:
    """Return the files in which the id stands alone, in raw bytes or decoded Parquet values; longer ids are others'."""
    alone = re.compile(rf"(?<![0-9A-Za-z]){re.escape(owner)}(?![0-9A-Za-z]|-b)")
    found = []
    for path in (each for each in root.rglob("*") if each.is_file()):
        text = path.read_bytes().decode("latin-1")
        if path.suffix == ".parquet":
            text += str(pq.read_table(path, partitioning=None).to_pylist())
        found += [path.name] if alone.search(text) else []
    return found


def test_consent_is_a_table_and_what_was_said_after_a_refusal_is_a_sign(tmp_path: Path) -> None:
    def said(n: int, minute: int, who: str, kind: str = "text") -> dict[str, object]:
        body = {"content": "好"} if kind == "text" else {"userid": who, f"{kind}_time": 1767500000000 + minute * 60_000}
        return {
            "msgid": f"m{n}", "action": "send", "from": who, "tolist": [], "msgtype": kind, kind: body,
            "roomid": "wr1" if kind == "text" else "", "msgtime": 1767500000000 + minute * 60_000,
        }  # fmt: skip

    other = "wmOther"
    log = [
        said(1, 0, CUSTOMER, "agree"), said(2, 1, CUSTOMER), said(3, 2, CUSTOMER, "disagree"), said(4, 3, CUSTOMER),
        said(5, 4, CUSTOMER), said(6, 5, CUSTOMER, "agree"), said(7, 6, CUSTOMER), said(8, 7, other, "disagree"),
        said(9, 0, other), said(10, 9, "lisi"),
    ]  # fmt: skip
    (tmp_path / "archive.json").write_text(json.dumps(log), "utf-8")
    workspace = Workspace.create(tmp_path / "work")
    import_files(workspace, Wish((tmp_path / "archive.json",)))
    names = ("account", "consent", "notes", "messages", "unconsented", "communities")
    assert [tuple(row[name] for name in names) for row in platform_notes.consents(workspace)] == [
        (f"wecom:{CUSTOMER}", "agreed", 3, 4, 2, ["wecom:wr1"]),
        (f"wecom:{other}", "refused", 1, 1, 0, ["wecom:wr1"]),
    ]
    (sign,) = [one for one in read_signs(workspace.lake.session(), {}, "Asia/Shanghai") if one.kind == "unconsented"]
    assert (sign.community_id, sign.numbers) == ("wecom:wr1", {"accounts": 1, "messages": 2})
