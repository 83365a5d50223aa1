"""How the rules did, in a report: counted by hand on a group of three weeks."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from scipy.stats import binomtest
from tests.reports.test_build import part_table, sentences

from qunjian.reports.build import build
from qunjian.reports.material import Material
from qunjian.reports.report import Report
from qunjian.runs.importing import Wish, import_files
from qunjian.runs.inspecting import inspect
from qunjian.runs.report_scope import Wish as ReportWish
from qunjian.runs.reporting import gather
from qunjian.workspace import Workspace

MONDAY = dt.datetime(2026, 10, 26, 12, tzinfo=dt.timezone(dt.timedelta(hours=8)))
NOW = dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC)
# Each day ten posts; a WeChat id on these days, on the last beside a job offer of another rule.
IDS = (1, 8, 15, 16)
OFFER = 16


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Material:
    folder = tmp_path_factory.mktemp("rules")
    lines: list[dict[str, object]] = [
        {"_type": "header", "chatlab": {"version": "0.0.2", "exportedAt": int(NOW.timestamp())},
         "meta": {"name": "读书群", "platform": "QQ", "type": "group", "groupId": "9988"}},
    ]  # fmt: skip
    for day in range(21):
        for nth in range(10):
            said = f"今天读到第{day * 10 + nth}页"
            if nth == 0 and day in IDS:
                said = "刷单日结，加微信 abc12345" if day == OFFER else "资料加微信 abc12345 领取"
            at = MONDAY + dt.timedelta(days=day, minutes=nth)
            lines.append(
                {"_type": "message", "sender": str(100 + nth), "accountName": f"书友{nth}", "type": 0,
                 "timestamp": int(at.timestamp()), "content": said, "platformMessageId": f"{day}-{nth}"}
            )  # fmt: skip
    (folder / "book.jsonl").write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
    space = Workspace.create(folder / "w", clock=lambda: NOW)
    import_files(space, Wish(paths=(folder / "book.jsonl",)))
    inspect(space)
    found = space.lake.session().arrow("SELECT finding_id, message_id FROM finding WHERE rule = 'contact.wechat_id'")
    by_message = {row["message_id"]: row["finding_id"] for row in found.to_pylist()}
    verdicts = (("1-0", "confirmed"), ("8-0", "refuted"))
    reviews = [
        {"finding_id": by_message[message], "verdict": verdict, "reviewer": "小陈", "at": "2026-11-16T09:00:00+08:00"}
        for message, verdict in verdicts
    ]
    (folder / "w" / "decisions").mkdir(exist_ok=True)
    text = "\n".join(json.dumps(each, ensure_ascii=False) for each in reviews)
    (folder / "w" / "decisions" / "review.jsonl").write_text(text + "\n", encoding="utf-8")
    return gather(space, ReportWish(period="2026-W46"))


@pytest.fixture(scope="module")
def report(material: Material) -> Report:
    return build("weekly", material)


def test_hits_rates_and_precision_are_those_counted_by_hand(report: Report) -> None:
    rows = {row[-1].value: row for row in part_table(report, "rules", "rules-done").rows}
    row = rows["contact.wechat_id"]
    assert (row[2].value, row[3].value) == (2, 4)
    assert row[4].value == pytest.approx(4 / 210 * 1000)
    limits = binomtest(4, 210).proportion_ci(method="wilson")
    assert row[5].shown == f"{limits.low * 1000:.2f}–{limits.high * 1000:.2f}"
    limits = binomtest(1, 2).proportion_ci(method="wilson")
    assert (row[6].value, row[8].value) == (0.5, 2)
    assert row[7].shown == f"{limits.low:.0%}–{limits.high:.0%}"
    assert rows["fraud.fake_part_time"][3].value == 1
    assert "公开留微信号引流 100%" in rows["fraud.fake_part_time"][9].shown


def test_a_rule_that_never_hit_has_the_limit_of_its_rate(report: Report) -> None:
    rows = {row[-1].value: row for row in part_table(report, "rules", "rules-silent").rows}
    assert rows["privacy.id_card"][1].value == pytest.approx(3 / 210 * 1000)


def test_without_an_inspection_nothing_is_said_of_rules(tmp_path: Path) -> None:
    space = Workspace.create(tmp_path / "w", clock=lambda: NOW)
    line = {"_type": "message", "sender": "1", "accountName": "甲", "type": 0, "content": "早",
            "timestamp": int(MONDAY.timestamp()), "platformMessageId": "1"}  # fmt: skip
    head = {"_type": "header", "chatlab": {"version": "0.0.2", "exportedAt": int(NOW.timestamp())},
            "meta": {"name": "读书群", "platform": "QQ", "type": "group", "groupId": "9988"}}  # fmt: skip
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in (head, line)), "utf-8")
    import_files(space, Wish(paths=(tmp_path / "a.jsonl",)))
    bare = build("weekly", gather(space, ReportWish(period="2026-W44")))
    assert sentences(bare, "rules") == ["还没有质检，规则无从谈起。"]
