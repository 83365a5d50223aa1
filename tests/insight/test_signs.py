"""Signs show what was planted and stay silent on clean records, over twenty seeds of generated groups."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from tests.lake.made import DAWN, feed, messages, row

from qunjian.insight.signs import pairs
from qunjian.insight.signs.files import Direction, FileFacts, Order, many_rejected, out_of_order, same_files
from qunjian.insight.signs.pairs import Held
from qunjian.insight.signs.reading import read_signs
from qunjian.insight.signs.record import Sign, lasting
from qunjian.insight.signs.runs import runs
from qunjian.insight.signs.silence import silences
from qunjian.lake.lake import Lake
from qunjian.lake.records import DocumentEntry
from qunjian.model.records import Reject
from qunjian.model.schemas import FINDING

SEEDS = range(20)


def _hours(seed: int, *, days: int = 90, rate: float = 6.0) -> np.ndarray:
    """Return the hours with a message of a group with a daily rhythm, dull and lively days, and talk in company."""
    rng = np.random.default_rng(seed)
    hour = np.arange(days * 24)
    rhythm = np.clip(np.sin((hour % 24 - 7) / 24 * 2 * np.pi), 0.02, None)
    mood = np.repeat(rng.gamma(4, 1 / 4, days), 24)  # days differ
    bursts = rng.gamma(1.5, 1 / 1.5, days * 24)  # and so do hours
    return np.flatnonzero(rng.poisson(rate * rhythm * mood * bursts) > 0)


def test_silences_planted_are_found_and_clean_groups_have_hardly_any() -> None:
    hits = alarms = clean = 0
    for seed in SEEDS:
        hours = _hours(seed)
        clean += len(silences(hours))
        start = 45 * 24
        cut = hours[(hours < start) | (hours >= start + 72)]
        found = silences(cut)
        hit = [one for one in found if one[0] < start + 72 and one[1] > start]
        hits += bool(hit)
        alarms += len(found) - len(hit)
    assert hits >= 17, "three days out of ninety"
    assert clean <= 1, "twenty clean records of three months"
    assert alarms <= 1


def test_a_record_that_stops_long_before_it_should_is_silent_and_one_that_goes_on_is_not() -> None:
    stopped = gone_on = 0
    for seed in SEEDS:
        hours = _hours(seed)
        stopped += any(one[1] == 94 * 24 for one in silences(hours, 94 * 24))
        gone_on += bool(silences(hours, int(hours[-1]) + 2))
    assert stopped >= 17
    assert gone_on <= 1


def test_few_messages_or_days_say_nothing() -> None:
    assert silences(np.arange(0, 29 * 48, 48)) == []
    assert silences(np.arange(100)) == []


def test_runs_are_judged_by_the_rest() -> None:
    hits = alarms = 0
    for seed in SEEDS:
        marked = np.random.default_rng(seed).random(2000) < 0.03
        alarms += len(runs(marked, least=5))
        marked[500:510] = True
        hits += any(begin <= 500 and end >= 510 for begin, end, _ in runs(marked, least=5))
    assert hits == 20
    assert alarms <= 1
    assert runs(np.ones(4, bool), least=5) == []


def _talk(seed: int, size: int = 300) -> list[dict]:
    rng = np.random.default_rng(seed)
    minutes = np.cumsum(rng.integers(1, 40, size))
    who = rng.integers(1, 8, size)
    return [
        row(f"m{n:04}", f"第 {n} 句话 {rng.integers(1e6)}", minute=int(minute), account=f"t:{person}")
        for n, (minute, person) in enumerate(zip(minutes, who, strict=True))
    ]


@pytest.fixture
def lakes(tmp_path: Path):  # type: ignore[no-untyped-def]
    counter = itertools.count()

    def make() -> Lake:
        ticks = itertools.count()
        return Lake.create(
            tmp_path / f"lake{next(counter)}",
            clock=lambda: dt.datetime(2026, 12, 20, tzinfo=dt.UTC) + dt.timedelta(seconds=next(ticks)),
        )

    return make


def _signs(lake: Lake, *exports: Sequence[dict], findings: Sequence[dict] = ()) -> tuple[Sign, ...]:
    """Import the exports one after the other, each a day newer, and read the signs."""
    last = max(one["sent_at"] for rows in exports for one in rows)
    for number, rows in enumerate(exports):
        with lake.importing() as act:
            feed(act, rows, name=f"{number}.json", stamp=last + dt.timedelta(days=1 + number))
            act.commit()
    if findings:
        batch = pa.RecordBatch.from_pylist(list(findings), schema=FINDING)
        lake.append("inspect", {}, {"finding": pa.RecordBatchReader.from_batches(FINDING, [batch])})
    session = lake.session()
    found = read_signs(session, {}, "Asia/Shanghai")
    session.close()
    return found


def _kinds(signs: Sequence[Sign]) -> set[str]:
    return {sign.kind for sign in signs}


def _finding(one: dict) -> dict:
    keys = ("scope", "message_id", "content_hash", "community_id", "sent_at")
    return {"finding_id": one["message_id"], "rule": "r", "severity": "major", **{key: one[key] for key in keys}}


def _told(lake: Lake, worlds: Sequence[Sequence[list[dict]]], findings: Sequence[dict] = ()) -> list[set[str]]:
    """Import the groups' exports side by side, a document each, and return the kinds of signs of every group."""
    late = DAWN + dt.timedelta(days=60)
    for number in range(len(worlds[0])):
        with lake.importing() as act:
            for seed, exports in enumerate(worlds):
                feed(act, exports[number], name=f"{seed}-{number}.json", stamp=late + dt.timedelta(days=number))
            act.commit()
    if findings:
        batch = pa.RecordBatch.from_pylist(list(findings), schema=FINDING)
        lake.append("inspect", {}, {"finding": pa.RecordBatchReader.from_batches(FINDING, [batch])})
    session = lake.session()
    found = read_signs(session, {}, "Asia/Shanghai")
    session.close()
    return [_kinds([one for one in found if one.community_id == f"t:{seed}"]) for seed in range(len(worlds))]


