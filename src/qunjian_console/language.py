"""One way to say things in both languages: a text is written once, Chinese and English side by side."""

from __future__ import annotations

from typing import Literal

from django.utils import translation
from django.utils.functional import lazy

Language = Literal["zh", "en"]
COOKIE = "qunjian_language"


def current() -> Language:
    """Return the language of the person this request is for: Chinese unless they chose English."""
    return "en" if (translation.get_language() or "").startswith("en") else "zh"


def _said(zh: str, en: str, values: dict[str, object]) -> str:
    text = zh if current() == "zh" else en
    return text.format(**values) if values else text


_lazy = lazy(_said, str)


def say(zh: str, en: str, **values: object) -> str:
    """Return a text that is chosen when it is shown; `{fields}` are filled from `values`."""
    return _lazy(zh, en, values)
