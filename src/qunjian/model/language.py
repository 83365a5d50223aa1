"""A sentence in both languages of the product, chosen where it is shown."""

from __future__ import annotations

import locale
import os
import sys
from typing import Literal, NamedTuple

Language = Literal["zh", "en"]


class Phrase(NamedTuple):
    """One text a person reads, in Chinese and in English; `str.format` fields are filled by `fill`."""

    zh: str
    en: str

    def said(self, language: Language) -> str:
        """Return the text in `language`."""
        return self.zh if language == "zh" else self.en

    def fill(self, **values: object) -> Phrase:
        """Return the phrase with its `{fields}` filled in both languages."""
        return Phrase(self.zh.format(**values), self.en.format(**values))


def alone(text: str, language: Language) -> str:
    """Return one half of a stored text "中文 / English"; a text that is not so made stays whole."""
    zh, mark, en = text.partition(" / ")
    return (zh if language == "zh" else en) if mark and any(char > "\u2e7f" for char in zh) else text


def preferred_language() -> Language:
    """Return the language of the person at the terminal: QUNJIAN_LANG, else the locale, else Chinese."""
    for name in ("QUNJIAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "").lower()
        if value in ("", "c", "posix", "c.utf-8"):
            continue
        return "zh" if value.startswith("zh") else "en"
    if sys.platform == "win32":  # elsewhere getlocale() calls the C locale English, which nobody chose
        system, _ = locale.getlocale()
        return "en" if system and system.lower().startswith("en") else "zh"
    return "zh"
