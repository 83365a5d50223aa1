"""A score on incomplete data says so, with the reason, and the signs stand on the page of coverage."""

from __future__ import annotations

import msgspec
from tests.reports.world import make_material

from qunjian.assessment.communities import Subject
from qunjian.model.language import Phrase
from qunjian.reports.build import build
from qunjian.reports.render_md import render_md


def test_a_score_on_incomplete_data_is_marked_with_the_reason() -> None:
    world = make_material()
    card = world.scorecards[0]
    marked = msgspec.structs.replace(card, incomplete=Phrase("两天没有一条消息", "no message for two days"))
    assert "资料不全" not in render_md(build("weekly", world, "zh")).decode()
    changed = msgspec.structs.replace(world, scorecards=(marked, *world.scorecards[1:]))
    assert "资料不全：两天没有一条消息" in render_md(build("weekly", changed, "zh")).decode()
    assert "data incomplete: no message for two days" in render_md(build("weekly", changed, "en")).decode()


def test_a_subject_is_whole_unless_told_otherwise() -> None:
    assert Subject("g", "群").incomplete == Phrase("", "")


def test_signs_stand_on_the_page_of_coverage() -> None:
    text = render_md(build("weekly", make_material(), "zh")).decode()
    assert "值得核对的迹象" in text
    assert "48 小时没有一条消息" in text
    assert "不是对任何人的指责" in text
