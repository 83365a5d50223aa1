"""What the samples of WeCom groups cannot say: sizes, a forced community, and rosters beside archives in one lake."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.sources.conftest import CASES, Result, parsed

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
