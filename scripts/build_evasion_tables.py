"""Builds the tables by which hidden words are seen: sounds, splits, emoji and shapes, in src/qunjian/text/tables/.

    python scripts/build_evasion_tables.py --pinyin --decompositions cjk-decomp.txt --emoji annotations.json \
        --frequencies frequencyjunda.txt --font NotoSansCJK-Regular.ttc

Sources: pypinyin's readings (MIT), the CJK Decomposition Data (Apache-2.0), CLDR's Chinese names of emoji (Unicode
licence), Jun Da's order of characters by frequency; shapes are measured here, on the glyphs of a font. See NOTICE.
"""

from __future__ import annotations

import argparse
import json
import re
import unicodedata
from collections import defaultdict
from pathlib import Path

import numpy as np

from qunjian.text.folding import fold

TABLES = Path(__file__).parents[1] / "src" / "qunjian" / "text" / "tables"
IDEOGRAPHS = range(0x4E00, 0x9FA6)
# A component as it is drawn inside a character, and the character people write for it.
COMPONENTS = dict(
    zip(
        "亻氵扌讠訁钅釒纟糹饣飠忄㣺犭礻衤刂灬⺮⻊𧾷阝牜攵⺙攴辶艹⺾爫⺼罒⺌冫⺈丬⻌⺶⺷⺧⺪⻖⻏𡰯",
        "人水手言言金金丝丝食食心心犬示衣刀火竹足足耳牛文文文走草草爪月四小冰刀爿走羊羊牛疋耳耳尸",
        strict=True,
    )
)
# Names of emoji that say how they look or act, not what they are.
SAID_OF_MANY = frozenset("人脸手日圆红黄蓝绿白黑大小上下左右")
SLANG = {  # read aloud in Chinese chats otherwise than CLDR names them
    "🐎": "马", "🐴": "马", "🈶": "有", "🈚": "无", "🈲": "禁", "🉐": "得", "🈴": "合", "🈵": "满",
    "🈹": "割", "🉑": "可", "👴": "爷", "👵": "奶", "👩": "女", "👨": "男", "👶": "孩", "💩": "屎",
    "🍬": "糖", "🍆": "茄", "🌶": "辣", "💊": "药", "🔥": "火", "💰": "钱", "💵": "钱", "💴": "钱",
    "📞": "话", "☎": "话", "📱": "机", "➕": "加", "✚": "加", "➖": "减", "✖": "乘", "❌": "叉",
    "✔": "对", "❤": "心", "♥": "心", "💔": "心", "⭐": "星", "🌟": "星", "🌙": "月", "☀": "日",
    "🆚": "vs", "🆕": "新", "🔞": "十八", "💯": "百", "🅿": "批", "🅰": "诶", "👄": "嘴",
    "👅": "舌", "👁": "眼", "👂": "耳", "👃": "鼻", "🦶": "脚", "🦵": "腿", "💪": "肌", "👊": "拳",
    "🔫": "枪", "🔪": "刀", "💣": "弹", "🏠": "家", "🏡": "家", "🚗": "车", "🚌": "车", "🚲": "车",
    "✈": "飞", "🚀": "箭", "🎰": "赌", "🎲": "骰", "🃏": "牌", "🀄": "中",
}  # fmt: skip


def frequent(path: Path) -> list[str]:
    """Return simplified characters, the most frequent first."""
    found = dict.fromkeys(
        cells[1] for line in path.read_text(encoding="utf-8").splitlines() if len(cells := line.split("\t")) > 2
    )
    return [each for each in found if len(each) == 1 and ord(each) in IDEOGRAPHS and fold(each) == each]


