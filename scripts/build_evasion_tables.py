"""Builds the tables by which hidden words are seen: sounds, splits, emoji, shapes, letters (src/qunjian/text/tables/).

    python -m scripts.build_evasion_tables --decompositions cjk-decomp.txt --emoji annotations.json \
        --frequencies frequencyjunda.txt --font NotoSansCJK-Regular.ttc --font NotoSerifCJK-Regular.ttc \
        --slang nonebot_plugin_oddtext --confusables data.json

Sources: pypinyin's readings (MIT), the CJK Decomposition Data (Apache-2.0), CLDR's Chinese names of emoji (Unicode
licence), Jun Da's order of characters by frequency, the emoji of 抽象话 and the Martian script of
nonebot-plugin-oddtext (MIT), Unicode's confusables as unhomoglyph carries them (MIT); shapes are measured here, on the
glyphs of two fonts. See NOTICE.
"""

from __future__ import annotations

import argparse
import json
import re
import runpy
import unicodedata
from collections import defaultdict
from pathlib import Path

import numpy as np
from scripts.drawn_splits import falling_apart

from qunjian.text.folding import fold
from qunjian.text.segmenting import dictionary_words

TABLES = Path(__file__).parents[1] / "src" / "qunjian" / "text" / "tables"
TONES = "\u0300\u0301\u0304\u030c"
IDEOGRAPHS = range(0x4E00, 0x9FA6)
# A component as it is drawn inside a character, and the character people write for it.
COMPONENTS = dict(
    zip(
        "亻氵扌才讠訁钅釒纟糹糸糹饣飠忄㣺犭礻衤刂灬⺮⻊𧾷阝阜邑牜攵⺙攴辶艹⺾艸爫⺼肉罒网⺌冫⺈丬⻌⺶⺷⺧⺪⻖⻏𡰯玉𤣩疒虍"
        "曰囗毋夂朩氺覀耂龶釆龵⺍龸𢀖𤴓龰龷亼亽入巳已⺁㔾𦍌几",
        "人水手手言言金金丝丝丝丝食食心心犬示衣刀火竹足足耳耳耳牛文文文走草草草爪月月四四小冰刀爿走羊羊牛疋耳耳尸王王病虎"
        "日口母夕木水西老丰采手小尚圣疋疋井人人人己己厂卩羊儿",
        strict=True,
    )
)
# How people take characters apart that the Decomposition Data divides into strokes or pieces nobody can type.
TYPED = {
    "交": "亠父", "养": "羊介", "卡": "上下", "真": "直八", "方": "亠刀", "果": "日木", "里": "甲二", "夫": "二人",
    "兵": "丘八", "哥": "可可", "出": "山山", "击": "二山", "美": "羊大", "黄": "共由", "重": "千里",
}  # fmt: skip
# How the Decomposition Data says that a part stands several times.
REPEATED = {"ra": 2, "rd": 2, "rs": 2, "r3a": 3, "r3d": 3, "r3tr": 3, "r3st": 3, "r4sq": 4}
# Names of emoji that say how they look or act, not what they are.
SAID_OF_MANY = frozenset("人脸手日圆红黄蓝绿白黑大小上下左右")
# Single strokes stand for nothing but themselves: 了一 is no 子.
STROKES = frozenset("一丨丿丶乙乚亅乀〇")
# Digits written for letters.
LEET = {"0": "o", "1": "li", "2": "z", "3": "e", "4": "a", "5": "s", "6": "b", "7": "t", "8": "b", "9": "g"}
LOOKS, LOOKS_LIKE = 2, 0.6  # so many pairs that the halves of a glyph look like, and how alike
SURELY = 0.5  # how alike two characters are drawn that are taken for each other
SURELY_SHARED = 0.3  # the same of two that share half of their strokes, in one part in one place
SHARERS = 40  # a part more characters share is a radical: it tells nothing of them
APART = 3500  # frequent characters that people take apart by eye
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
    "💻": "机脑", "🚿": "洗", "🤝": "合握", "🤏": "小", "🍃": "风",
    "✈": "飞", "🚀": "箭", "🎰": "赌", "🎲": "赌骰", "🃏": "牌", "🀄": "中",
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


