"""Points, parts, vetoes and who is scored at all; expected values by hand or from published examples."""

import datetime as dt

import pytest
from scipy import stats

from qunjian.assessment.communities import Grounds, Subject, score_community
from qunjian.assessment.compliance import Tally, compliance
from qunjian.assessment.operators import Held, score_person
from qunjian.assessment.points import Named, mean_score, points, with_effective_weights
from qunjian.assessment.ranking import rank
from qunjian.assessment.scorecard import Part, Score, Scorecard
from qunjian.model.decisions import Announcement, Decisions, Duty, StandardInForce
from qunjian.model.language import Phrase
from qunjian.model.periods import parse_period
from qunjian.model.records import Value
from qunjian.standards.schema import Penalties, Standard
from qunjian.statistics.weighted import difference_interval, poisson_sum_interval

WHAT = Phrase("项", "items")
WEEK = parse_period("2026-W46")
COSTS = {"critical": 50, "major": 10, "minor": 2, "notice": 0}
PENALTIES = Penalties.model_validate(COSTS)
STANDARD = Standard.model_validate(
    {
        "id": "s", "name": {"zh": "标准", "en": "Standard"},
        "indicators": (
            {"id": "active_ratio", "part": "activity", "target": 0.2, "floor": 0.0, "weight": 50},
            {"id": "stickiness", "part": "activity", "target": 0.5, "floor": 0.1, "weight": 50},
            {"id": "first_response_median", "part": "service", "target": 60.0, "floor": 600.0, "weight": 100},
        ),
        "scorecard": {"parts": {"activity": 50, "compliance": 40, "service": 10}, "penalties": COSTS},
    }
)  # fmt: skip
GROUNDS = Grounds(
    STANDARD,
    "1@x",
    WEEK,
    {"active_ratio": Named(Phrase("活跃率", "Active ratio"))},
    {},
    lambda code: Phrase(code, code),
)
SUBJECT = Subject("g", "群", messages=1000, speakers=40, inspected=1000)


def value(indicator: str, number: float | None, low: float | None = None, high: float | None = None) -> Value:
    reason = "no_roster" if number is None else None
    start = dt.datetime(2026, 11, 9, tzinfo=dt.UTC)
    return Value(indicator, "g", "week", WEEK.name, start, number, n=200, low=low, high=high, unknown=reason)


def tally(severity: str, findings: int, **more: int) -> Tally:
    return Tally("g", f"pack.{severity}", severity, "compliance", findings, **more)  # type: ignore[arg-type]


def scored(number: float, low: float | None = None, high: float | None = None) -> Score:
    return Score("scored", number, number if low is None else low, number if high is None else high, 10)


@pytest.mark.parametrize(
    ("measured", "floor", "target", "expected"),
    [
        (0.2, 0.0, 0.2, 100), (0.1, 0.0, 0.2, 50), (-1, 0.0, 0.2, 0),
        (600, 600, 60, 0), (60, 600, 60, 100), (330, 600, 60, 50), (5, 600, 60, 100),
    ],
)  # fmt: skip
def test_points_run_straight_from_floor_to_target(
    measured: float, floor: float, target: float, expected: float
) -> None:
    assert points(measured, floor, target) == pytest.approx(expected)


def test_mean_equals_the_published_zendesk_example() -> None:
    # Zendesk QA, "Understanding how scores are calculated": 100, 9.91, 63.96, 90.99, 0 give 52.97 %.
    reviews = [(scored(number), 1.0) for number in (100, 9.91, 63.96, 90.99, 0)]
    assert round(mean_score(reviews, what=WHAT).value or 0, 2) == 52.97


def test_an_item_that_does_not_apply_gives_its_weight_back() -> None:
    # Zendesk: Σ(category · weight) / Σ weight over the rated ones. (50·2 + 100·1) / 3 by hand.
    items = [(scored(50), 2.0), (scored(100), 1.0), (Score("not_applicable"), 3.0)]
    assert mean_score(items, what=WHAT).value == pytest.approx(200 / 3)


