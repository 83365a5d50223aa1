"""Reports of some communities hold nothing of the others; reports that leave the team name nobody, in any format."""

from __future__ import annotations

import datetime as dt
import html
import io
import json
import re
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest

from qunjian.model.errors import BadInputError, UnknownNameError
from qunjian.reports.render_html import render_html
from qunjian.reports.render_json import render_json
from qunjian.reports.render_md import render_md
from qunjian.reports.render_xlsx import render_xlsx
from qunjian.runs.importing import Wish as ImportWish
from qunjian.runs.importing import import_files
from qunjian.runs.inspecting import inspect
from qunjian.runs.report_drawing import draw
from qunjian.runs.report_scope import Wish
from qunjian.runs.reporting import gather
from qunjian.workspace import Workspace

MONDAY = dt.datetime(2026, 11, 9, 1, tzinfo=dt.UTC)
NOW = dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC)
SPAMMER = "卖号的阿强"
NAMES = (SPAMMER, "王小明", "Alice Zhang", "李运营", "赵导出", "陈静默")
GROUPS = {"778899": "城南妈妈客户群", "556677": "读书会二群"}


def write_group(path: Path, group: str) -> Path:
    """Write a fortnight of one group: everyday talk, and every third day somebody who names others and sells."""
    stamp = int(MONDAY.timestamp())
    spam = f"{NAMES[1]} 和 alice zhang 还有 90210077 都在 {GROUPS['556677']} 买过，加微信 abcd12345 领资料，@{NAMES[3]}"
    lines: list[dict[str, object]] = [
        {"_type": "header", "chatlab": {"version": "0.0.2", "exportedAt": stamp + 8 * 86400},
         "meta": {"name": GROUPS[group], "platform": "QQ", "type": "group", "groupId": group}},
        *({"_type": "member", "platformId": f"902100{number:02d}", "accountName": NAMES[number - 76]}
          for number in (77, 78)),
    ]  # fmt: skip
    for number in range(-70, 70):
        who = 0 if number % 30 == 0 else 1 + number % 3
        said = spam if who == 0 else f"{NAMES[(who % 3) + 1]} 今天读到第 {number % 9} 页，明天一起去城南公园吧"
        lines.append(
            {"_type": "message", "sender": f"9021007{who + 6}", "accountName": NAMES[who], "type": 0,
             "timestamp": stamp + number * 8640, "content": said, "platformMessageId": f"{group}-{number}"}
        )  # fmt: skip
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("leaving")
    opened = Workspace.create(folder / "w", clock=lambda: NOW)
    import_files(opened, ImportWish(tuple(write_group(folder / f"{GROUPS[group]}.jsonl", group) for group in GROUPS)))
    decisions = opened.root / "decisions"
    duty = {"community_id": "qq:778899", "person": NAMES[3], "accounts": ["qq:90210079"]}
    (decisions / "duty.jsonl").write_text(json.dumps(duty) + "\n", encoding="utf-8")
    register = [{"community_id": f"qq:{group}", "name": name, "exporter": NAMES[4], "every_days": 1}
                for group, name in GROUPS.items()]  # fmt: skip
    (decisions / "register.jsonl").write_text("\n".join(map(json.dumps, register)) + "\n", encoding="utf-8")
    silence = {"rule": "contact.wechat_id", "reason": f"{NAMES[1]} 是同事", "owner": NAMES[5],
               "expires": "2027-01-01", "community_id": "qq:556677"}  # fmt: skip
    (decisions / "silence.jsonl").write_text(json.dumps(silence) + "\n", encoding="utf-8")
    inspect(opened)
    return opened


def texts(space: Workspace, wish: Wish) -> dict[str, str]:
    """Return what a reader of each format can find in it: whole texts, not markup of ours."""
    report = draw(space, wish).report
    book = openpyxl.load_workbook(io.BytesIO(render_xlsx(report)))
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    page = render_html(report).decode()
    body = page[page.index("<body") : page.rindex("<script>")]
    return {
        "html": html.unescape(body),
        "xlsx": "\n".join([*cells, *book.sheetnames]),
        "md": render_md(report).decode(),
        "json": render_json(report).decode(),
    }


