"""Lives through the twelve weeks of one community, day by day, hour by hour."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from qunjian.runs.demo.chance import poisson, stream
from qunjian.runs.demo.conversing import Scene
from qunjian.runs.demo.grammar import Talk
from qunjian.runs.demo.people import gather
from qunjian.runs.demo.records import AFTER_DAY, Chronicle, Line
from qunjian.runs.demo.season import days, level

if TYPE_CHECKING:
    import random

    from qunjian.runs.demo.records import Passage
    from qunjian.runs.demo.script import Script

# The exports were made on the Monday morning after: the last Sunday is whole.
_END = dt.datetime.combine(AFTER_DAY, dt.time(9, 30))


def live(told: Script, seed: int, slow: dict[str, float] | None = None) -> Chronicle:
    """Return twelve weeks of a community; `slow` multiplies the answering time of operators by name."""
    people, passages = gather(told, seed)
    chance = stream(seed, told.id, "talk")
    scene = Scene(told, people, chance)
    for day in [*days(), AFTER_DAY]:
        _talk_through(scene, day)
    _desk(Scene(told, people, stream(seed, told.id, "desk")), scene, seed, slow or {})
    _welcome(scene, passages, stream(seed, told.id, "welcome"))
    _recall(scene.lines, stream(seed, told.id, "recall"))
    lines = [line for line in scene.lines if line.at < _END and line.who.present(line.at)]
    chronicle = Chronicle(told.id, people, lines, passages)
    chronicle.forget_replies()
    return chronicle


def clock(told: Script, day: dt.date, chance: random.Random) -> dt.datetime:
    """Return a local time on that day, by the community's daily rhythm."""
    hour = chance.choices(range(24), told.hours)[0]
    return dt.datetime.combine(day, dt.time(hour)) + dt.timedelta(seconds=chance.randrange(3600))


def _talk_through(scene: Scene, day: dt.date) -> None:
    told, chance = scene.told, scene.chance
    lively = level(told, day)
    topics = list(told.topics.values())
    weights = [topic.weight for topic in topics]
    for _ in range(poisson(chance, told.per_day * lively)):
        scene.discuss(clock(told, day, chance), chance.choices(topics, weights)[0])
    for _ in range(poisson(chance, told.per_day * 0.35 * lively)):
        at = clock(told, day, chance)
        who, thread = scene.speaker(at), scene.thread()
        scene.write(at, who, Talk(told.slots, chance).say(told.lone), thread=thread)
        scene.media(at + dt.timedelta(seconds=12), who, thread)
    for _ in range(2 if day in told.days else 0):
        at = clock(told, day, chance)
        said = scene.write(at, scene.speaker(at), Talk(told.slots, chance).say(told.days[day]), thread=scene.thread())
        for _ in range(poisson(chance, 2.0)):
            at += scene.pause(3.0)
            scene.write(at, scene.speaker(at), chance.choice(told.nods), thread=said.thread, reply=said)
    _notice(scene, day)


def _notice(scene: Scene, day: dt.date) -> None:
    """Operators announce something every other day or so, in the morning; members acknowledge it."""
    told, chance = scene.told, scene.chance
    working = [one for one in told.operators if day.isoweekday() in one.weekdays]
    if not working or chance.random() > (0.5 if told.per_day > 2 else 0.16):
        return
    operator = chance.choice(working)
    who = next(one for one in scene.people if one.name == operator.name)
    at = dt.datetime.combine(day, dt.time.fromisoformat(operator.starts))
    at += dt.timedelta(seconds=chance.randrange(600, 7200))
    notice = scene.write(at, who, Talk(told.slots, chance).say(told.notices), thread=scene.thread(), plain=True)
    scene.notices.setdefault(operator.name, []).append(notice)
    for _ in range(poisson(chance, 1.6 if told.per_day > 2 else 0.8)):
        at += scene.pause(5.0)
        quoted = notice if chance.random() < 0.1 else None
        scene.write(at, scene.speaker(at), chance.choice(told.nods), thread=notice.thread, reply=quoted)


def _desk(desk: Scene, scene: Scene, seed: int, slow: dict[str, float]) -> None:
    told = scene.told
    desk.notices = scene.notices
    for day in days():
        chance = stream(seed, told.id, "desk", day)
        desk.chance = chance
        for _ in range(poisson(chance, told.desk_per_day * level(told, day))):
            at = clock(told, day, chance)
            if not 8 <= at.hour < 22 and chance.random() < 0.8:
                at = at.replace(hour=chance.randint(9, 20))
            desk.threads = scene.threads
            desk.ask_operator(at, chance.choice(told.desk), chance, slow)
            scene.threads = desk.threads
    scene.lines.extend(desk.lines)


def _welcome(scene: Scene, passages: list[Passage], chance: random.Random) -> None:
    """Newcomers say hello, most of the time; others greet them."""
    told = scene.told
    scene.chance = chance
    for passage in passages:
        if passage.kind not in ("joined", "invited") or passage.at >= _END - dt.timedelta(days=1):
            continue
        thread, talk = scene.thread(), Talk(told.slots, chance)
        at = passage.at
        if chance.random() < 0.65:
            at += scene.pause(6.0)
            scene.write(at, passage.who, talk.say(told.hello), thread=thread)
        for _ in range(poisson(chance, 1.5)):
            at += scene.pause(3.0)
            greeting = scene.write(
                at, scene.speaker(at, [passage.who], members_only=False), talk.say(told.greet), thread=thread
            )
            if chance.random() < 0.3:
                greeting.mentions = (passage.who,)
                greeting.text = f"@{passage.who.name} {greeting.text}"


def _recall(lines: list[Line], chance: random.Random) -> None:
    """A few messages are recalled a moment after they were sent."""
    quoted = {id(line.reply) for line in lines if line.reply is not None}
    for line in lines:
        if line.kind == "text" and id(line) not in quoted and chance.random() < 0.003:
            line.kind, line.text, line.mentions, line.reply = "recall", "", (), None
