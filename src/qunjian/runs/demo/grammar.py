"""Fills templates: `{slot}` keeps its value through a conversation, `{slot*}` draws afresh each time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence

_SLOT = re.compile(r"\{([^{}*]+)(\*?)\}")


class Talk:
    """One conversation's memory: what its slots stand for, and which templates it has used."""

    def __init__(self, slots: Mapping[str, Sequence[str]], chance: random.Random) -> None:
        self.slots = slots
        self.chance = chance
        self.bound: dict[str, str] = {}
        self.used: set[str] = set()

    def choose(self, templates: Sequence[str]) -> str:
        """Return a template not yet used in this conversation, if there is one."""
        fresh = [template for template in templates if template not in self.used] or list(templates)
        template = self.chance.choice(fresh)
        self.used.add(template)
        return template

    def say(self, templates: Sequence[str]) -> str:
        """Return one template, filled; slots may hold slots."""
        return self.fill(self.choose(templates))

    def fill(self, template: str) -> str:
        """Return the template with every slot filled."""
        text = template
        for _ in range(4):
            if "{" not in text:
                break
            text = _SLOT.sub(self._value, text)
        return text

    def _value(self, match: re.Match[str]) -> str:
        name, fresh = match[1], bool(match[2])
        if name.startswith("数"):
            return self._number(name)
        if fresh:
            return self.chance.choice(self.slots[name])
        if name not in self.bound:
            self.bound[name] = self.chance.choice(self.slots[name])
        return self.bound[name]

    def _number(self, name: str) -> str:
        """`{数3-18}` is a whole number in that range, kept through the conversation."""
        if name not in self.bound:
            low, high = name[1:].split("-")
            self.bound[name] = str(self.chance.randint(int(low), int(high)))
        return self.bound[name]
