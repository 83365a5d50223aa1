"""The planted truths: what is wrong in the demo world, put there on purpose and written down."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from qunjian.runs.demo.chance import stream
from qunjian.runs.demo.grammar import Talk
from qunjian.runs.demo.people import account, moment
from qunjian.runs.demo.records import ZONE, Evidence, Line, Passage, Person, Truth
from qunjian.runs.demo.script import plants, script
from qunjian.runs.demo.season import week_name, week_start
from qunjian.runs.demo.voices import draw_voice

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable

    from qunjian.runs.demo.records import Chronicle

EVENING_WEEK = 9
EVENING_HOURS = range(18, 24)
SLOW_OPERATOR = "助教-启明"
SLOW_TIMES = 11.0
SPAM_WEEKS = (10, 11, 12)
LEAVERS = 26
EVENT_DAY = dt.date(2026, 11, 11)


def slowed(effect: float) -> dict[str, float]:
    """Return how many times slower each planted operator answers."""
    return {SLOW_OPERATOR: 1.0 + (SLOW_TIMES - 1.0) * effect}


def plant_all(world: dict[str, Chronicle], seed: int, effect: float) -> list[Truth]:
    """Plant every truth at that effect size and return what was planted (at 0, what would have been)."""
    return [
        _evenings_stop(world["mother_baby"], seed, effect),
        _spammer([world["mother_baby"], world["gadgets"], world["reading"]], seed, effect),
        _slow_operator(world["paid_course"], effect),
        _claims(world["mother_baby"], seed, effect),
        _phones(world["paid_course"], seed, effect),
        _leavers(world["gadgets"], seed, effect),
        _quiet_is_fine(world["quiet"]),
    ]


def community_id(chronicle: Chronicle) -> str:
    """Return the id the community has in the lake."""
    told = script(chronicle.community)
    return f"{told.platform}:{told.native_id}"


def account_id(chronicle: Chronicle, who: Person) -> str:
    """Return the id a member's account has in the lake."""
    return f"{script(chronicle.community).platform}:{who.account}"


def instant(at: dt.datetime) -> str:
    """Return the local wall time as a UTC instant, ISO 8601."""
    return at.replace(tzinfo=ZoneInfo(ZONE)).astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def _evidence(chronicle: Chronicle, planted: Iterable[Line | Passage]) -> tuple[Evidence, ...]:
    where = community_id(chronicle)
    return tuple(
        Evidence(where, account_id(chronicle, one.who), instant(one.at), one.text if isinstance(one, Line) else "")
        for one in sorted(planted, key=lambda one: one.at)
    )


def _truth(
    kind: str, effect: float, chronicles: Iterable[Chronicle], weeks: Iterable[int], planted: Iterable[Evidence] = (),
    *, persons: tuple[str, ...] = (), accounts: tuple[str, ...] = (), size: float = 0.0,
) -> Truth:  # fmt: skip
    told = plants().truths[kind]
    return Truth(
        kind, effect > 0, tuple(community_id(one) for one in chronicles), told.zh, told.en,
        tuple(week_name(week) for week in weeks), persons, accounts, round(size, 3), tuple(planted),
    )  # fmt: skip


def _evenings_stop(chronicle: Chronicle, seed: int, effect: float) -> Truth:
    """From week 9 on, conversations that begin in the evening do not take place."""
    chance = stream(seed, "evenings")
    begins: dict[int, dt.datetime] = {}
    for line in chronicle.lines:
        begins[line.thread] = min(line.at, begins.get(line.thread, line.at))
    since = dt.datetime.combine(week_start(EVENING_WEEK), dt.time())
    gone = {
        thread
        for thread, at in sorted(begins.items())
        if chance.random() < effect and at >= since and at.hour in EVENING_HOURS
    }
    before = len(chronicle.lines)
    chronicle.lines = [line for line in chronicle.lines if line.thread not in gone]
    size = before - len(chronicle.lines)
    return _truth("evening_posts_stop", effect, [chronicle], range(EVENING_WEEK, 13), size=size)