def _changed(rows: Sequence[dict], **values: object) -> list[dict]:
    return [{**one, **values, "content_hash": bytes(14) + n.to_bytes(2, "big")} for n, one in enumerate(rows)]


def test_what_is_planted_in_pairs_of_exports_shows_and_clean_pairs_are_silent(lakes) -> None:  # type: ignore[no-untyped-def]
    talks = [[{**one, "scope": f"t:{seed}", "community_id": f"t:{seed}"} for one in _talk(seed)] for seed in SEEDS]
    later = dt.timedelta(hours=8)
    extra = [
        [{**t[150], "message_id": f"x{n}", "text": f"补 {n}", "account_id": "t:3"} for n in range(8)] for t in talks
    ]
    told = {
        "clean": _told(lakes(), [(t[:220], t[80:]) for t in talks]),
        "hole": _told(lakes(), [(t, t[:100] + t[112:]) for t in talks]),
        "removed": _told(lakes(), [(t[:150] + x + t[150:], t) for t, x in zip(talks, extra, strict=True)]),
        "vanished": _told(lakes(), [(t, [one for one in t if one["account_id"] != "t:3"]) for t in talks]),
        "shift": _told(
            lakes(), [(t, [_changed([one], sent_at=one["sent_at"] + later)[0] for one in t]) for t in talks]
        ),
        "edited": _told(lakes(), [(t, t[:100] + _changed(t[100:108], text="改过了") + t[108:]) for t in talks]),
        "ending": _told(lakes(), [(t[:200], t[:120], t) for t in talks], [_finding(t[121]) for t in talks]),
    }
    hits = {kind: sum(kind in found for found in groups) for kind, groups in told.items()}
    assert not any(told["clean"])
    assert min(count for kind, count in hits.items() if kind != "clean") >= 18, hits
    strange = {kind: [found for found in groups if found - {kind}] for kind, groups in told.items()}
    assert sum(map(len, strange.values())) <= 3, strange


