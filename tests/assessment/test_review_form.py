"""A filled-in review form; expected values are those vendors publish (qa-methods 1.1, 1.2), or counted by hand."""

import pytest

from qunjian.assessment.review_form import aligned, alignment, asked, mean_of_reviews, points_of, score_form
from qunjian.standards.schema import Review, Standard


def form(*items: dict[str, object], **more: object) -> Review:
    named = tuple({"name": str(item["id"]), **item} for item in items)
    return Review.model_validate({"items": named, **more})


def test_the_published_mean_of_five_reviews() -> None:
    # Zendesk QA: 100, 9.91, 63.96, 90.99 and 0 make an IQS of 52.97 %.
    score = mean_of_reviews([100, 9.91, 63.96, 90.99, 0])
    assert score.value is not None
    assert f"{score.value:.2f}" == "52.97"
    # Student's t, 4 degrees of freedom, by hand: s = 46.1617, t = 2.7764, s/√5·t = 57.317.
    assert (score.low, score.high, score.n) == (0.0, 100.0, 5)


def test_too_few_reviews_are_insufficient_evidence() -> None:
    score = mean_of_reviews([100, 90, 80, 70])
    assert (score.status, score.value, score.n) == ("insufficient", None, 4)


def test_an_interval_by_hand() -> None:
    # 70, 75, 80, 85, 90: mean 80, s = 7.9057, t(4) = 2.77645 → ± 9.8162
    score = mean_of_reviews([70, 75, 80, 85, 90])
    assert (score.value, score.low, score.high) == pytest.approx((80, 70.1838, 89.8162), abs=1e-3)


@pytest.mark.parametrize(
    ("scale", "points"),
    [(2, [0, 100]), (3, [0, 50, 100]), (4, [0, 33.3, 66.7, 100]), (5, [0, 25, 50, 75, 100])],
)
def test_the_published_points_of_each_scale(scale: int, points: list[float]) -> None:
    assert [round(points_of(level, scale), 1) for level in range(scale)] == points


def test_the_published_weight_and_alignment() -> None:
    # MaestroQA: 10 against 7 of 15 points is 80 % aligned; 15 of 80 points weigh 18.75 %.
    assert aligned(10, 7, 15) == pytest.approx(0.8)
    filled = score_form(form({"id": "one", "weight": 15}, {"id": "rest", "weight": 65}), {"one": 1, "rest": 0})
    assert [line.effective for line in filled.lines] == [18.75, 81.25]
    assert filled.score.value == 18.75


def test_equal_totals_can_hide_different_items() -> None:
    both = form({"id": "a", "weight": 50}, {"id": "b", "weight": 50})
    assert score_form(both, {"a": 1, "b": 0}).score.value == score_form(both, {"a": 0, "b": 1}).score.value == 50
    assert alignment(both, {"a": 1, "b": 0}, {"a": 0, "b": 1}).value == 0


def test_weights_by_hand() -> None:
    card = form({"id": "a", "weight": 20, "scale": 3}, {"id": "b", "weight": 30, "scale": 5}, {"id": "c", "weight": 50})
    # (20·50 + 30·75 + 50·100) / 100
    assert score_form(card, {"a": 1, "b": 3, "c": 1}).score.value == pytest.approx(82.5)


def test_not_applicable_gives_its_weight_back() -> None:
    card = form({"id": "a", "weight": 20, "scale": 3}, {"id": "b", "weight": 30, "scale": 5}, {"id": "c", "weight": 50})
    filled = score_form(card, {"a": 1, "b": 3, "c": None})
    assert filled.score.value == pytest.approx((20 * 50 + 30 * 75) / 50)
    assert [line.effective for line in filled.lines] == [40, 60, 0]
    nothing = score_form(card, {"a": None, "b": None, "c": None})
    assert (nothing.score.status, nothing.score.value, nothing.passed) == ("not_applicable", None, None)


@pytest.mark.parametrize(
    ("fails", "score"),
    [("item", 60.0), ("group", 20.0), ("review", 0.0)],
)
def test_a_critical_item_makes_zero_of_what_it_names(fails: str, score: float) -> None:
    # Points without the veto: a 25 of 40, b 100 of 40, c 100 of 20. Item: b and c stay. Group: only c stays.
    card = form(
        {"id": "a", "weight": 40, "scale": 5, "critical": True, "fails": fails, "group": "service"},
        {"id": "b", "weight": 40, "group": "service"},
        {"id": "c", "weight": 20, "group": "order"},
    )
    filled = score_form(card, {"a": 1, "b": 1, "c": 1})
    assert (filled.score.value, filled.failed) == (score, ("a",))
    # On the middle of the scale a critical item does not fail: only below 50 %.
    assert score_form(card, {"a": 2, "b": 1, "c": 1}).score.value == pytest.approx(80)


def test_a_critical_item_without_weight_still_vetoes() -> None:
    card = form({"id": "a", "weight": 100}, {"id": "redline", "critical": True})
    assert score_form(card, {"a": 1, "redline": 1}).score.value == 100
    assert score_form(card, {"a": 1, "redline": 0}).score.value == 0
    assert score_form(card, {"a": 1, "redline": None}).score.value == 100


def test_the_published_pass_mark() -> None:
    # Zendesk QA: 80 passes, 79.9 fails.
    card = form({"id": "a", "weight": 80}, {"id": "b", "weight": 20})
    assert score_form(card, {"a": 1, "b": 0}).passed is True
    assert score_form(card.model_copy(update={"pass_mark": 81}), {"a": 1, "b": 0}).passed is False


def test_conditional_items_are_asked_only_where_their_condition_holds() -> None:
    card = form(
        {"id": "solved", "weight": 50, "scale": 3},
        {"id": "why_not", "weight": 50, "when": {"item": "solved", "at_most": 0}},
        {"id": "deeper", "weight": 50, "when": {"item": "why_not", "at_least": 1}},
    )
    assert [item.id for item in asked(card, {})] == ["solved"]
    assert [item.id for item in asked(card, {"solved": 0})] == ["solved", "why_not"]
    assert [item.id for item in asked(card, {"solved": 0, "why_not": 1})] == ["solved", "why_not", "deeper"]
    # A mark left over from before the condition fell away counts nowhere.
    assert score_form(card, {"solved": 2, "why_not": 0, "deeper": 0}).score.value == 100
    assert score_form(card, {"solved": 0}).missing == ("why_not",)
    with pytest.raises(ValueError):
        score_form(card, {"solved": 3})


def test_a_condition_names_an_earlier_item() -> None:
    with pytest.raises(ValueError, match="before it"):
        form({"id": "a", "when": {"item": "b"}}, {"id": "b"})
    with pytest.raises(ValueError, match="twice"):
        form({"id": "a"}, {"id": "a"})


def test_a_standard_from_before_keeps_its_hash() -> None:
    plain = {"id": "s", "name": "标准", "review": {"items": ({"id": "a", "name": "甲", "weight": 5},)}}
    standard = Standard.model_validate(plain)
    assert set(standard.model_dump()["review"]["items"][0]) == {
        "id", "name", "weight", "criteria", "critical", "scale"
    }  # fmt: skip
    grouped = {**plain, "review": {"items": ({"id": "a", "name": "甲", "weight": 5, "group": "服务"},)}}
    assert Standard.model_validate(grouped).version_hash != standard.version_hash
    # The hash of this standard as it was before groups, conditions and root causes were known.
    assert standard.version_hash == "cc4a3fca1ab3fb96"
