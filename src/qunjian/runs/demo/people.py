"""The members of a community: invented names and accounts, their voices, and when they come and go."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from qunjian.runs.demo.chance import heavy, poisson, stream
from qunjian.runs.demo.grammar import Talk
from qunjian.runs.demo.records import FIRST_DAY, WEEKS, Passage, Person
from qunjian.runs.demo.voices import draw_voice

if TYPE_CHECKING:
    import random

    from qunjian.runs.demo.script import Script

# Accounts look like each platform's own, but say that they are the demo's.
_ACCOUNTS = {
    "wechat": "wxid_demo{:06d}", "wecom": "woDEMO{:08d}", "telegram": "user77000{:05d}", "qq": "80002{:05d}",
    "feishu": "ou_demo{:06d}",
}  # fmt: skip


def account(told: Script, number: int) -> str:
    """Return the native account id of the community's member `number`."""
    return _ACCOUNTS[told.platform].format(number * 37 + len(told.id))


def gather(told: Script, seed: int) -> tuple[list[Person], list[Passage]]:
    """Return everyone who is ever a member, operators first, and their comings and goings."""
    chance = stream(seed, told.id, "people")
    people = [
        Person(account(told, number), operator.name, operator.role, 0.05, 0.5, draw_voice(told.habits, chance))
        for number, operator in enumerate(told.operators, start=1)
    ]
    taken = {person.name for person in people}
    while len(people) < told.members:
        people.append(_member(told, len(people) + 1, taken, chance))
    passages = _arrivals(told, people, taken, chance)
    passages += _departures(told, people, chance)
    return people, passages


def _member(told: Script, number: int, taken: set[str], chance: random.Random) -> Person:
    for _ in range(200):
        talk = Talk(told.slots, chance)
        name = talk.say(told.names)
        if name not in taken:
            break
    else:
        name = f"{name}{number}"
    taken.add(name)
    owl = min(1.0, max(0.0, chance.gauss(told.owl, 0.28)))
    return Person(account(told, number), name, "member", heavy(chance, number), owl, draw_voice(told.habits, chance))


def _arrivals(told: Script, people: list[Person], taken: set[str], chance: random.Random) -> list[Passage]:
    passages = []
    for week in range(WEEKS):
        for _ in range(poisson(chance, told.joins_per_week)):
            newcomer = _member(told, len(people) + 1, taken, chance)
            newcomer.weight = heavy(chance, chance.randint(8, told.members))
            newcomer.joined = moment(chance, week, 9, 22)
            people.append(newcomer)
            inviter = chance.choice(people[: max(2, told.members // 3)])
            kind = "joined" if chance.random() < 0.6 else "invited"
            passages.append(Passage(newcomer.joined, newcomer, kind, newcomer if kind == "joined" else inviter))
    return passages


def _departures(told: Script, people: list[Person], chance: random.Random) -> list[Passage]:
    passages = []
    for week in range(WEEKS):
        for _ in range(poisson(chance, told.leaves_per_week)):
            at = moment(chance, week, 8, 24)
            able = [one for one in people if one.role == "member" and one.left is None and one.present(at)]
            leaver = chance.choice(able[len(able) // 5 :])
            leaver.left = at
            passages.append(Passage(at, leaver, "left", leaver))
    return passages


def moment(chance: random.Random, week: int, first_hour: int, after_hour: int) -> dt.datetime:
    """Return a random local time in that week (counted from 0) between two hours of the day."""
    day = FIRST_DAY + dt.timedelta(days=7 * week + chance.randrange(7))
    seconds = chance.randrange(first_hour * 3600, after_hour * 3600)
    return dt.datetime.combine(day, dt.time()) + dt.timedelta(seconds=seconds)
