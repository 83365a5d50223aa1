"""Says what is dangerous about the name of a file: a program, an archive, an ending that hides another."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, get_args

from qunjian.text.folding import fold

NameClass = Literal["program", "archive", "macro_document", "page", "double_ending", "turned_around"]
NAME_CLASSES: tuple[NameClass, ...] = get_args(NameClass)


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


PROGRAMS = _words(
    "exe scr bat cmd msi msix pif cpl vbs vbe jse wsf wsh hta lnk ps1 reg jar apk xapk apks ipa mobileconfig dmg pkg "
    "deb rpm gadget"
)
# Programs too, but by themselves far more often an address or a colleague's script.
_DOUBTFUL = _words("com js sh run dll inf")
ARCHIVES = _words("zip rar 7z tar gz tgz bz2 xz zst cab iso img arj lzh ace")
MACROS = _words("docm dotm xlsm xltm xlam pptm potm ppam xll")
PAGES = _words("html htm mht mhtml shtml svg url webloc")
# What people open without a thought, and what a double ending pretends to be.
HARMLESS = _words(
    "pdf doc docx xls xlsx csv ppt pptx txt rtf wps et dps jpg jpeg png gif webp bmp heic mp3 m4a wav mp4 mov avi mkv "
    "flv 图片 照片 文档 表格 视频 红包"
)
_BY_ENDING: dict[NameClass, frozenset[str]] = {
    "program": PROGRAMS, "archive": ARCHIVES, "macro_document": MACROS, "page": PAGES,
}  # fmt: skip
_RUN_OR_LEAD = PROGRAMS | _DOUBTFUL | MACROS | PAGES
# Marks that turn the direction of writing: "红包\u202egpj.exe" is shown as "红包exe.jpg".
_TURNING = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_BLANKS = frozenset("\u2800\u3164\ufeff\u200b\u200c\u200d\u200e\u200f")


def ending(name: str) -> str:
    """Return the last ending of a name, folded; "" when it has none."""
    parts = _parts(name)
    return parts[-1] if len(parts) > 1 else ""


def classes_of(name: str) -> frozenset[NameClass]:
    """Return everything that is dangerous about a name."""
    parts = _parts(name)
    last = parts[-1] if len(parts) > 1 else ""
    found = {name_class for name_class, endings in _BY_ENDING.items() if last in endings}
    if last in _RUN_OR_LEAD and any(part in HARMLESS for part in parts[1:-1]):
        found.add("double_ending")
    if not _TURNING.isdisjoint(name):
        found.add("turned_around")
    return frozenset(found)


@lru_cache(maxsize=1024)  # every rule on names asks about the same few at once
def _parts(name: str) -> tuple[str, ...]:
    """Return a name cut at its points: folded, without blanks around an ending (many of them push it out of sight)."""
    plain = fold("".join(c for c in name if c not in _TURNING)).replace("。", ".").replace("．", ".")
    parts = ["".join(c for c in part if not (c.isspace() or c in _BLANKS)) for part in plain.split(".")]
    while len(parts) > 1 and not parts[-1]:  # Windows leaves points and blanks at the end out
        parts.pop()
    return tuple(parts)
