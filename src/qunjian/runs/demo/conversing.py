"""Composes conversations: someone opens, others answer, the opener goes on, somebody nods, it ends."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING

from qunjian.runs.demo.chance import poisson
from qunjian.runs.demo.grammar import Talk
from qunjian.runs.demo.records import Line
from qunjian.runs.demo.voices import voiced

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from qunjian.runs.demo.records import Person
    from qunjian.runs.demo.script import Desk, Operator, Script, Topic

# Shares of answers that quote the message they answer, or name its sender.
QUOTES = {"telegram": 0.42, "wechat": 0.26, "wecom": 0.34, "feishu": 0.5, "qq": 0.0}
NAMES = {"telegram": 0.05, "wechat": 0.16, "wecom": 0.14, "feishu": 0.1, "qq": 0.22}
WITHOUT_TEXT = ("image", "sticker", "voice", "video")


class Scene:
    """One community on stage: draws who speaks, and writes lines in their voices."""

    def __init__(self, told: Script, people: list[Person], chance: random.Random) -> None:
        self.told = told
        self.people = people
        self.chance = chance
        self.lines: list[Line] = []
        self.threads = 0
        self.notices: dict[str, list[Line]] = {}

    def thread(self) -> int:
        """Return the number of a new conversation."""
        self.threads += 1
        return self.threads

    def speaker(self, at: dt.datetime, but: Sequence[Person] = (), *, members_only: bool = True) -> Person:
        """Return who speaks up at that time: the talkative more often, owls at night, larks in the morning."""
        late = at.hour >= 20 or at.hour < 3
        able = [one for one in self.people if one.present(at) and one not in but]
        if members_only:
            able = [one for one in able if one.role == "member"] or able
        weights = [one.weight * (0.25 + (one.owl if late else 1 - one.owl)) for one in able]
        return self.chance.choices(able, weights)[0]

    def write(
        self, at: dt.datetime, who: Person, text: str, *, thread: int, reply: Line | None = None, plain: bool = False
    ) -> Line:
        """Add a line in the speaker's voice; a reply may quote or name the one it answers, as the platform allows."""
        said = text if plain else voiced(text, who.voice, self.told.habits, self.chance)
        line = Line(at, who, said, thread=thread)
        if reply is not None and reply.who is not who:
            draw = self.chance.random()
            if draw < QUOTES[self.told.platform]:
                line.reply = reply
            elif draw < QUOTES[self.told.platform] + NAMES[self.told.platform]:
                name(line, reply.who)
        self.lines.append(line)
        return line

    def media(self, at: dt.datetime, who: Person, thread: int) -> None:
        """Perhaps add a picture, sticker, voice note or the like from the same person."""
        for kind, rate in self.told.media.items():
            if self.chance.random() < rate:
                self.lines.append(Line(at, who, self.caption(kind), kind=kind, thread=thread))
                return

    def caption(self, kind: str) -> str:
        """Return what an export shows for a message without words, or a link's or file's title."""
        talk = Talk(self.told.slots, self.chance)
        if kind == "link" and self.told.links:
            return talk.say(self.told.links)
        if kind in self.told.captions:
            return talk.say(self.told.captions[kind])
        return {"red_packet": "[红包] 恭喜发财", "link": "[链接]", "file": "[文件]"}.get(kind, f"[{kind}]")

    def discuss(self, at: dt.datetime, topic: Topic) -> None:
        """Play one conversation about a topic."""
        thread, talk = self.thread(), Talk(self.told.slots, self.chance)
        opener = self.speaker(at)
        first = self.write(at, opener, talk.say(topic.open), thread=thread)
        self.media(at + dt.timedelta(seconds=9), opener, thread)
        answered, last = [opener], first
        for turn in range(1 + poisson(self.chance, 2.6)):
            at += self.pause(2.6 if turn else 4.0)
            who = self.speaker(at, answered[-1:])
            if who is opener:
                if topic.follow:
                    last = self.write(at, who, talk.say(topic.follow), thread=thread, reply=last)
                continue
            target = first if self.chance.random() < 0.6 else last
            if self.chance.random() < self.told.chatter * 0.45:
                last = self.write(at, who, self.chance.choice(self.told.nods), thread=thread, reply=target)
            else:
                last = self.write(at, who, self.answer(talk, topic, who), thread=thread, reply=target)
            answered.append(who)
            self.media(at + dt.timedelta(seconds=self.chance.randint(5, 40)), who, thread)
            if topic.follow and self.chance.random() < 0.3:
                at += self.pause(1.6)
                last = self.write(at, opener, talk.say(topic.follow), thread=thread, reply=last)
        if topic.close and len(answered) > 1 and self.chance.random() < 0.45:
            at += self.pause(4.0)
            self.write(at, opener, talk.say(topic.close), thread=thread)

    def answer(self, talk: Talk, topic: Topic, who: Person) -> str:
        """Return one answer; the wordy put two together."""
        text = talk.say(topic.reply)
        if who.voice.wordy > 0.75 and self.chance.random() < 0.35:
            text += talk.say(topic.reply)
        elif self.chance.random() < 0.28:
            text += talk.say(self.told.codas)
        return text

    def pause(self, minutes: float) -> dt.timedelta:
        """Return how long until somebody speaks next (log-normal around `minutes`)."""
        drawn = min(240.0, minutes * math.exp(self.chance.gauss(0, 1.1)))
        return dt.timedelta(seconds=5 + int(drawn * 60))

    def ask_operator(self, at: dt.datetime, desk: Desk, chance: random.Random, slow: dict[str, float]) -> None:
        """Play a question to the operator on duty: asked by name, answered after their usual delay, thanked for."""
        operator = on_duty(self.told.operators, at, chance)
        helper = next(one for one in self.people if one.name == operator.name)
        thread, talk = self.thread(), Talk(self.told.slots, chance)
        asker = self.speaker(at)
        asked = self.write(at, asker, talk.say(desk.ask), thread=thread)
        self.address(asked, helper)
        draw = chance.gauss(0, 0.7)
        forgot = chance.random() < 0.02
        minutes = operator.minutes * slow.get(operator.name, 1.0) * math.exp(draw)
        if forgot:
            return
        reply_at = at + dt.timedelta(seconds=20 + int(minutes * 60))
        said = talk.say(desk.answer)
        if chance.random() < 0.6:
            said += talk.say(self.told.tips)
        line = Line(within_shift(reply_at, operator), helper, said, thread=thread)
        if QUOTES[self.told.platform] > 0:
            line.reply = asked
        else:
            name(line, asker)
        self.lines.append(line)
        if chance.random() < 0.55:
            thanks = self.write(line.at + self.pause(1.5), asker, talk.say(self.told.closings), thread=thread)
            thanks.reply = line if QUOTES[self.told.platform] > 0 and chance.random() < 0.15 else None

    def address(self, asked: Line, helper: Person) -> None:
        """Let a question quote the operator's last announcement where the platform can, else name the operator."""
        earlier = [one for one in self.notices.get(helper.name, []) if one.at < asked.at]
        if earlier and QUOTES[self.told.platform] > 0 and self.chance.random() < 0.7:
            asked.reply = earlier[-1]
        else:
            name(asked, helper)


def name(line: Line, who: Person) -> None:
    """Let the line begin with a mention of that person."""
    line.mentions = (who,)
    line.text = f"@{who.name} {line.text}"


def on_duty(operators: Sequence[Operator], at: dt.datetime, chance: random.Random) -> Operator:
    """Return one of the operators whose shift holds that time, else of that weekday, else any."""
    today = [one for one in operators if at.isoweekday() in one.weekdays] or list(operators)
    clock = f"{at:%H:%M}"
    now = [one for one in today if one.starts <= clock < one.ends]
    return chance.choice(now or today)


def within_shift(at: dt.datetime, operator: Operator) -> dt.datetime:
    """Return the time, moved to the operator's next shift when it falls outside one."""
    starts, ends = dt.time.fromisoformat(operator.starts), dt.time.fromisoformat(operator.ends)
    for days in range(8):
        day = at.date() + dt.timedelta(days=days)
        if day.isoweekday() not in operator.weekdays:
            continue
        opens, closes = dt.datetime.combine(day, starts), dt.datetime.combine(day, ends)
        if at < closes:
            late = (at.minute * 7 + at.second) % 40
            return at if at >= opens else opens + dt.timedelta(minutes=late, seconds=at.second)
    return at
