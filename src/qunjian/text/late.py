"""Patterns that are compiled when they are first used: a start pays for no format that it does not meet."""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast

import re2


class _Late:
    """Stands for a pattern; each of its methods is looked up once."""

    def __init__(self, make: Any, form: Any, flags: int) -> None:
        self._make = make
        self._form = form
        self._flags = flags
        self._made: Any = None

    def __getattr__(self, name: str) -> Any:
        if self._made is None:
            self._made = self._make(self._form, self._flags) if self._flags else self._make(self._form)
        found = getattr(self._made, name)
        setattr(self, name, found)
        return found


def late(form: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what serves as `re.compile(form, flags)`; a match's `re` is the pattern itself, not what is returned."""
    return cast("re.Pattern[AnyStr]", _Late(re.compile, form, int(flags)))


def late_re2(form: str) -> Any:
    """Return what serves as `re2.compile(form)`: for texts that people wrote, in linear time."""
    return _Late(re2.compile, form, 0)
