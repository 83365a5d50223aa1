"""How numbers, times and names are written in a report, in one language; everything shown passes through here."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from qunjian.assessment.scorecard import STATUS_TITLES
from qunjian.model.language import Language, Phrase
from qunjian.reports.report import Tone
from qunjian.text.masking import mask_account, mask_name

if TYPE_CHECKING:
    from qunjian.assessment.scorecard import Score, Status

NONE = "—"
MOST_NAME = 8
STATUS_TONES: dict[Status, Tone] = {
    "scored": "plain", "insufficient": "muted", "not_applicable": "muted", "unknown": "muted",
}  # fmt: skip
SEVERITY_TONES: dict[str, Tone] = {"critical": "bad", "major": "warn", "minor": "info", "notice": "muted"}
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def visible(text: str) -> str:
    """Return the text with control, bidirectional and other invisible characters shown by their code."""
    if text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable() or character in "\n\u200d\ufe0f" or _joined(character)
        else "⏎"
        if character == "\r"
        else " "
        if character == "\t"
        else f"⟨U+{ord(character):04X}⟩"
        for character in text
    )


def _joined(character: str) -> bool:
    return unicodedata.category(character) not in _HIDDEN


class Words(msgspec.Struct, frozen=True):
    """The language of one report, and how it writes things."""

    language: Language
    zone: str

    def say(self, zh: str, en: str) -> str:
        """Return the text in the report's language."""
        return zh if self.language == "zh" else en

    def said(self, phrase: Phrase) -> str:
        """Return the phrase in the report's language."""
        return phrase.said(self.language)

    def number(self, value: float | None, digits: int = 0) -> str:
        """Return a number with thousands separators, without a trailing zero fraction when `digits` is 0."""
        return NONE if value is None else f"{value:,.{digits}f}"

    def percent(self, value: float | None, digits: int = 1) -> str:
        """Return a share as a percentage."""
        return NONE if value is None else f"{100 * value:.{digits}f} %"

    def measured(self, value: float | None, unit: str) -> str:
        """Return an indicator's value in the way of its unit."""
        if value is None:
            return NONE
        if unit == "share":
            return self.percent(value)
        if unit == "seconds":
            return self.span(value)
        if unit in ("people", "messages", "events"):
            return self.number(value)
        return self.number(value, 2)

    def span(self, seconds: float) -> str:
        """Return a length of time in its two largest units."""
        whole = round(seconds)
        if whole < 60:
            return self.say(f"{whole} 秒", f"{whole} s")
        if whole < 3600:
            return self.say(f"{whole // 60} 分 {whole % 60} 秒", f"{whole // 60} min {whole % 60} s")
        return self.say(f"{whole // 3600} 小时 {whole % 3600 // 60} 分", f"{whole // 3600} h {whole % 3600 // 60} min")

    def between(self, low: float | None, high: float | None, digits: int = 0) -> str:
        """Return an interval as [low, high]."""
        return "" if low is None or high is None else f"[{self.number(low, digits)}, {self.number(high, digits)}]"

    def day(self, day: dt.date) -> str:
        """Return a day."""
        return f"{day:%Y-%m-%d}"

    def days(self, first: dt.date, after: dt.date) -> str:
        """Return a span of days by its first and last."""
        last = after - dt.timedelta(days=1)
        if first == last:
            return self.day(first)
        return self.say(f"{first:%Y-%m-%d} 至 {last:%m-%d}", f"{first:%Y-%m-%d} to {last:%m-%d}")

    def moment(self, instant: dt.datetime | None, zone: str | None = None) -> str:
        """Return an instant as the local wall time of a zone, to the minute."""
        return NONE if instant is None else f"{instant.astimezone(ZoneInfo(zone or self.zone)):%Y-%m-%d %H:%M}"

    def score(self, score: Score) -> str:
        """Return a score's number, or the word for why there is none."""
        if score.status != "scored" or score.value is None:
            return self.said(STATUS_TITLES[score.status])
        return self.number(score.value, 1)

    def listed(self, names: list[str], most: int = 3) -> str:
        """Return names in a row, the rest as a count."""
        shown = self.say("、", ", ").join(names[:most])
        rest = len(names) - most
        return shown if rest <= 0 else shown + self.say(f" 等 {len(names)} 个", f" and {rest} more")


def masked_person(name: str | None, account: str | None) -> str:
    """Return how a member is named in a report: first character and stars, else the masked account."""
    if name:
        return visible(mask_name(name)[:MOST_NAME])
    return visible(mask_account(account)) if account else NONE