def test_an_ending_is_no_sign_where_findings_are_everywhere(lakes) -> None:  # type: ignore[no-untyped-def]
    talk = _talk(1)
    found = _signs(lakes(), talk[:120], talk, findings=[_finding(one) for one in talk[::10]])
    assert "ending" not in _kinds(found)


def test_a_renamed_member_has_not_vanished(lakes) -> None:  # type: ignore[no-untyped-def]
    talk = _talk(2)
    renamed = [{**one, "account_id": "t:99", "message_id": f"n{n}"} if one["account_id"] == "t:3" else one
               for n, one in enumerate(talk)]  # fmt: skip
    assert "vanished" not in _kinds(_signs(lakes(), talk, renamed))


def test_rows_out_of_order_show_unless_the_file_has_no_order() -> None:
    def file(forward: int, back: int, largest: int = 9000) -> FileFacts:
        order = Order(500, Direction(forward, 2, 9000), Direction(back, 40, largest))
        return FileFacts("a.txt", "d", 500, ("t:g",), DAWN, DAWN, order)

    assert [sign.numbers["row"] for sign in out_of_order([file(400, 2)])] == [40]
    assert [sign.numbers["row"] for sign in out_of_order([file(2, 400)])] == [2], "newest first is an order, too"
    assert out_of_order([file(400, 0), file(200, 200), file(400, 2, 90), file(5, 1)]) == []


def test_shuffled_stretches_show_and_a_file_shuffled_all_over_does_not(lakes) -> None:  # type: ignore[no-untyped-def]
    """801 messages an hour apart; 60 in a row shuffled, two stretches, a third of all, and every tenth pair swapped."""
    rng = np.random.default_rng(8)

    def shuffled(*stretches: tuple[int, int]) -> list[dict]:
        talk = [row(f"m{n}", f"第 {n} 句", minute=60 * n, account=f"t:{n % 7}") for n in range(801)]
        for first, after in stretches:
            talk[first:after] = [talk[first + n] for n in rng.permutation(after - first)]
        return talk

    (one,) = _signs(lakes(), shuffled((300, 360)))
    assert one.kind == "order"
    assert 300 <= one.numbers["row"] < one.numbers["last"] <= 361
    assert "都在第" in one.words.zh
    assert _kinds(_signs(lakes(), shuffled((100, 130), (600, 660)))) == {"order"}
    assert "order" not in _kinds(_signs(lakes(), shuffled((200, 500))))
    assert "order" not in _kinds(_signs(lakes(), shuffled(*((n, n + 8) for n in range(0, 800, 25)))))
    assert "order" not in _kinds(_signs(lakes(), shuffled()))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(45, "45 秒"), (72, "1 分钟"), (600, "10 分钟"), (9000, "2 小时 30 分"), (65_669_737, "760 天 1 小时")],
)
def test_lengths_of_time_are_said_in_words(seconds: int, words: str) -> None:
    assert lasting(seconds).zh == words


def test_the_order_is_known_from_the_import(lakes) -> None:  # type: ignore[no-untyped-def]
    talk = _talk(3)
    swapped = [*talk[:100], talk[250], *talk[100:250], *talk[251:]]
    (sign,) = _signs(lakes(), swapped)
    assert (sign.kind, sign.numbers["row"], sign.numbers["steps"]) == ("order", 102, 1)