Parts = dict[str, tuple[str, ...]]


def decompositions(path: Path) -> tuple[Parts, Parts]:
    """Return what each character (or nameless piece) is put together from; of two parts also the other way round."""
    rows = re.findall(
        r"^(?:module.exports = `)?([^:\n]+):([\w/]+)\(([^)\n]*)\)", path.read_text(encoding="utf-8"), re.MULTILINE
    )
    known, around = {}, {}
    for made, how, parts in rows:
        several = tuple(parts.split(","))
        if how.startswith(("s", "w", "lock", "d/o", "d/m", "rd")) and how not in REPEATED and len(several) == 2:
            around[made] = several[::-1]  # what is around is said first or last
        if how in REPEATED:
            several *= REPEATED[how]
        if how[0] in "adsw" or how in REPEATED or how.startswith(("lock", "built")):
            known[made] = several
    return known, around


def sequences(made: str, known: Parts, depth: int) -> set[tuple[str, ...]]:
    """Return the ways to write a character as two to four others side by side."""
    parts = known.get(made, ())
    ways = [{(each,)} | (sequences(each, known, depth - 1) if depth or len(each) > 1 else set()) for each in parts]
    found: set[tuple[str, ...]] = {()}
    for way in ways:
        found = {(*before, *each) for before in found for each in way if len(before) + len(each) <= 4}
    return {each for each in found if len(each) > 1}


def recombined(ways: set[tuple[str, ...]], whole: dict[tuple[str, str], str]) -> set[tuple[str, ...]]:
    """Return ways with two neighbouring parts written as the character they make (宀必山 → 宓山)."""
    return {
        (*way[:nth], whole[way[nth : nth + 2]], *way[nth + 2 :])
        for way in ways
        for nth in range(len(way) - 1)
        if len(way) > 2 and way[nth : nth + 2] in whole
    }


def splits(
    known: Parts, around: Parts, sounded: dict[str, list[str]], common: set[str], seen: dict[str, list[str]]
) -> list[str]:
    """Return rows: the parts as people write them, then the characters they may stand for (| parts that are a word).

    seen: pairs of characters that the halves of a character's glyph look like, the likest first.
    """
    meant: dict[str, list[str]] = defaultdict(list)
    plain = {made: tuple(COMPONENTS.get(part, part) for part in parts) for made, parts in known.items()}
    whole = {parts: made for made, parts in sorted(plain.items()) if len(parts) == 2 and made in sounded}
    for made in sorted(common):
        more = {tuple(TYPED[made])} if made in TYPED else set()
        other = sequences(made, known | {made: around[made]}, 1) if made in around else set()
        ways = {tuple(COMPONENTS.get(part, part) for part in way) for way in sequences(made, known, 1) | other}
        ways |= recombined(ways, whole)
        drawn = {tuple(COMPONENTS.get(part, part) for part in pair) for pair in seen.get(made, [])[:LOOKS]}
        for way in sorted(ways | drawn | more):
            typed = way in more or STROKES.isdisjoint(way)
            if typed and len(way) > 1 and made not in way and all(len(p) == 1 and fold(p) in sounded for p in way):
                meant["".join(fold(part) for part in way)].append(made)
    return [
        f"{parts}\t{'|' * (dictionary_words(parts) == [parts])}{''.join(dict.fromkeys(made))}"
        for parts, made in sorted(meant.items())
        if parts not in common
    ]


def slang_of(folder: Path, sounded: dict[str, list[str]], often: list[str]) -> dict[str, str]:
    """Return for each emoji of 抽象话, which stands there for a syllable, the most frequent character read so."""
    first = dict[str, str]()
    for character in often:
        if character in sounded:
            first.setdefault(sounded[character][0], character)
    found: dict[str, str] = {}
    for syllable, sign in runpy.run_path(str(folder / "cxh.py"))["emoji"].items():
        if syllable in first and ord(sign[0]) >= 0x2190:
            found[sign[0]] = found.get(sign[0], "") + first[syllable]
    return found