def known(space: Workspace) -> tuple[set[str], set[str]]:
    """Return every name and every id of roster, messages and groups, straight from the lake."""
    with closing(space.lake.session()) as session:
        run = session.connection.execute
        names = {name for (name,) in run("SELECT name_then FROM message UNION SELECT name FROM roster").fetchall()}
        names |= {
            name for (name,) in run("SELECT name FROM community UNION SELECT name_then FROM membership").fetchall()
        }
        ids = {one for (one,) in run("SELECT account_id FROM message UNION SELECT account_id FROM roster").fetchall()}
        ids |= {one for (one,) in run("SELECT community_id FROM message").fetchall()}
    names |= {duty.person for duty in space.decisions().duties}
    natives = {one.rpartition(":")[2] for one in ids if one}
    return {name for name in names if name and len(name) > 1}, {one for one in (ids | natives) if one and len(one) > 3}


def stands(name: str, text: str) -> bool:
    """Return whether a name stands in a text; one of Latin letters or digits as a word of its own."""
    if name.isascii():
        return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.I) is not None
    return name.lower() in text.lower()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_name_and_no_id_leaves_the_team(space: Workspace, language: str) -> None:
    names, ids = known(space)
    assert {SPAMMER, "Alice Zhang", *GROUPS.values()} <= names
    assert {"90210077", "qq:90210077", "qq:778899", "778899"} <= ids
    names |= {*NAMES, *(f"{name}.jsonl" for name in GROUPS.values())}
    for form, text in texts(space, Wish(language=language, pseudonyms=True)).items():  # type: ignore[arg-type]
        assert [name for name in (*names, *ids) if stands(name, text)] == [], form


def test_the_test_above_would_see_a_name(space: Workspace) -> None:
    names, _ = known(space)
    found = texts(space, Wish())
    for form, text in found.items():
        assert any(stands(name, text) for name in names), form
    assert "领资料" in found["html"]
    assert "是同事" in found["html"]


def test_pseudonyms_are_the_same_in_every_report_and_stand_for_persons_and_groups(space: Workspace) -> None:
    first, again = (texts(space, Wish(pseudonyms=True))["json"] for _ in range(2))
    daily = texts(space, Wish("daily", pseudonyms=True))["json"]
    groups, persons = (re.compile(rf"\b{kind}-[0-9a-f]{{8}}\b") for kind in "gm")
    assert set(groups.findall(first)) == set(groups.findall(again))
    assert set(groups.findall(daily)) <= set(groups.findall(first))
    assert persons.findall(first)
    assert len(set(groups.findall(first))) == len(gather(space).communities)


def test_figures_stay_what_they_are(space: Workspace) -> None:
    open_, leaving = draw(space, Wish()), draw(space, Wish(pseudonyms=True))
    assert (open_.messages, open_.findings, len(open_.communities)) == (
        leaving.messages, leaving.findings, len(leaving.communities),
    )  # fmt: skip
    cards = [sorted(str(card.score.value) for card in gather(space, wish).scorecards)
             for wish in (Wish(), Wish(pseudonyms=True))]  # fmt: skip
    assert cards[0] == cards[1]


def test_a_report_of_some_communities_holds_nothing_of_the_others(space: Workspace) -> None:
    whole = gather(space)
    chosen = whole.communities[0]
    narrow = gather(space, Wish(communities=(chosen.community_id,)))
    assert [each.community_id for each in narrow.communities] == [chosen.community_id]
    assert narrow.communities[0].messages == chosen.messages
    others = [each for each in whole.communities if each.community_id != chosen.community_id]
    for form, text in texts(space, Wish(communities=(chosen.community_id,))).items():
        for other in others:
            assert other.community_id not in text, form
            assert other.name not in text, form


def test_an_unknown_community_and_a_standard_never_inspected_under_are_refused(space: Workspace) -> None:
    with pytest.raises(UnknownNameError):
        gather(space, Wish(communities=("qq:nothing",)))
    with pytest.raises(BadInputError, match="not-there"):
        gather(space, Wish(standard="not-there"))
    assert gather(space, Wish(standard="general")).run


def test_the_report_says_it_is_pseudonymous(space: Workspace) -> None:
    assert draw(space, Wish(pseudonyms=True)).report.title.endswith("（代号版）")
    assert "代号" not in draw(space, Wish()).report.title