def test_less_than_half_of_the_weight_is_insufficient_evidence() -> None:
    items = [(scored(50), 2.0), (Score("unknown"), 3.0)]
    score = mean_score(items, what=WHAT)
    assert (score.status, score.value) == ("insufficient", None)
    assert score.because.zh == "能评的项只占权重的 40 %"


def test_interval_of_a_mean_adds_half_widths_in_quadrature() -> None:
    score = mean_score([(scored(60, 57, 63), 1.0), (scored(80, 76, 84), 1.0)], what=WHAT)
    assert (score.value, score.low, score.high) == (70, 67.5, 72.5)  # √(3² + 4²) / 2 = 2.5


def test_effective_weights_add_up_to_a_hundred() -> None:
    parts = [
        Part("activity", WHAT, 30, 0, scored(1)),
        Part("growth", WHAT, 50, 0, Score("unknown")),
        Part("content", WHAT, 20, 0, scored(2)),
    ]
    assert [part.effective for part in with_effective_weights(parts)] == [60, 0, 40]


def test_compliance_loses_points_per_thousand_messages() -> None:
    # 2 major at 10 and 5 minor at 2 in 2,000 messages: 30 points per 2,000 = 15 per 1,000.
    score = compliance([tally("major", 2), tally("minor", 5), tally("notice", 99)], 2000, PENALTIES)
    assert score.value == pytest.approx(85)
    assert score.low is not None
    assert score.high is not None
    assert score.low < 85 < score.high


def test_refuted_and_silenced_findings_cost_nothing() -> None:
    score = compliance([tally("major", 5, refuted=2, silenced=3)], 1000, PENALTIES)
    assert score.value == 100


def test_poisson_interval_equals_the_exact_one_for_one_weight() -> None:
    for count in (0, 1, 4, 20, 300):
        low, high = poisson_sum_interval([(count, 1.0)])
        exact_low = stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0
        assert low == pytest.approx(exact_low, rel=0.05, abs=0.03)
        assert high == pytest.approx(stats.chi2.ppf(0.975, 2 * count + 2) / 2, rel=0.02)


def test_difference_interval_equals_newcombes_published_example() -> None:
    # Newcombe 1998, table II, (a) 56/70 − 48/80: method 10 gives 0.0524 to 0.3339 from the two Wilson intervals.
    low, high = difference_interval((0.8, 0.6916, 0.8769), (0.6, 0.4905, 0.7004))
    assert (low, high) == (pytest.approx(0.0524, abs=2e-4), pytest.approx(0.3339, abs=2e-4))


def test_a_community_with_an_unknown_part_is_scored_over_the_others() -> None:
    values = {"active_ratio": value("active_ratio", 0.1, 0.08, 0.12), "stickiness": value("stickiness", 0.3)}
    card = score_community(SUBJECT, values, [tally("major", 1)], GROUNDS)
    # activity (50 + 50)/2 = 50 at 50, compliance 90 at 40, service unknown: (50·50 + 90·40) / 90.
    assert card.score.value == pytest.approx(6100 / 90)
    assert [(part.part, part.score.status, round(part.effective, 2)) for part in card.parts] == [
        ("activity", "scored", 55.56), ("compliance", "scored", 44.44), ("service", "unknown", 0.0),
    ]  # fmt: skip
    assert card.awaiting == 1


def test_few_messages_or_speakers_are_insufficient_evidence() -> None:
    values = {"active_ratio": value("active_ratio", 0.2), "stickiness": value("stickiness", 0.5)}
    few = Subject("g", "群", messages=49, speakers=40, inspected=49)
    two = Subject("g", "群", messages=900, speakers=2, inspected=900)
    assert score_community(few, values, [], GROUNDS).score.status == "insufficient"
    assert "至少 5 人" in score_community(two, values, [], GROUNDS).score.because.zh


