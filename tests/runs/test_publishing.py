"""A published standard: equal to its source, never changed, found by date and by the version findings name."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from qunjian.model.decisions import StandardInForce
from qunjian.model.errors import BadInputError
from qunjian.runs.drafting import begin, copy_of, edition_of, keep_draft, open_base, open_draft
from qunjian.runs.importing import Wish, import_files
from qunjian.runs.inspecting import inspect
from qunjian.runs.inspection import chosen_edition, latest
from qunjian.runs.publishing import Release, publish, releases
from qunjian.runs.standards import open_edition
from qunjian.workspace import Workspace

MONDAY = dt.date(2026, 11, 2)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "w")


def published(workspace: Workspace, version: str, off: tuple[str, ...] = ()) -> tuple[Release, str]:
    """Publish a copy of the general standard called `ours`, with some rules off; return it and its version."""
    home = workspace.standards
    draft = open_draft(home, begin(copy_of("general"), home, name="ours", title="我们的标准", version=version))
    rules = draft.standard.rules.model_copy(update={"off": off})
    changed = draft.model_copy(update={"standard": draft.standard.model_copy(update={"rules": rules})})
    whole = open_draft(home, keep_draft(changed, home)).over(open_base(home, draft.base))
    edition = edition_of(whole, home)
    return publish(edition, whole, home), edition.version


def decide(workspace: Workspace, *lines: tuple[Release, str, dt.date]) -> None:
    written = [
        json.dumps({"standard": "ours", "version": version, "starts": str(starts), "content": release.content})
        for release, version, starts in lines
    ]
    (workspace.root / "decisions" / "standard.jsonl").write_text("\n".join(written) + "\n", "utf-8")


def test_a_published_copy_finds_what_its_source_finds(workspace: Workspace) -> None:
    published(workspace, "1")
    assert open_edition("ours", (workspace.standards,)).rules == open_edition("general").rules


def test_the_same_content_has_the_same_name_and_a_changed_file_is_refused(workspace: Workspace) -> None:
    first, _ = published(workspace, "1")
    again, _ = published(workspace, "1")
    assert first.content == again.content
    decide(workspace, (first, "1", MONDAY))
    text = first.path.read_text("utf-8")
    first.path.write_text(text.replace('"severity":"minor"', '"severity":"notice"', 1), "utf-8")
    with pytest.raises(BadInputError, match="it was changed"):
        chosen_edition(workspace, None, workspace.decisions(), MONDAY)
    first.path.unlink()
    again.path.unlink()
    with pytest.raises(BadInputError, match="is gone"):  # and nothing takes its place silently
        chosen_edition(workspace, None, workspace.decisions(), MONDAY)


def test_each_day_is_inspected_under_the_version_in_force_on_it(workspace: Workspace, tmp_path: Path) -> None:
    one, old = published(workspace, "1")
    two, new = published(workspace, "2", off=("contact.coded_platform",))
    decide(workspace, (one, old, MONDAY), (two, new, MONDAY + dt.timedelta(days=2)))
    nine = int(dt.datetime(2026, 11, 2, 1, tzinfo=dt.UTC).timestamp())  # 09:00 in the workspace's zone
    about = {"name": "群", "platform": "wechat", "type": "group", "groupId": "g"}
    lines: list[dict[str, object]] = [{"_type": "header", "chatlab": {"version": "0.0.2"}, "meta": about}]
    lines += [
        {"_type": "message", "sender": "u", "accountName": "甲", "timestamp": nine + 86_400 * day, "type": 0,
         "content": "加个卫星，发你目录", "platformMessageId": str(day)}
        for day in range(3)
    ]  # fmt: skip
    log = tmp_path / "log.jsonl"
    log.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n", "utf-8")
    import_files(workspace, Wish((log,)))
    seen = []
    for number in range(3):
        day = MONDAY + dt.timedelta(days=number)
        found = inspect(workspace, first=day, last=day)
        seen.append((found.version, sum(found.findings["severity"].values())))
    assert seen == [(old, 1), (old, 1), (new, 0)]
    exact = chosen_edition(workspace, "ours", workspace.decisions(), MONDAY, old)
    assert exact.version == old  # yesterday recomputes under yesterday's
    assert [each.number for each in releases(workspace.standards)] == [1, 2]


def test_of_several_decisions_the_one_that_began_last_holds() -> None:
    days = [
        StandardInForce("s", name, MONDAY + dt.timedelta(days=n))
        for name, n in (("a", 0), ("c", 5), ("b", 2), ("b2", 2))
    ]
    held = [latest(days, MONDAY + dt.timedelta(days=n)) for n in (-1, 0, 1, 2, 4, 5, 9)]
    assert [each and each.version for each in held] == [None, "a", "a", "b2", "b2", "c", "c"]
