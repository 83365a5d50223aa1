"""What can stand in the audit log: each kind has a sentence in both languages and says which values are personal."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from django.core.exceptions import ImproperlyConfigured

from qunjian_console.gathering import gathered
from qunjian_console.language import current


@dataclass(frozen=True)
class Kind:
    """One kind of entry.

    `facts` are values that may stand for good; `personal` ones are kept apart, and go when the person is erased. A
    value that is neither is refused, so that whoever adds a kind has to decide. Sentences may name both, and {actor},
    {subject}.
    """

    name: str
    zh: str
    en: str
    facts: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # of a value: its codes, and what they mean

    def sentence(self, values: dict[str, str]) -> str:
        """Return the entry in words; what was erased says so."""
        erased = "（已删除）" if current() == "zh" else "(erased)"
        text = self.zh if current() == "zh" else self.en
        known = {
            name: self.words.get(name, {}).get(values[name], values[name]) if name in values else erased
            for name in fields_of(text)
        }
        return text.format(**known)


def fields_of(text: str) -> set[str]:
    """Return the names between braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@cache
def kinds() -> dict[str, Kind]:
    """Return every kind by its name, gathered from each app's `entries.py`."""
    found: dict[str, Kind] = {}
    for kind in (kind for own in gathered("entries", "KINDS") for kind in own):
        if kind.name in found:
            raise ImproperlyConfigured(f"two kinds of audit entry are named {kind.name}")
        found[kind.name] = kind
    return found
