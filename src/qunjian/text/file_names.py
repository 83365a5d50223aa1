"""Says what is dangerous about the name of a file: a program, an archive, an ending that hides another."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import numpy as np
import pyarrow as pa

from qunjian.text.folding import Folded

if TYPE_CHECKING:
    from collections.abc import Sequence

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
_BLANKS = "\u2800\u3164\ufeff\u200b\u200c\u200d\u200e\u200f"
# What pushes an ending out of sight or hides it; no space lies above U+3000.
_LEFT_OUT = np.array(sorted(map(ord, {*_BLANKS, *_TURNING, *filter(str.isspace, map(chr, range(0x3001)))})), np.uint32)
_TELLING = _RUN_OR_LEAD | ARCHIVES
_NO_CLASS: frozenset[NameClass] = frozenset()


class FileName(NamedTuple):
    """A name judged: its last ending, folded ("" when it has none), and everything dangerous about it."""

    ending: str
    classes: frozenset[NameClass]


@lru_cache(maxsize=1024)  # every rule on names asks about the same few at once
def file_name(name: str) -> FileName:
    """Judge one name."""
    return file_names((name,))[0]


def file_names(names: Sequence[str]) -> list[FileName]:
    """Judge names, all at once."""
    if not names:
        return []
    codes = Folded(pa.array([name.replace("\0", "") for name in names], pa.string())).codes
    codes = codes[~np.isin(codes, _LEFT_OUT)]
    plain = codes.tobytes().decode("utf-32-le").replace("。", ".").replace("．", ".").split("\0")
    return [_judged(name, each) for name, each in zip(names, plain[:-1], strict=True)]


def _judged(name: str, plain: str) -> FileName:
    """Judge a name by its folded form without blanks, cut at its points."""
    parts = plain.rstrip(".").split(".")  # Windows leaves points and blanks at the end out
    last = parts[-1] if len(parts) > 1 else ""
    turned = not _TURNING.isdisjoint(name)
    if last not in _TELLING and not turned:
        return FileName(last, _NO_CLASS)
    found = {name_class for name_class, endings in _BY_ENDING.items() if last in endings}
    if last in _RUN_OR_LEAD and any(part in HARMLESS for part in parts[1:-1]):
        found.add("double_ending")
    if turned:
        found.add("turned_around")
    return FileName(last, frozenset(found))
