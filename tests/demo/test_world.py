"""The demo world repeats itself byte for byte, speaks in many voices, and holds the truths it says it holds."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import json
import re
import statistics
from collections import Counter
from pathlib import Path

import pytest

from qunjian.runs.demo.generating import EXPORTS, ROSTERS, generate, imagine
from qunjian.runs.demo.records import DEFAULT_SEED, Chronicle, Truth, Truths
from qunjian.runs.demo.script import NAMES, script, vocabulary

PHONE = re.compile(r"1[3589]00000\d{4}")


@pytest.fixture(scope="module")
def planted() -> tuple[dict[str, Chronicle], Truths]:
    return imagine(DEFAULT_SEED, 1.0)


@pytest.fixture(scope="module")
def clean() -> dict[str, Chronicle]:
    return imagine(DEFAULT_SEED, 0.0)[0]


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def truth(truths: Truths, kind: str) -> Truth:
    return next(one for one in truths.truths if one.kind == kind)


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    generate(tmp_path / "one")
    generate(tmp_path / "two")
    generate(tmp_path / "other", seed=7)
    one, two, other = (digests(tmp_path / name) for name in ("one", "two", "other"))
    assert one == two
    assert one.keys() == other.keys()
    for place in (*(place for place, _ in EXPORTS.values()), *ROSTERS.values(), "truths.json"):
        assert one[place] != other[place]


def test_the_world_has_the_promised_size_and_span(planted: tuple[dict[str, Chronicle], Truths]) -> None:
    world, truths = planted
    assert 12_000 <= sum(truths.messages.values()) <= 20_000
    for name, chronicle in world.items():
        assert chronicle.lines[0].at.date() <= dt.date(2026, 8, 26), name
        assert "2026-11-14" <= chronicle.lines[-1].at.isoformat() < "2026-11-16T09:30", name
        assert [line.number for line in chronicle.lines] == sorted(line.number for line in chronicle.lines)


def test_nobody_speaks_before_joining_or_after_leaving(planted: tuple[dict[str, Chronicle], Truths]) -> None:
    for chronicle in planted[0].values():
        assert all(line.who.present(line.at) for line in chronicle.lines)
        assert all(line.reply is None or line.reply.at <= line.at for line in chronicle.lines)
        names = [one.name for one in chronicle.people]
        accounts = [one.account for one in chronicle.people]
        assert len(set(names)) == len(names)
        assert len(set(accounts)) == len(accounts)


def test_every_template_can_be_filled() -> None:
    for name in NAMES:
        told = script(name)
        slots = {match for text in vocabulary(told) for match in re.findall(r"\{([^{}*]+)\*?\}", text)}
        unknown = {slot for slot in slots if slot not in told.slots and not re.fullmatch(r"数\d+-\d+", slot)}
        assert not unknown, name
        assert len(told.hours) == 24
        assert len(told.weekdays) == 7
        assert len(told.trend) == 12


def test_no_slot_is_left_in_what_is_said(planted: tuple[dict[str, Chronicle], Truths]) -> None:
    for chronicle in planted[0].values():
        assert not [line.text for line in chronicle.lines if "{" in line.text or "}" in line.text]


def test_the_vocabulary_is_large_and_each_community_has_its_own() -> None:
    words = {name: vocabulary(script(name)) for name in NAMES}
    assert len(set.union(*words.values())) >= 1_500
    for one, two in itertools.combinations(NAMES[:4], 2):
        shared = len(words[one] & words[two]) / min(len(words[one]), len(words[two]))
        assert shared < 0.08, (one, two)


def test_no_two_communities_read_alike(clean: dict[str, Chronicle]) -> None:
    """Share of distinct texts, and overlap of the pairs of characters people use most, between communities."""
    common: dict[str, set[str]] = {}
    for name in NAMES[:4]:
        texts = [line.text for line in clean[name].lines if line.kind == "text"]
        long = [text for text in texts if len(text) >= 10]
        assert len(set(texts)) / len(texts) > 0.6, name
        assert len(set(long)) / len(long) > 0.8, name
        pairs = Counter(
            text[at : at + 2] for text in texts for at in range(len(text) - 1) if min(text[at : at + 2]) >= "一"
        )
        common[name] = {pair for pair, _ in pairs.most_common(150)}
    for one, two in itertools.combinations(common, 2):
        alike = len(common[one] & common[two]) / len(common[one] | common[two])
        assert alike < 0.25, (one, two, alike)


def test_members_have_voices_of_their_own(clean: dict[str, Chronicle]) -> None:
    """How members end their sentences differs between members far more than chance would have it."""
    by_member: dict[str, list[bool]] = {}
    for line in clean["paid_course"].lines:
        if line.kind == "text":
            by_member.setdefault(line.who.name, []).append(line.text.endswith("。"))
    shares = [sum(ends) / len(ends) for ends in by_member.values() if len(ends) >= 30]
    assert len(shares) >= 20
    assert statistics.pstdev(shares) > 0.15


def test_days_have_a_rhythm(clean: dict[str, Chronicle]) -> None:
    for name in ("mother_baby", "gadgets", "paid_course", "reading"):
        hours = Counter(line.at.hour for line in clean[name].lines)
        assert sum(hours[hour] for hour in (3, 4, 5)) < 0.03 * hours.total()
        assert max(hours.values()) > 8 * hours[4]
    reading = Counter(line.at.isoweekday() for line in clean["reading"].lines)
    assert min(reading[3], reading[7]) > max(reading[day] for day in (1, 2, 4, 5))


def test_evenings_stop_in_week_nine(clean: dict[str, Chronicle], planted: tuple[dict[str, Chronicle], Truths]) -> None:
    def evenings(chronicle: Chronicle, first: dt.date, after: dt.date) -> int:
        return sum(first <= line.at.date() < after and line.at.hour >= 18 for line in chronicle.lines)

    before = (dt.date(2026, 8, 24), dt.date(2026, 10, 19))
    since = (dt.date(2026, 10, 19), dt.date(2026, 11, 16))
    group = planted[0]["mother_baby"]
    assert evenings(group, *before) == evenings(clean["mother_baby"], *before)
    assert evenings(group, *since) < 0.2 * evenings(clean["mother_baby"], *since)


def test_the_slow_operator_is_slow_only_when_planted(
    clean: dict[str, Chronicle], planted: tuple[dict[str, Chronicle], Truths]
) -> None:
    def median(chronicle: Chronicle, name: str) -> float:
        waits = [
            (line.at - line.reply.at).total_seconds() / 60
            for line in chronicle.lines
            if line.who.name == name and line.reply is not None and line.reply.mentions
        ]
        return statistics.median(waits)

    slow, quick = "助教-启明", "班主任-映雪"
    assert median(clean["paid_course"], slow) < 15
    assert median(planted[0]["paid_course"], slow) > 4 * median(planted[0]["paid_course"], quick)


def test_planted_messages_stand_in_the_files(tmp_path: Path) -> None:
    truths = generate(tmp_path)
    telegram = json.loads((tmp_path / EXPORTS["gadgets"][0]).read_text(encoding="utf-8"))
    chatlab = json.loads((tmp_path / EXPORTS["mother_baby"][0]).read_text(encoding="utf-8"))
    course = [
        json.loads(row) for row in (tmp_path / EXPORTS["paid_course"][0]).read_text(encoding="utf-8").splitlines()
    ]
    log = (tmp_path / EXPORTS["reading"][0]).read_text(encoding="utf-8")
    for one in truth(truths, "spammer_across_groups").evidence:
        platform = one.community_id.split(":")[0]
        if platform == "telegram":
            assert any(message["text"] == one.text for message in telegram["messages"])
        elif platform == "wechat":
            assert any(message.get("content") == one.text for message in chatlab["messages"])
        else:
            assert one.text in log
    phones = truth(truths, "leaked_phones").evidence
    said = {row.get("content") for row in course if row["_type"] == "message"}
    assert len(phones) == 8
    assert all(one.text in said and PHONE.search(one.text) for one in phones)
    leavers = [one for one in telegram["messages"] if one.get("action") == "remove_members" and one["id"]]
    late = [one for one in leavers if one["date"] >= "2026-11-12"]
    assert len(late) >= truth(truths, "leavers_after_event").size == 26


def test_nothing_is_planted_at_effect_zero(clean: dict[str, Chronicle]) -> None:
    _, truths = imagine(DEFAULT_SEED, 0.0)
    for one in truths.truths:
        assert one.planted == (one.kind == "quiet_group_is_fine")
        assert not one.evidence
    for chronicle in clean.values():
        assert not [line.text for line in chronicle.lines if PHONE.search(line.text) or line.plant]


def test_effects_grow_with_their_size() -> None:
    sizes = {effect: imagine(3, effect)[1] for effect in (0.3, 1.0)}
    for kind in ("evening_posts_stop", "spammer_across_groups", "leaked_phones", "leavers_after_event"):
        assert 0 < truth(sizes[0.3], kind).size < truth(sizes[1.0], kind).size, kind


def test_numbers_and_names_belong_to_nobody(planted: tuple[dict[str, Chronicle], Truths]) -> None:
    """Telephone numbers come from one made-up block, accounts say that they are the demo's, links go to examples."""
    for name, chronicle in planted[0].items():
        for line in chronicle.lines:
            assert all(PHONE.fullmatch(number) for number in re.findall(r"1[3-9]\d{9}", line.text)), (name, line.text)
            hosts = re.findall(r"https?://([^/\s]+)", line.text)
            assert all(host.split(".")[-2] == "example" for host in hosts)