def write(name: str, about: str, rows: list[str]) -> None:
    """Write one table."""
    (TABLES / name).write_text(f"# {about}\n" + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    print(name, len(rows), "rows")


def sounds() -> dict[str, list[str]]:
    """Return for every folded ideograph its toneless syllables, all readings, the usual one first."""
    from pypinyin import Style, pinyin

    found = {}
    for code in IDEOGRAPHS:
        if fold(chr(code)) != chr(code):
            continue
        said = pinyin(chr(code), style=Style.NORMAL, heteronym=True, errors="ignore", v_to_u=False)
        clean = (
            dict.fromkeys(re.sub(r"[^a-z]", "", each.replace("ü", "v").replace("ê", "e")) for each in said[0])
            if said
            else {}
        )
        if syllables := [each for each in clean if each]:
            found[chr(code)] = syllables
    return found


def decompositions(path: Path) -> dict[str, tuple[str, ...]]:
    """Return what each character (or nameless piece) is put together from."""
    rows = re.findall(
        r"^(?:module.exports = `)?([^:\n]+):(\w+)\(([^)\n]*)\)", path.read_text(encoding="utf-8"), re.MULTILINE
    )
    return {
        made: tuple(parts.split(","))
        for made, how, parts in rows
        if how[0] in "adsw" or how in ("ra", "rd", "lock", "built")
    }


def sequences(made: str, known: dict[str, tuple[str, ...]], depth: int) -> set[tuple[str, ...]]:
    """Return the ways to write a character as two to four others side by side."""
    parts = known.get(made, ())
    ways = [{(each,)} | (sequences(each, known, depth - 1) if depth or len(each) > 1 else set()) for each in parts]
    found: set[tuple[str, ...]] = {()}
    for way in ways:
        found = {(*before, *each) for before in found for each in way if len(before) + len(each) <= 4}
    return {each for each in found if len(each) > 1}


def splits(known: dict[str, tuple[str, ...]], sounded: dict[str, list[str]], common: set[str]) -> list[str]:
    """Return rows: the parts as people write them, then the characters they may stand for."""
    meant: dict[str, list[str]] = defaultdict(list)
    for made in sorted(common):
        for way in sequences(made, known, 1):
            written = [COMPONENTS.get(part, part) for part in way]
            if all(len(part) == 1 and fold(part) in sounded for part in written):
                meant["".join(fold(part) for part in written)].append(made)
    return [f"{parts}\t{''.join(dict.fromkeys(made))}" for parts, made in sorted(meant.items()) if parts not in common]


def emoji(path: Path, sounded: dict[str, list[str]]) -> list[str]:
    """Return rows: one emoji (its first code point), then the characters it may be read as."""
    names = json.loads(path.read_text(encoding="utf-8"))["annotations"]["annotations"]
    rows = {}
    for sign, said in names.items():
        plain = sign.replace("\ufe0f", "")
        if len(plain) != 1 or ord(plain) < 0x2190 or unicodedata.category(plain) not in ("So", "Sm", "Sk"):
            continue
        title = "".join(said.get("tts", [])[:1])
        single = [each for each in said.get("default", []) if len(each) == 1 and each not in SAID_OF_MANY]
        short = [each for each in title if len(title) <= 2]
        read = dict.fromkeys(each for each in (*SLANG.get(plain, ""), *single, *short) if each in sounded)
        if read:
            rows[plain] = "".join(read)
    for plain, said in SLANG.items():
        rows.setdefault(plain, "".join(each for each in said if each in sounded))
    return [f"{sign}\t{read}" for sign, read in sorted(rows.items()) if read]


def glyphs(path: Path, characters: list[str]) -> np.ndarray:
    """Return the drawn characters as rows of unit length, less what all have in common."""
    from PIL import Image, ImageDraw, ImageFilter, ImageFont

    font = ImageFont.truetype(str(path), 44, index=2)
    drawn = []
    for character in characters:
        image = Image.new("L", (48, 48), 0)
        ImageDraw.Draw(image).text((2, -8), character, font=font, fill=255)
        small = image.resize((32, 32), Image.Resampling.BILINEAR).filter(ImageFilter.GaussianBlur(0.8))
        drawn.append(np.asarray(small, dtype=np.float32).ravel() / 255)
    rows = np.stack(drawn)
    rows -= rows.mean(axis=0, keepdims=True)
    return rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9)


def shapes(font: Path, common: list[str], *, most: int = 12, least: float = 0.6) -> list[str]:
    """Return rows: a character, then those drawn most like it (cosine of the glyphs), the likest first."""
    drawn = glyphs(font, common)
    rows = []
    for place, character in enumerate(common):
        alike = drawn @ drawn[place]
        order = [each for each in np.argsort(-alike)[: most + 1].tolist() if each != place and alike[each] >= least]
        if order:
            rows.append(f"{character}\t{''.join(common[each] for each in order)}")
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--decompositions", type=Path, required=True)
    parser.add_argument("--emoji", type=Path, required=True)
    parser.add_argument("--frequencies", type=Path, required=True)
    parser.add_argument("--font", type=Path, required=True)
    given = parser.parse_args()
    sounded = sounds()
    often = set(frequent(given.frequencies)[:4000])  # a rare character's rare reading hides nothing from anyone
    usual: dict[str, list[str]] = defaultdict(list)
    seldom: dict[str, list[str]] = defaultdict(list)
    for character, syllables in sounded.items():
        usual[syllables[0]].append(character)
        for syllable in syllables[1:] if character in often else ():
            seldom[syllable].append(character)
    write(
        "sounds.tsv",
        "Toneless syllables; characters usually read so | characters also read so (v is ü).",
        [
            f"{syllable}\t{''.join(usual[syllable])}|{''.join(seldom[syllable])}"
            for syllable in sorted({*usual, *seldom})
        ],
    )
    write(
        "parts.tsv",
        "How a part is drawn inside a character, and the character people write for it.",
        [f"{drawn}\t{written}" for drawn, written in COMPONENTS.items()],
    )
    common = set(frequent(given.frequencies)[:7000])
    known = decompositions(given.decompositions)
    write(
        "splits.tsv",
        "Parts as people write them side by side, and the characters they may stand for.",
        splits(known, sounded, common),
    )
    write(
        "shapes.tsv",
        "Characters, and those drawn most like them.",
        shapes(given.font, frequent(given.frequencies)[:7000]),
    )
    write("emoji.tsv", "Emoji and the characters they are read as.", emoji(given.emoji, sounded))


if __name__ == "__main__":
    main()
