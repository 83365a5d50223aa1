"""Builds src/qunjian/text/tables/fold.tsv: what every code point becomes when texts are compared.

    python scripts/build_fold_table.py TSCharacters.txt > src/qunjian/text/tables/fold.tsv

TSCharacters.txt is OpenCC's table of traditional → simplified characters (Apache-2.0; see NOTICE). Everything else
comes from the Unicode Character Database as Python carries it. The table is kept so that all Pythons fold alike.
"""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path

FILLERS = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164, 0xFFA0}
SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
MARKS = tuple(
    range(*span) for span in ((0x0300, 0x0370), (0x1AB0, 0x1B00), (0x1DC0, 0x1E00), (0x20D0, 0x2100), (0xFE20, 0xFE30))
)
# Characters that mean themselves in simplified text too, so that OpenCC's table does not list them alone.
MORE_SIMPLIFIED = {"妳": "你", "祂": "他", "牠": "它", "佈": "布", "佔": "占", "噁": "恶", "甯": "宁", "喆": "哲"}


def invisible(code: int) -> bool:
    """Return whether the character draws nothing (NUL stands between rows and is none)."""
    category = unicodedata.category(chr(code))
    control = category == "Cc" and code not in (0x09, 0x0A, 0x0D)
    return (control and code != 0) or category == "Cf" or code in FILLERS or any(code in span for span in SELECTORS)


def mark(code: int) -> bool:
    """Return whether the character is a mark that may be put on any letter."""
    return any(code in span for span in MARKS) and unicodedata.category(chr(code)) in ("Mn", "Me")


def without_marks(character: str) -> str:
    """Return a Latin letter without its marks; everything else as it is."""
    parts = unicodedata.normalize("NFD", character)
    if len(parts) > 1 and parts[0].isascii() and parts[0].isalpha() and all(mark(ord(part)) for part in parts[1:]):
        return parts[0]
    return character


def wide(text: str) -> str:
    """Return text in compatible characters, figures without the full stop or comma drawn with them (⒈ 🄂)."""
    plain = unicodedata.normalize("NFKC", text)
    return plain[:-1] if len(text) == 1 and plain[:-1].isdecimal() and plain[-1] in ".," else plain


def folded(character: str, simplified: dict[str, str]) -> tuple[str, str]:
    """Return what the character becomes, and by which steps: w(idth) m(ark) c(ase) t(raditional) i(nvisible)."""
    code = ord(character)
    if invisible(code):
        return "", "i"
    if mark(code):
        return "", "m"
    steps = ""
    text = character
    once = (
        ("w", wide),
        ("m", lambda text: "".join(without_marks(c) for c in text if not mark(ord(c)))),
        ("c", lambda text: text.casefold()),
        ("m", lambda text: "".join(without_marks(c) for c in text if not mark(ord(c)))),
        ("t", lambda text: "".join(simplified.get(c, c) for c in text)),
        ("i", lambda text: "".join(c for c in text if not invisible(ord(c)))),
    )
    for letter, step in once * 2:  # case folding may leave a mark, and a mark may hide a case
        changed = step(text)
        if changed != text and letter not in steps:
            steps += letter
        text = changed
    return (text, steps) if text != character else (character, "")


def separator(character: str) -> bool:
    """Return whether the character may stand between the characters of a word to hide it."""
    return unicodedata.category(character)[0] in "ZPS" or character in "\t\n\r"


def main() -> None:
    """Print the table."""
    simplified = dict(MORE_SIMPLIFIED)
    for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines():
        traditional, _, plain = line.partition("\t")
        first = plain.split(" ")[0]
        if len(traditional) == len(first) == 1 and traditional != first:
            simplified[traditional] = first
    for _ in range(4):  # chains of variants end at the same character
        simplified = {key: simplified.get(value, value) for key, value in simplified.items()}
    print(f"# Unicode {unicodedata.unidata_version}; traditional characters: OpenCC TSCharacters (Apache-2.0)")
    print("# code point(s), what it becomes, steps: w width, m mark, c case, t traditional, i invisible; - separator")
    separators: list[int] = []
    for code in range(0x110000):
        if 0xD800 <= code < 0xE000:
            continue
        character = chr(code)
        became, steps = folded(character, simplified)
        if steps:
            print(f"{code:04X}\t{' '.join(f'{ord(c):04X}' for c in became)}\t{steps}")
        if separator(character):
            separators.append(code)
    start = previous = separators[0]
    for code in [*separators[1:], -1]:
        if code != previous + 1:
            print(f"{start:04X}..{previous:04X}\t\t-")
            start = code
        previous = code


if __name__ == "__main__":
    main()