def emoji(path: Path, sounded: dict[str, list[str]], slang: dict[str, str]) -> list[str]:
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
        said_so = (*SLANG.get(plain, ""), *single, *named, *slang.get(plain, ""))
        read = dict.fromkeys(each for each in said_so if each in sounded)
        if read:
            rows[plain] = "".join(read)
    for plain in {**SLANG, **slang}:
        said = SLANG.get(plain, "") + slang.get(plain, "")
        rows.setdefault(plain, "".join(dict.fromkeys(each for each in said if each in sounded)))
    return [f"{sign}\t{read}" for sign, read in sorted(rows.items()) if read]


def drawn_alike(fonts: list[Path], characters: list[str]) -> np.ndarray:
    """Return how alike characters are drawn in these fonts, up to 1: ink where ink is, edges where edges are."""
    from PIL import Image, ImageDraw, ImageFilter, ImageFont

    alike = np.zeros((len(characters), len(characters)), dtype=np.float32)
    for path in fonts:
        font = ImageFont.truetype(str(path), 60, index=2)
        images, inks = [], []
        for character in characters:
            image = Image.new("L", (64, 64), 0)
            ImageDraw.Draw(image).text((2, -14), character, font=font, fill=255)
            images.append(np.asarray(image, dtype=np.float32) / 255)
            small = image.filter(ImageFilter.GaussianBlur(1.5)).resize((24, 24))
            inks.append(np.asarray(small, dtype=np.float32).ravel() / 255)
        for rows in (np.stack(inks), edges(np.stack(images))):
            rows -= rows.mean(axis=0, keepdims=True)
            rows /= np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9
            alike += rows @ rows.T / (2 * len(fonts))
    return alike


def edges(images: np.ndarray, cell: int = 8, directions: int = 8) -> np.ndarray:
    """Return how much edge of each direction each image has in and around each cell (histograms of gradients)."""
    down, across = np.gradient(images, axis=(1, 2))
    strength, angle = np.hypot(across, down), np.mod(np.arctan2(down, across), np.pi)
    bins = np.minimum((angle / np.pi * directions).astype(int), directions - 1)
    many, side = len(images), images.shape[1] // cell
    found = np.zeros((many, side, side, directions), dtype=np.float32)
    for each in range(directions):
        found[..., each] = (strength * (bins == each)).reshape(many, side, cell, side, cell).sum((2, 4))
    wide = np.pad(found, ((0, 0), (1, 1), (1, 1), (0, 0)))
    near = wide[:, :-2, 1:-1] + wide[:, 2:, 1:-1] + wide[:, 1:-1, :-2] + wide[:, 1:-1, 2:]
    return np.sqrt((found + near / 2).reshape(many, -1))


def strokes(made: str, known: dict[str, tuple[str, ...]], depth: int = 9) -> int:
    """Return about how many strokes a character has: the pieces that fall apart no further."""
    parts = known.get(made, ())
    return sum(strokes(each, known, depth - 1) for each in parts) if parts and depth else 1


def pieces(made: str, known: dict[str, tuple[str, ...]], depth: int = 4) -> set[str]:
    """Return a character and all it is put together from."""
    return {made}.union(*(pieces(each, known, depth - 1) for each in known.get(made, ()) if depth))


def sharing(path: Path, common: list[str], known: Parts) -> np.ndarray:
    """Return which characters are put together alike of a part in one place that is half of both, and another part.

    A part that very many share there does not count.
    """
    how = dict(re.findall(r"^(?:module.exports = `)?([^:\n]+):(\w)", path.read_text(encoding="utf-8"), re.MULTILINE))
    groups: dict[tuple[str, int, str], list[int]] = defaultdict(list)
    for place, character in enumerate(common):
        parts = known.get(character, ())
        for side, part in enumerate(parts if len(parts) == 2 else ()):
            groups[how[character], side, part].append(place)
    count = np.array([strokes(each, known) for each in common])
    found = np.zeros((len(common), len(common)), dtype=bool)
    for (_, _, part), places in groups.items():
        if 1 < len(places) <= SHARERS:
            half = 2 * strokes(part, known) >= count[places]
            found[np.ix_(places, places)] |= half[:, None] & half[None, :]
    np.fill_diagonal(found, val=False)
    return found