def test_only_a_confirmed_critical_finding_vetoes() -> None:
    values = {"active_ratio": value("active_ratio", 0.2), "stickiness": value("stickiness", 0.5)}
    awaiting = score_community(SUBJECT, values, [tally("critical", 1)], GROUNDS)
    confirmed = score_community(SUBJECT, values, [tally("critical", 1, confirmed=1)], GROUNDS)
    refuted = score_community(SUBJECT, values, [tally("critical", 1, refuted=1)], GROUNDS)
    assert awaiting.vetoes
    assert awaiting.score.value != 0
    assert confirmed.score.value == 0
    assert not refuted.vetoes


def card(name: str, value: float, low: float, high: float, like: str = "母婴") -> Scorecard:
    score = scored(value, low, high)
    return Scorecard("community", name, name, "s", "1", WEEK.name, WEEK.first, WEEK.after, score, like=like)


def test_rank_gives_the_places_the_intervals_allow() -> None:
    ranked = rank([card("a", 90, 85, 95), card("b", 70, 60, 80), card("c", 65, 55, 78), card("d", 30, 20, 40)])
    assert [(each.rank.place, each.rank.best, each.rank.worst) for each in ranked if each.rank] == [
        (1, 1, 1), (2, 2, 3), (3, 2, 3), (4, 4, 4),
    ]  # fmt: skip


def test_no_rank_where_intervals_say_nothing_or_too_few_are_alike() -> None:
    wide = rank([card("a", 60, 10, 90), card("b", 50, 10, 90), card("c", 40, 10, 90)])
    assert [each.rank for each in wide] == [None, None, None]
    two = rank([card("a", 60, 59, 61), card("b", 50, 49, 51), card("c", 40, 39, 41, like="读书")])
    assert {each.unranked.en for each in two} == {"fewer than 3 of its kind can be scored"}


DUTY = Duty("g", "甲", ("wechat:1",))


def held(*tallies: Tally, alone: bool = True) -> Held:
    return Held(DUTY, alone, 200, {"first_response_median": value("first_response_median", 330.0)}, tallies)


def test_a_persons_unconfirmed_findings_count_nowhere() -> None:
    person = score_person("甲", [held(tally("major", 3))], Decisions(duties=(DUTY,)), GROUNDS)
    assert person.awaiting == 3
    assert {part.part: part.score.status for part in person.parts} == {
        "service": "scored",
        "compliance": "insufficient",
    }
    assert person.score.status == "insufficient"
    assert person.rank is None


def test_a_persons_confirmed_findings_count() -> None:
    person = score_person("甲", [held(tally("major", 3, confirmed=1, refuted=1))], Decisions(), GROUNDS)
    # compliance: 1 confirmed major in 200 messages = 50 per 1,000, so 50; service 50: all 50.
    assert person.score.value == pytest.approx(50)
    assert person.awaiting == 1


def test_scores_are_a_trial_until_the_standard_was_announced() -> None:
    late = Decisions(announcements=(Announcement("s", "甲", WEEK.first + dt.timedelta(days=1)),))
    early = Decisions(announcements=(Announcement("s", "甲", WEEK.first),))
    assert [score_person("甲", [held()], each, GROUNDS).standing for each in (Decisions(), late, early)] == [
        "trial", "trial", "formal",
    ]  # fmt: skip


def test_a_version_counts_for_nobody_before_its_first_day() -> None:
    """The same announcement, but the version is in force from the second day of the week on: still a trial."""
    told = (Announcement("s", "甲", WEEK.first, GROUNDS.version), Announcement("s", "甲", WEEK.first, "another"))
    standing = []
    for starts in (WEEK.first, WEEK.first + dt.timedelta(days=1)):
        decided = Decisions(announcements=told, in_force=(StandardInForce("s", GROUNDS.version, starts),))
        standing.append(score_person("甲", [held()], decided, GROUNDS).standing)
    assert standing == ["formal", "trial"]
    another = Decisions(announcements=told[1:])
    assert score_person("甲", [held()], another, GROUNDS).standing == "trial"


def test_a_shared_community_leaves_service_unknown() -> None:
    person = score_person("甲", [held(alone=False)], Decisions(), GROUNDS)
    assert {part.part: part.score.status for part in person.parts}["service"] == "unknown"