def _spammer(chronicles: list[Chronicle], seed: int, effect: float) -> Truth:
    """One person, an account in each of three groups, posts the same offer again and again."""
    chance = stream(seed, "spam")
    texts = [Talk(plants().slots, chance).say(plants().spam) for _ in range(3)]
    evidence: list[Evidence] = []
    accounts: list[str] = []
    rounds = round(6 * effect) or int(effect > 0)
    visits = [(week, moment(chance, week - 1, 11, 21)) for week in SPAM_WEEKS for _ in range(rounds)]
    for chronicle in chronicles:
        told = script(chronicle.community)
        chance_here = stream(seed, "spam", told.id)
        who = Person(account(told, 700 + chance_here.randrange(90)), chance_here.choice(plants().spam_names), "member",
                     0.0, 0.5, draw_voice(told.habits, chance_here))  # fmt: skip
        who.joined = moment(chance_here, SPAM_WEEKS[0] - 2, 9, 20)
        accounts.append(account_id(chronicle, who))
        if effect <= 0:
            continue
        chronicle.people.append(who)
        chronicle.passages.append(Passage(who.joined, who, "joined", who))
        lines = [
            Line(at + dt.timedelta(seconds=chance_here.randint(20, 900)), who, texts[number % len(texts)], thread=-1,
                 plant="spammer")
            for number, (_, at) in enumerate(visits)
        ]  # fmt: skip
        chronicle.lines.extend(lines)
        evidence += _evidence(chronicle, lines)
    return _truth("spammer_across_groups", effect, chronicles, SPAM_WEEKS, evidence, accounts=tuple(accounts),
                  size=len(evidence))  # fmt: skip


def _slow_operator(chronicle: Chronicle, effect: float) -> Truth:
    told = script(chronicle.community)
    operator = next(one for one in told.operators if one.name == SLOW_OPERATOR)
    who = next(one for one in chronicle.people if one.name == SLOW_OPERATOR)
    return _truth("slow_operator", effect, [chronicle], range(1, 13), persons=(operator.person,),
                  accounts=(account_id(chronicle, who),), size=slowed(effect)[SLOW_OPERATOR])  # fmt: skip


def _claims(chronicle: Chronicle, seed: int, effect: float) -> Truth:
    """An operator's helper account praises a product with claims the advertising law forbids."""
    chance = stream(seed, "claims")
    who = next(one for one in chronicle.people if one.role == "admin")
    lines = []
    for number in range(round(6 * effect) or int(effect > 0)):
        at = moment(chance, (11, 10, 11, 9)[number % 4], 10, 18)
        text = Talk(plants().slots, chance).fill(plants().claims[number % len(plants().claims)])
        lines.append(Line(at, who, text, thread=-2, plant="claim"))
    chronicle.lines.extend(lines)
    return _truth("advertising_claim", effect, [chronicle], (10, 11, 12), _evidence(chronicle, lines),
                  accounts=(account_id(chronicle, who),), size=len(lines))  # fmt: skip


def _phones(chronicle: Chronicle, seed: int, effect: float) -> Truth:
    """Members post telephone numbers, their own or other people's; all from a block that no person has."""
    chance = stream(seed, "phones")
    lines = []
    for number in range(round(8 * effect) or int(effect > 0)):
        week = 11 if number % 2 == 0 else chance.randint(8, 11)
        at = moment(chance, week, 9, 22)
        talk = Talk(plants().slots, chance)
        talk.bound["号码"] = phone(chance)
        able = [one for one in chronicle.people if one.role == "member" and one.present(at)]
        lines.append(
            Line(at, chance.choice(able), talk.fill(plants().phones[number % len(plants().phones)]), thread=-3,
                 plant="phone")
        )  # fmt: skip
    chronicle.lines.extend(lines)
    return _truth("leaked_phones", effect, [chronicle], range(9, 13), _evidence(chronicle, lines), size=len(lines))


def phone(chance: random.Random) -> str:
    """Return a mobile number that has the right form and is plainly made up: 1x0 0000 and four digits."""
    return f"1{chance.choice('3589')}00000{chance.randrange(1000, 9999)}"


def _leavers(chronicle: Chronicle, seed: int, effect: float) -> Truth:
    """After the group-buy event goes wrong, people complain, then leave."""
    chance = stream(seed, "leavers")
    start = dt.datetime.combine(EVENT_DAY, dt.time(20))
    able = [one for one in chronicle.people if one.role == "member" and one.left is None and one.present(start)]
    wanted = round(LEAVERS * effect) or int(effect > 0)
    passages, lines = [], []
    for who in chance.sample(able[10:], min(wanted, len(able) - 10)):
        hours = 13 + min(80.0, chance.expovariate(1 / 22))
        at = start + dt.timedelta(seconds=int(hours * 3600))
        who.left = at
        passages.append(Passage(at, who, "left", who, plant="leavers"))
        if chance.random() < 0.45:
            said = start + dt.timedelta(minutes=chance.randint(5, 600))
            text = Talk(plants().slots, chance).say(plants().complaints)
            lines.append(Line(said, who, text, thread=-4, plant="leavers"))
    gone = {id(one.who): one.at for one in passages}
    chronicle.lines = [line for line in chronicle.lines if line.at < gone.get(id(line.who), line.at + dt.timedelta(1))]
    chronicle.lines.extend(lines)
    chronicle.passages.extend(passages)
    return _truth("leavers_after_event", effect, [chronicle], (12,), _evidence(chronicle, passages), size=len(passages))


def _quiet_is_fine(chronicle: Chronicle) -> Truth:
    return _truth("quiet_group_is_fine", 1.0, [chronicle], range(1, 13))