def martian(folder: Path) -> dict[str, str]:
    """Return for each character how the Martian script writes it (我 → 莪), where that is another one when folded."""
    known = runpy.run_path(str(folder / "hxw.py"))
    pairs = ((character, fold(written)) for character, written in zip(known["jtw"], known["hxw"], strict=True))
    return {character: written for character, written in pairs if len(written) == 1 and written != character}


def shapes(
    fonts: list[Path], common: list[str], known: Parts, written: dict[str, str], shared: np.ndarray
) -> list[str]:
    """Return rows: a character, those sure to be taken for it, the likest first | those that resemble it.

    Sure: its Martian form, the 12 drawn most alike, from .5 on, and from .3 on those that share half of their strokes
    in one place (娇 and 骄; `shared`, of the most frequent). Resembling: among the most frequent characters, the
    150 likest from .2 on, and those that share two fifths of their strokes in one piece.
    """
    alike = drawn_alike(fonts, common)
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
        sure = [each for each in order[:12].tolist() if alike[place, each] >= SURELY]
        resembling: list[int] = []
        if place < len(often):
            same = set(np.flatnonzero(shared[place]).tolist()) - {*sure}
            sure += sorted(
                (each for each in same if alike[place, each] >= SURELY_SHARED),
                key=lambda each, place=place: -alike[place, each],
            )
            likest = {each for each in order[:150].tolist() if alike[place, each] >= 0.2 and each < len(often)}
            likest |= set(np.flatnonzero(near[place]).tolist())
            resembling = sorted(likest - {*sure, place}, key=lambda each, place=place: -alike[place, each])
        first = "".join(dict.fromkeys(written.get(character, "") + "".join(common[each] for each in sure)))
        rest = "".join(common[each] for each in resembling if common[each] not in first)
        if first or rest:
            rows.append(f"{character}\t{first}|{rest}")
    return rows


def letters(path: Path) -> list[str]:
    """Return rows: a Latin letter or digit, then the folded characters that Unicode calls confusable with it."""
    known = json.loads(path.read_text(encoding="utf-8"))
    classes: dict[str, set[str]] = defaultdict(set)
    for sign, like in known.items():
        if len(like) == 1 and like.isascii() and like.isalnum():
            classes[like] |= {sign, like}
    meant: dict[str, set[str]] = defaultdict(set)
    for each in classes.values():
        folded = {form for sign in each for form in (fold(sign), fold(sign.upper())) if len(form) == 1}
        for sign in folded:
            if sign.isascii() and sign.isalnum():
                meant[sign] |= {other for other in folded - {sign} if other.isalnum()}
    for digit, letters_alike in LEET.items():
        for letter in letters_alike:
            meant[letter].add(digit)
            meant[digit].add(letter)
    return [
        f"{sign}\t{''.join(sorted(others, key=lambda c: (not c.isascii(), c)))}"
        for sign, others in sorted(meant.items())
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--decompositions", type=Path, required=True)
    parser.add_argument("--emoji", type=Path, required=True)
    parser.add_argument("--frequencies", type=Path, required=True)
    parser.add_argument("--font", type=Path, required=True, action="append")
    parser.add_argument("--slang", type=Path, required=True)
    parser.add_argument("--confusables", type=Path, required=True)
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
    known, around = decompositions(given.decompositions)
    typed = [each for each in map(chr, IDEOGRAPHS) if len(each.encode("gb2312", "ignore")) == 2 and each in sounded]
    looks = falling_apart(given.font, frequent(given.frequencies)[:APART], typed, LOOKS_LIKE)
    write(
        "splits.tsv",
        "Parts as people write them side by side, and the characters they may stand for.",
        splits(known, around, sounded, common, looks),
    )
    drawn = frequent(given.frequencies)[:7000]
    shared = sharing(given.decompositions, drawn[:OFTEN_ENOUGH], known)
    write(
        "shapes.tsv",
        "Characters, the most frequent first, those sure to be taken for them | those that resemble them.",
        shapes(given.font, drawn, known, martian(given.slang), shared),
    )
    slang = slang_of(given.slang, sounded, frequent(given.frequencies))
    write("emoji.tsv", "Emoji and the characters they are read as.", emoji(given.emoji, sounded, slang))
    write("letters.tsv", "Latin letters and digits, and the folded characters like them.", letters(given.confusables))


if __name__ == "__main__":
    main()