def test_the_same_file_under_another_name_shows_and_a_repeat_under_its_own_does_not(lakes) -> None:  # type: ignore[no-untyped-def]
    files = [FileFacts(name, digest, 5, ("t:g",), DAWN, DAWN) for name, digest in
             (("a/x.txt", "1"), ("b/x.txt", "1"), ("y.txt", "1"), ("z.txt", "2"), ("e.txt", ""))]  # fmt: skip
    assert [sign.files for sign in same_files(files)] == [("a/x.txt", "y.txt")]
    lake = lakes()
    for name in ("one.json", "two.json"):
        with lake.importing() as act:
            document = act.open_document(DocumentEntry(name, digest="d"))
            act.add(document, messages([row("m1")]))
            act.reading(document).include(read=1)
            act.close_document(document)
            act.commit()
    session = lake.session()
    assert [sign.kind for sign in read_signs(session, {}, "UTC")] == ["same_file"]
    session.close()


def test_a_file_that_lost_one_record_in_twenty_says_so_and_erased_ones_do_not_count(lakes) -> None:  # type: ignore[no-untyped-def]
    def file(read: int, rejected: int) -> FileFacts:
        return FileFacts("a.txt", "d", read, ("t:g", "t:h"), DAWN, DAWN, None, rejected)

    assert [sign.community_id for sign in many_rejected([file(400, 20)])] == ["t:g", "t:h"]
    assert many_rejected([file(401, 20), file(20, 19), file(0, 0)]) == []
    found = []
    for reason in ("no_date", "erased"):
        lake = lakes()
        with lake.importing() as act:
            document = act.open_document(DocumentEntry("a.json"))
            act.add(document, messages([row("m1")]))
            act.reading(document).include(read=31, rejects=[Reject(reason, n, "") for n in range(30)])
            act.close_document(document)
            act.commit()
        session = lake.session()
        found.append([(sign.kind, sign.numbers) for sign in read_signs(session, {}, "UTC")])
        session.close()
    assert found == [[("rejected", {"rejected": 30, "of": 31})], []]


def test_an_index_that_promised_more_than_came_marks_every_group_of_its_import(lakes) -> None:  # type: ignore[no-untyped-def]
    lake = lakes()
    for promised in (None, (190, 62, 11, 3)):
        with lake.importing() as act:
            home = "t:h" if promised else "t:g"
            feed(act, [row("m1", scope=home, community_id=home)], name=f"{home}.json")
            if promised:
                act.unkept(*promised)
            act.commit()
    session = lake.session()
    (sign,) = read_signs(session, {}, "UTC")
    session.close()
    assert (sign.community_id, sign.kind) == ("t:h", "promised")
    assert sign.numbers == {"promised": 190, "found": 62, "absent": 11, "short": 3}


def _held(number: int, first: int, hours: int, records: int = 10) -> Held:
    begin = DAWN + dt.timedelta(hours=first)
    return Held("a", number, f"{number}.json", begin, begin + dt.timedelta(hours=hours), begin, ("t:g",), records)


def test_what_is_not_compared_is_said_and_what_need_not_be_is_not() -> None:
    def left(*documents: Held) -> list[tuple[str, int]]:
        return [(sign.kind, int(sign.numbers["files"])) for sign in pairs.pairs(documents)[1]]

    apart = [_held(n, 100 * n, 10) for n in range(200)]
    assert left(*apart) == []
    assert left(_held(0, 0, 9, 200_001), _held(1, 50, 9, 200_001)) == []
    following = [_held(n, 10 * n, 10) for n in range(300)]
    assert pairs.pairs(following) == ([], []), "three hundred that follow each other are neither compared nor missed"
    assert left(_held(0, 0, 9, 200_001), _held(1, 5, 9)) == [("not_compared", 1)]
    same = [_held(n, n, 300) for n in range(70)]
    meant, signs = pairs.pairs([*apart, *same])
    assert len(meant) == pairs.MOST_PAIRS
    assert {sign.kind for sign in signs} == {"not_compared"}
    shared = [min(one.last, two.last) - max(one.first, two.first) for _, one, two in meant]  # type: ignore[type-var]
    assert min(shared) >= dt.timedelta(hours=298), "those that share most time first"
