"""A draw anybody can repeat: compared with twenty lines of Python that know only the plan and the documented rule."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.checks.rules import messages as chat

from qunjian.lake.records import DocumentEntry
from qunjian.model.errors import BadInputError
from qunjian.runs.browsing import Filters as Messages
from qunjian.runs.browsing import messages
from qunjian.runs.drawing import Wanted, draw_reviews
from qunjian.runs.findings import Filters, findings
from qunjian.runs.inspecting import inspect
from qunjian.sampling.draw import Quota, Unit, draw, rank
from qunjian.workspace import Workspace

NOW = dt.datetime(2026, 11, 20, 4, tzinfo=dt.UTC)
GROUPS = {"妈妈群": 37, "读书会": 21, "空群": 2}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    home = tmp_path_factory.mktemp("drawing")
    made = Workspace.create(home / "w", clock=lambda: NOW)
    for name, severity, word in (("ads", "major", "兼职刷单"), ("rude", "minor", "闭嘴")):
        rule = {
            "id": f"mine.{name}", "name": name, "severity": severity, "category": "spam", "hint": "核对",
            "basis": [{"source": "群规"}], "samples": {"hit": ["一", "二", "三"], "pass": ["四", "五", "六"]},
            "detect": {"kind": "phrases", "words": [word]},
        }  # fmt: skip
        path = made.standards / "packs" / "mine" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(rule, ensure_ascii=False), encoding="utf-8")
    standard = {"id": "team", "name": "我们的标准", "rules": {"packs": ["mine"]}}
    (made.standards / "team.yaml").write_text(json.dumps(standard, ensure_ascii=False), encoding="utf-8")
    texts, places, moments = list[str | None](), list[str](), list[dt.datetime]()
    for group, count in GROUPS.items():
        for n in range(count):
            texts.append("兼职刷单" if n % 5 == 1 else "都闭嘴" if n % 7 == 2 else f"今天说第{n}件事")
            places.append(f"t:{group}")
            moments.append(dt.datetime(2026, 11, 2 + n // 20, 1, n % 20, tzinfo=dt.UTC))
    with made.lake.importing() as act:
        document = act.open_document(DocumentEntry("made.json", format="made"))
        act.add(document, chat(texts, community_id=places, scope=places, sent_at=moments))
        act.reading(document).include(read=len(texts))
        act.close_document(document)
        act.commit()
    inspect(made, "team")
    return made


def naive(seed: str, scope: str, message: str, rule: str) -> str:
    return hashlib.sha256(f"{seed}\n{scope}\n{message}\n{rule}".encode()).hexdigest()


def test_findings_by_severity_are_the_lowest_ranks_of_each_community(workspace: Workspace) -> None:
    plan = Wanted("十一月", {"major": Quota(share=0.5), "minor": Quota(count=2, each=False)})
    got = draw_reviews(workspace, plan)
    everything = list(findings(workspace, Filters()))
    expected = set()
    for group in {row.community_id for row in everything}:
        own = [row for row in everything if row.community_id == group and row.severity == "major"]
        own.sort(key=lambda row: naive("十一月", row.scope, row.message_id, row.rule))
        expected |= {row.finding_id for row in own[: math.ceil(len(own) / 2)]}
    minor = [row for row in everything if row.severity == "minor"]
    minor.sort(key=lambda row: naive("十一月", row.scope, row.message_id, row.rule))
    expected |= {row.finding_id for row in minor[:2]}
    assert {unit.finding_id for unit in got.units} == expected
    assert len(got.units) == len(expected)
    sizes = {(each.community_id, each.kind): (each.size, each.drawn) for each in got.strata}
    assert sizes["", "minor"] == (len(minor), 2)
    assert sum(size for (_, kind), (size, _) in sizes.items() if kind == "major") == len(everything) - len(minor)


@pytest.mark.parametrize("quota", [Quota(share=0.1), Quota(count=3), Quota(count=5, each=False), Quota(share=1.0)])
def test_unflagged_messages_are_the_lowest_ranks(workspace: Workspace, quota: Quota) -> None:
    got = draw_reviews(workspace, Wanted("s", unflagged=quota))
    flagged = {(row.scope, row.message_id) for row in findings(workspace, Filters())}
    rows = [
        row for row in messages(workspace, Messages(limit=None)) if (row["scope"], row["message_id"]) not in flagged
    ]
    expected = []
    places = {str(row["community_id"]) for row in rows} if quota.each else {""}
    for place in places:
        own = [row for row in rows if place in ("", row["community_id"])]
        own.sort(key=lambda row: naive("s", str(row["scope"]), str(row["message_id"]), ""))
        wanted = math.ceil(round(quota.share * len(own), 9)) if quota.share else quota.count or 0
        expected += [(row["scope"], row["message_id"]) for row in own[:wanted]]
    assert Counter((unit.scope, unit.message_id) for unit in got.units) == Counter(expected)
    assert {stratum.community_id: stratum.size for stratum in got.strata} == {
        place: sum(place in ("", row["community_id"]) for row in rows) for place in places
    }
    assert all(unit.rank == rank("s", Unit(unit.community_id, unit.scope, unit.message_id)) for unit in got.units)


def test_the_same_plan_draws_the_same_and_another_seed_another(workspace: Workspace) -> None:
    plan = Wanted("a", {"major": Quota(share=0.5)}, Quota(share=0.2))
    assert draw_reviews(workspace, plan) == draw_reviews(workspace, plan)
    other = draw_reviews(workspace, Wanted("b", {"major": Quota(share=0.5)}, Quota(share=0.2)))
    assert {unit.message_id for unit in other.units} != {
        unit.message_id for unit in draw_reviews(workspace, plan).units
    }


def test_a_draw_keeps_to_its_communities_and_days(workspace: Workspace) -> None:
    day = dt.date(2026, 11, 2)
    plan = Wanted("a", {"major": Quota(share=1.0)}, Quota(share=1.0), first=day, last=day)
    units = draw_reviews(workspace, plan).units
    assert units
    assert {unit.sent_at.astimezone(dt.timezone(dt.timedelta(hours=8))).date() for unit in units} == {day}
    group = units[0].community_id
    only = Wanted("a", {"major": Quota(share=1.0)}, Quota(share=1.0), (group,))
    assert {unit.community_id for unit in draw_reviews(workspace, only).units} == {group}


def test_nothing_to_draw_from(workspace: Workspace, tmp_path: Path) -> None:
    assert draw_reviews(workspace, Wanted("a")).units == ()
    with pytest.raises(BadInputError, match="nothing was inspected"):
        draw_reviews(Workspace.create(tmp_path / "empty"), Wanted("a"))
    with pytest.raises(BadInputError, match="nothing was inspected"):
        draw_reviews(workspace, Wanted("a", run="no such run"))


UNITS = st.lists(
    st.builds(Unit, st.sampled_from("甲乙丙"), st.just("s"), st.text(min_size=1)), unique=True, max_size=60
)


@given(UNITS, st.integers(0, 20), st.booleans(), st.text())
def test_a_draw_has_the_size_asked_for_and_grows_by_adding(units: list[Unit], n: int, each: bool, seed: str) -> None:
    drawn = draw(seed, units, Quota(count=n, each=each))
    sizes = Counter(unit.community_id for unit in units) if each else {"": len(units)}
    assert len(drawn) == sum(min(n, size) for size in sizes.values())
    assert set(drawn) <= set(draw(seed, units, Quota(count=n + 1, each=each)))
    assert drawn == draw(seed, list(reversed(units)), Quota(count=n, each=each))


def test_every_unit_is_drawn_as_often_as_any_other() -> None:
    units = [Unit("甲", "s", str(n)) for n in range(10)]
    seen = Counter(unit for seed in range(2000) for unit in draw(str(seed), units, Quota(count=3)))
    # 2,000 draws of 3 in 10: 600 each, standard deviation 20.5; the seeds are fixed, so this never changes.
    assert all(abs(seen[unit] - 600) < 4.5 * 20.5 for unit in units)


@pytest.mark.parametrize(
    ("share", "size", "drawn"), [(0.1, 30, 3), (0.1, 31, 4), (0.3, 10, 3), (1.0, 7, 7), (0.001, 1, 1)]
)
def test_a_share_is_rounded_up_exactly(share: float, size: int, drawn: int) -> None:
    assert Quota(share=share).of(size) == drawn
