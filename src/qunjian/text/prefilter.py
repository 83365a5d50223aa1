"""Loosens an RE2 pattern into one hyperscan compiles fast and that matches wherever RE2 would, and sometimes more.

It works on bytes of UTF-8, one row a line (a newline inside a row reads as a carriage return): what stands for many
characters becomes "anything in this row", so no Unicode table of hyperscan's has to agree with RE2's.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from qunjian.text.folding import fold
from qunjian.text.regex_source import Atom, atoms

_META = frozenset(b"\\.+*?()|[]{}^$-/#&~<> ")
_NARROW_ESCAPES = {"d", "w", "s", "b", "B", "t", "f", "v", "r", "a"}
_BOUNDS = re.compile(r"\{(\d+)(,)?(\d*)\}")
_BYTE = tuple(
    f"\\{chr(byte)}" if byte in _META else chr(byte) if 0x20 < byte < 0x7F else f"\\x{byte:02x}" for byte in range(256)
)
_SMALL = 3  # up to so many wide characters are counted; more become "any number"


class Piece(NamedTuple):
    """A piece of the loosened pattern; `wide`: it may be any character; `least`: what its repeats need at least."""

    source: str
    wide: bool = False
    kind: str = "atom"
    least: str = ""


def prefilter(folded: str) -> bytes | None:
    """Return a byte expression that matches wherever `folded` (a folded pattern) does, or None if none is of use."""
    pieces: list[Piece] = []
    pending: Piece | None = None
    for atom in atoms(folded):
        if atom.kind == "quantifier" and pending is not None:
            pieces.append(_repeated(pending, atom.source))
            pending = None
            continue
        if pending is not None:
            pieces.append(_once(pending))
        pending = _loosened(atom)
        if pending is None:
            return None
    if pending is not None:
        pieces.append(_once(pending))
    while pieces and pieces[-1].kind == "optional":
        pieces.pop()
    while pieces and pieces[0].kind == "optional":
        pieces.pop(0)
    if pieces and pieces[-1].least:
        pieces[-1] = Piece(pieces[-1].least)
    return "".join(piece.source for piece in pieces).encode("ascii") if any(not each.wide for each in pieces) else None


def _loosened(atom: Atom) -> Piece | None:
    """Return the atom on bytes, or None where it is not understood."""
    kind, source = atom
    if kind == "group":
        return Piece("(?:" if source.endswith((":", ">")) else "", kind="mark")
    if kind == "quotation":
        return Piece(_bytes_of(source.removeprefix(r"\Q").removesuffix(r"\E")))
    if kind == "class":
        return _class(source)
    if kind == "escape":
        return _escape(source)
    if source == ".":
        return Piece("", wide=True)
    if source in "()|^$":
        return Piece(source, kind="mark")
    return Piece(_bytes_of(source))


def _escape(source: str) -> Piece | None:
    letter = source[1:2]
    if letter in _NARROW_ESCAPES:
        return Piece(source, kind="mark" if letter in "bB" else "atom")
    if letter in "DWSpPC":
        return Piece("", wide=True)
    if letter in "Az":
        return Piece("^" if letter == "A" else "$", kind="mark")
    if letter == "n":
        return Piece(r"\r")
    if letter == "x":
        try:
            return Piece(_bytes_of(fold(chr(int(source[2:].strip("{}"), 16)))))
        except (ValueError, OverflowError):
            return None
    return Piece(source) if letter.isascii() and not letter.isalnum() else None


def _class(source: str) -> Piece:
    """Return a class on bytes: its ASCII part and its few other characters; anything else may be any character."""
    body = source[1:-1]
    if body.startswith("^") or re.search(r"\\[^dwstfvr\W]|\[:\^|\\x", body):
        return Piece("", wide=True)
    inside = body.replace(r"\n", r"\r")
    ascii_part = "".join(character for character in inside if character.isascii())
    others = [character for character in inside if not character.isascii()]
    if not others:
        return Piece(f"[{ascii_part}]")
    if re.search(r"[^\x00-\x7f]-.|.-[^\x00-\x7f]", inside, re.DOTALL) or len(others) > 64:
        return Piece("", wide=True)
    alternatives = [_bytes_of(character) for character in others]
    if ascii_part:
        alternatives.append(f"[{ascii_part}]")
    return Piece(f"(?:{'|'.join(alternatives)})")


def _once(piece: Piece) -> Piece:
    return Piece(r"[^\n]{1,4}", wide=True) if piece.wide else piece


def _repeated(piece: Piece, quantifier: str) -> Piece:
    least, most = _bounds(quantifier)
    if not piece.wide:
        if least > _SMALL and (most is None or most > least):  # a long count is dear to compile and rarely decides
            least, quantifier = _SMALL, f"{{{_SMALL},}}"
        if piece.kind == "mark":
            return Piece(piece.source + quantifier, kind="mark")
        single = piece.source.startswith(("(?:", "[")) or len(piece.source) <= 2
        source = piece.source if single else f"(?:{piece.source})"
        if not least:
            return Piece(source + quantifier, kind="optional")
        return Piece(source + quantifier, least=source if least == 1 else f"{source}{{{least}}}")
    if most is not None and most <= _SMALL:
        return Piece(rf"[^\n]{{{least},{4 * most}}}", wide=True, kind="atom" if least else "optional")
    return Piece(r"[^\n]+" if least else r"[^\n]*", wide=True, kind="atom" if least else "optional")


def _bounds(quantifier: str) -> tuple[int, int | None]:
    if match := _BOUNDS.match(quantifier):
        least = int(match[1])
        return least, (int(match[3]) if match[3] else None) if match[2] else least
    return {"*": (0, None), "+": (1, None), "?": (0, 1)}[quantifier[0]]


def _bytes_of(text: str) -> str:
    return "".join(map(_BYTE.__getitem__, text.replace("\n", "\r").encode()))
