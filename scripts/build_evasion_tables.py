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
TONES = "\u0300\u0301\u0304\u030c"
IDEOGRAPHS = range(0x4E00, 0x9FA6)
# A component as it is drawn inside a character, and the character people write for it.
COMPONENTS = dict(
    zip(
        "亻氵扌才讠訁钅釒纟糹糸糹饣飠忄㣺犭礻衤刂灬⺮⻊𧾷阝阜邑牜攵⺙攴辶艹⺾艸爫⺼肉罒网⺌冫⺈丬⻌⺶⺷⺧⺪⻖⻏𡰯玉𤣩疒虍",
        "人水手手言言金金丝丝丝丝食食心心犬示衣刀火竹足足耳耳耳牛文文文走草草草爪月月四四小冰刀爿走羊羊牛疋耳耳尸王王病虎",
        strict=True,
    )
)
# How the Decomposition Data says that a part stands several times.
REPEATED = {"ra": 2, "rd": 2, "rs": 2, "r3a": 3, "r3d": 3, "r3tr": 3, "r3st": 3, "r4sq": 4}
# Names of emoji that say how they look or act, not what they are.
SAID_OF_MANY = frozenset("人脸手日圆红黄蓝绿白黑大小上下左右")
OFTEN_ENOUGH = 5300  # frequent characters among which resemblance counts
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
    """Return for every folded ideograph its toneless syllables: the usual one, then those that a phrase has."""
    from pypinyin import Style, pinyin
    from pypinyin.phrases_dict import phrases_dict

    living: dict[str, set[str]] = defaultdict(set)
    for phrase, said in phrases_dict.items():
        for character, syllables in zip(phrase, said, strict=False):
            living[character].add(toneless(syllables[0]))
    found = {}
    for code in IDEOGRAPHS:
        if fold(chr(code)) != chr(code):
            continue
        said = pinyin(chr(code), style=Style.NORMAL, heteronym=True, errors="ignore", v_to_u=False)
        clean = dict.fromkeys(map(toneless, said[0])) if said else {}
        syllables = [each for each in clean if each]
        if syllables:
            alive = [each for each in syllables[1:] if each in living[chr(code)]]
            found[chr(code)] = [syllables[0], *alive]
    return found


def toneless(syllable: str) -> str:
    """Return a syllable in plain letters; v is ü."""
    plain = "".join(part for part in unicodedata.normalize("NFD", syllable.replace("ê", "e")) if part not in TONES)
    return re.sub(r"[^a-z]", "", unicodedata.normalize("NFC", plain).replace("ü", "v"))


def decompositions(path: Path) -> dict[str, tuple[str, ...]]:
    """Return what each character (or nameless piece) is put together from."""
    rows = re.findall(
        r"^(?:module.exports = `)?([^:\n]+):([\w/]+)\(([^)\n]*)\)", path.read_text(encoding="utf-8"), re.MULTILINE
    )
    known = {}
    for made, how, parts in rows:
        several = tuple(parts.split(","))
        if how in REPEATED:
            several *= REPEATED[how]
        if how[0] in "adsw" or how in REPEATED or how.startswith(("lock", "built")):
            known[made] = several
    return known


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
        short = title if len(title) <= 4 else title[:1] + title[-1:]
        pairs = "".join(each for each in said.get("default", []) if len(each) == 2)
        named = [each for each in short + pairs if each not in SAID_OF_MANY or each in title]
        read = dict.fromkeys(each for each in (*SLANG.get(plain, ""), *single, *named) if each in sounded)
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


def strokes(made: str, known: dict[str, tuple[str, ...]], depth: int = 9) -> int:
    """Return about how many strokes a character has: the pieces that fall apart no further."""
    parts = known.get(made, ())
    return sum(strokes(each, known, depth - 1) for each in parts) if parts and depth else 1


def pieces(made: str, known: dict[str, tuple[str, ...]], depth: int = 4) -> set[str]:
    """Return a character and all it is put together from."""
    return {made}.union(*(pieces(each, known, depth - 1) for each in known.get(made, ()) if depth))


def shapes(font: Path, common: list[str], known: dict[str, tuple[str, ...]]) -> list[str]:
    """Return rows: a character, those sure to be taken for it, the likest first | those that resemble it.

    Sure: the 12 drawn most alike, with a cosine of the glyphs of 0.6 or more. Resembling: among the most frequent
    characters, the 80 likest of 0.3 or more, and those that share two fifths of their strokes in one piece.
    """
    drawn = glyphs(font, common)
    alike = drawn @ drawn.T
    np.fill_diagonal(alike, -1)
    often = common[:OFTEN_ENOUGH]
    count = np.array([strokes(each, known) for each in often])
    bulk = np.zeros((len(often), len(often)), dtype=np.float32)
    holders: dict[str, list[int]] = defaultdict(list)
    for place, character in enumerate(often):
        for piece in pieces(character, known):
            holders[piece].append(place)
    for piece, places in holders.items():
        if len(places) > 1:
            within = np.ix_(places, places)
            bulk[within] = np.maximum(bulk[within], strokes(piece, known))
    larger = np.maximum(count[:, None], count[None, :])
    near = (bulk / larger >= 0.4) & (np.abs(count[:, None] - count[None, :]) <= 4)
    rows = []
    for place, character in enumerate(common):
        order = np.argsort(-alike[place])
        sure = [each for each in order[:12].tolist() if alike[place, each] >= 0.6]
        resembling: list[int] = []
        if place < len(often):
            likest = {each for each in order[:80].tolist() if alike[place, each] >= 0.3 and each < len(often)}
            likest |= set(np.flatnonzero(near[place]).tolist())
            resembling = sorted(likest - {*sure, place}, key=lambda each, place=place: -alike[place, each])
        if sure or resembling:
            rows.append(
                f"{character}\t{''.join(common[each] for each in sure)}|{''.join(common[each] for each in resembling)}"
            )
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
        "Characters, the most frequent first, those sure to be taken for them | those that resemble them.",
        shapes(given.font, frequent(given.frequencies)[:7000], known),
    )
    write("emoji.tsv", "Emoji and the characters they are read as.", emoji(given.emoji, sounded))


if __name__ == "__main__":
    main()
