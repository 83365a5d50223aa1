"""Masks what identifies a person before a text is shown: every masked character becomes one `*`.

The length never changes, so spans of the original text point at the same characters of the masked one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import re2

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MASK = "*"
_D = "[0-9０-９]"
_ACCOUNT_WORDS = "[加+＋➕]\\s*[VvＶｖ]|微信|威信|薇信|微❤|卫星|V信|v信|vx|VX|Vx|wx|WX|wechat|WeChat|qq|QQ|Qq|扣扣|企鹅"

# Groups 1–3 hold names of mail boxes and accounts (letters before five digits or more are one, whatever stands before
# them: the words for WeChat have too many disguises to wait for); group 4 a number of seven digits or more, or one in
# the groups people write phone and card numbers in, or digit by digit. A date with dashes is none of these.
_NAMES, _NUMBER = (1, 2, 3), 4
_PERSONAL = re2.compile(
    r"([A-Za-z0-9._%+\-]+)[@＠][A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)*\.[A-Za-z]{2,}"
    rf"|(?:{_ACCOUNT_WORDS})(?:号|號|id|ID)?\s*[:：是为]?\s*([A-Za-z][A-Za-z0-9_\-]{{5,19}})"
    r"|(wxid_[A-Za-z0-9]{6,}|\b[A-Za-z][A-Za-z_\-]{1,13}[0-9]{5,})"
    rf"|({_D}{{7,}}[Xx]?|1{_D}{{2}}[ \-]{_D}{{4}}[ \-]{_D}{{4}}"
    rf"|{_D}{{4}}(?:[ \-]{_D}{{4}}){{2,3}}(?:[ \-]?{_D}{{1,3}})?|{_D}(?:[ \t\-.·_]{_D}){{6,}})"
)


def mask_text(text: str) -> str:
    """Return the text with e-mail names, account ids and long numbers masked (the ends of numbers stay)."""
    parts: list[str] = []
    done = 0
    for match in _PERSONAL.finditer(text):
        group = next(group for group in (*_NAMES, _NUMBER) if match.group(group) is not None)
        start, end = match.span(group)
        masked = _mask_number(text[start:end]) if group == _NUMBER else text[start] + MASK * (end - start - 1)
        parts += (text[done:start], masked)
        done = end
    parts.append(text[done:])
    return "".join(parts)


_WORD = re2.compile(r"\pL[\pL\pM]*|\pN+")


def mask_shape(text: str) -> str:
    """Return the shape of a text: of every word the first letter, of numbers of five digits and more the ends.

    What is left tells how a line is built, not what it says; the length stays.
    """

    def masked(match: re2._Match[str]) -> str:
        word: str = match.group()
        if word[0].isalpha():
            return word[0] + MASK * (len(word) - 1)
        return word if len(word) < 5 else word[:2] + MASK * (len(word) - 4) + word[-2:]

    return str(_WORD.sub(masked, text))


def mask_name(name: str) -> str:
    """Return the name with all but its first character masked."""
    return name[:1] + MASK * (len(name) - 1) if len(name) > 1 else name and MASK


def mask_account(account: str) -> str:
    """Return the account id with the platform and the ends kept: `telegram:12****89`."""
    platform, colon, native = account.partition(":")
    if not colon:
        platform, native = "", account
    kind, named, name = native.partition(":")
    if named and kind == "name":
        return f"{platform}{colon}name:{mask_name(name)}"
    return f"{platform}{colon}{_ends(native, 2)}"


_ID = re2.compile(r"[A-Za-z0-9０-９][A-Za-z0-9０-９_.\-]{3,}")


def ids_in(text: str) -> list[str]:
    """Return every run of four Latin letters or digits and more."""
    return [match.group() for match in _ID.finditer(text)]


def mask_ids(text: str) -> str:
    """Return the text with every run of four Latin letters or digits and more masked, but for its first."""
    return str(_ID.sub(lambda match: match.group()[:1] + MASK * (len(match.group()) - 1), text))


def mask_names(text: str, names: Iterable[str]) -> str:
    """Return the text with every one of these names (two characters or more) masked, longest first."""
    for name in sorted({name for name in names if len(name) >= 2}, key=lambda name: (-len(name), name)):
        if name in text:
            text = text.replace(name, mask_name(name))
    return text


def excerpt(
    text: str,
    spans: Sequence[tuple[int, int]],
    *,
    around: int = 20,
    marks: tuple[str, str] = ("【", "】"),
    mask: bool = True,
    contacts: bool = False,
) -> str:
    """Return the masked surroundings of the spans on one line, the spans between marks, cuts shown as `…`.

    contacts: the spans are ways to reach a person, so that every id within them is masked, known shape or not.
    """
    masked = mask_text(text) if mask else text
    kept = sorted({(max(0, start), min(len(masked), end)) for start, end in spans if start < end})
    if mask and contacts:
        for start, end in kept:
            masked = masked[:start] + mask_ids(masked[start:end]) + masked[end:]
    if not kept:
        cut = masked[: 2 * around]
        return _one_line(cut + ("…" if len(cut) < len(masked) else ""))
    parts: list[str] = []
    done = max(0, kept[0][0] - around)
    if done:
        parts.append("…")
    for start, end in kept:
        if start < done:
            continue
        parts.append(_between(masked, done, start, around))
        parts += (marks[0], masked[start:end], marks[1])
        done = end
    last = min(len(masked), done + around)
    parts.append(masked[done:last] + ("…" if last < len(masked) else ""))
    return _one_line("".join(parts))


def _between(text: str, start: int, end: int, around: int) -> str:
    if end - start <= 2 * around + 1:
        return text[start:end]
    return f"{text[start : start + around]}…{text[end - around : end]}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _ends(text: str, kept: int) -> str:
    if len(text) <= 2 * kept:
        return MASK * len(text)
    return text[:kept] + MASK * (len(text) - 2 * kept) + text[-kept:]


def _mask_number(text: str) -> str:
    """Mask the middle of a number: three digits before and (from 11 digits on) four after stay, and all separators."""
    digits = [place for place, character in enumerate(text) if character.isalnum()]
    first, last = (3, 4) if len(digits) >= 11 else (2, 2)
    hidden = set(digits[first : len(digits) - last])
    return "".join(MASK if place in hidden else character for place, character in enumerate(text))
