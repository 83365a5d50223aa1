"""Ways to hide a phrase, made from tables the matcher does not use: each turns one character into something like it.

Independent sources: splits and traditional forms of chaizi; four corners, radical, strokes and structure of
nlp-hanzi-similar; look-alikes people listed (pycorrector); readings of xpinyin; Unicode's numeric values and
confusables; emoji listed here by hand, as people read them aloud in chats.
"""

from __future__ import annotations

import random
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from confusable_homoglyphs.confusables import confusables_data
from xpinyin import Pinyin

Forms = Callable[[str], tuple[str, ...]]

_SEPARATORS = ("·", ".", "-", "_", "*", "/", "|", "~", " ", "　", "…", "+", "、", "^", "。。", " - ")
_INVISIBLE = tuple(map(chr, (0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD, 0x202E, 0x202D, 0x2066, 0x2069, 0xFE0F)))
# Characters chaizi names for a radical drawn with fewer strokes (手 for 扌): no part of what is seen.
_FULL_FORMS = frozenset("手水言人心金食丝糸衣示犬艸草竹辵火病阜邑玉肉")
_LISTED = Path(__file__).parent / "listed_lookalikes.txt"
_TOLD = ("bihuashu", "hanzijiegou", "sijiaobianma", "pianpangbushou")
_SIMPLE = 6  # strokes
_NUMERALS = "零一二三四五六七八九"
# Emoji as chats read them aloud (by sound or by name), listed by hand for this trial.
_EMOJI = dict(
    zip(
        "🐔🚪👋👴👵🈶👨👩🌶💊🐶🐷🐴🐮🐑🐯🐰🐲🐍🐒🐭🐟🐦🐱🦆🐻🐜🐝"
        "🕊🦅💰💧🔥🌲🌸🌙⭐☀⛰❄🌧⚡☁💨🚗✈🚢🏠📖✏🎫🎲🔪🔫💣💉"
        "🍬🍚🍵🍶🍺🥚🍐🍑🍉🌽🍜🥩🦴👀👂👄👃🦶❤💩👻👑💎🔔🔒🔑📞📧"
        "🎵⚽🏀👗👟🎩🕐🆕🈚🈲🉐🈵🆓🔴🟡🟢⚫⚪🔵➕➖⬆⬇⬅➡🩸🦷🧊"
        "🌊🏥🏫🏦🧧📦🔨🛏🚿🪑🍎🍌🥬🐛🐢👶🧒👮🤝🙏👍💤🏃🚶🤏📷💻📱",
        "鸡门手爷奶有男女辣药狗猪马牛羊虎兔龙蛇猴鼠鱼鸟猫鸭熊蚁蜂"
        "鸽鹰钱水火树花月星日山雪雨电云风车飞船房书笔票赌刀枪弹针"
        "糖饭茶酒酒蛋梨桃瓜米面肉骨眼耳口鼻脚心屎鬼王钻铃锁匙电邮"
        "音球球裙鞋帽时新无禁得满免红黄绿黑白蓝加减上下左右血牙冰"
        "浪医校银包包锤床洗椅苹蕉菜虫龟儿童警合求赞睡跑走小相机机",
        strict=True,
    )
)


class Disguise(NamedTuple):
    """A way to hide: `forms` of a character; `between`: only where another character follows."""

    name: str
    forms: Forms
    between: bool = False


class Hidden(NamedTuple):
    """A phrase in disguise: the text that stands for it, and at how many of its characters something was done."""

    text: str
    changed: int


@cache
def level_one() -> frozenset[str]:
    """Return the 3,755 frequent characters of GB 2312's first level."""
    codes = (bytes((high, low)) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    return frozenset("".join(code.decode("gb2312", "ignore") for code in codes))


def hide(phrase: str, disguises: tuple[Disguise, ...], chance: random.Random, most: int) -> Hidden | None:
    """Return the phrase with each disguise at 1 to `most` characters, no two at one; None where one cannot serve."""
    texts = list(phrase)
    free = list(range(len(phrase)))
    chance.shuffle(free)
    changed = 0
    for disguise in disguises:
        can = [at for at in free if (at + 1 < len(phrase) or not disguise.between) and disguise.forms(phrase[at])]
        if not can:
            return None
        for at in can[: chance.randint(1, most)]:
            texts[at] = chance.choice(disguise.forms(phrase[at]))
            free.remove(at)
            changed += 1
    return Hidden("".join(texts), changed)


def built_in() -> dict[str, Disguise]:
    """Return the disguises that need no data but Unicode and the readings of xpinyin."""
    readings, sounding = _readings()
    numerals = _numerals()
    letters = {each: _letters(each) for each in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"}
    pictures: dict[str, list[str]] = defaultdict(list)
    for sign, read in _EMOJI.items():
        pictures[read].append(sign)
    heard = {
        each: tuple(sign for other in sounding.get(reading, ()) for sign in pictures.get(other, ()))
        for each, reading in readings.items()
    }
    made = (
        Disguise("separator", lambda c: tuple(c + each for each in _SEPARATORS), between=True),
        Disguise("invisible", lambda c: tuple(c + each for each in _INVISIBLE), between=True),
        Disguise("repeat", lambda c: (c * 2, c * 3) if c in level_one() else ()),
        Disguise("width", lambda c: (chr(ord(c) + 0xFEE0),) if "!" < c < "\x7f" else ()),
        Disguise("case", lambda c: (c.swapcase(),) if c.swapcase() != c else ()),
        Disguise("digit", lambda c: numerals.get(c, ())),
        Disguise("letter", lambda c: letters.get(c, ())),
        Disguise("homophone", lambda c: tuple(e for e in sounding.get(readings.get(c, ""), ()) if e != c)),
        Disguise("pinyin", lambda c: _spelled(readings.get(c, ""))),
        Disguise("initial", lambda c: (readings[c][0],) if c in readings else ()),
        Disguise("emoji", lambda c: heard.get(c, ())),
    )
    return {each.name: each for each in made}


def from_data(folder: Path) -> dict[str, Disguise]:
    """Return the disguises made from the lexical aids: splits, traditional forms, look-alikes."""
    taken_apart = splits(folder / "chaizi" / "chaizi-jt.txt")
    traditional = _traditional(folder / "chaizi" / "fanjian_suoyin.txt")
    alike, listed = lookalikes(folder), listed_lookalikes(folder)
    made = (
        Disguise("split", lambda c: taken_apart.get(c, ())),
        Disguise("traditional", lambda c: traditional.get(c, ())),
        Disguise("shape", lambda c: alike.get(c, ())),
        Disguise("listed", lambda c: listed.get(c, ())),
    )
    return {each.name: each for each in made}


def splits(path: Path) -> dict[str, tuple[str, ...]]:
    """Return for each frequent character its splits into two or three parts that can be typed."""
    found: dict[str, tuple[str, ...]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        character, *ways = line.split("\t")
        parts = [way.split() for way in ways]
        typed = ["".join(way) for way in parts if 2 <= len(way) <= 3 and all(_typed(each) for each in way)]
        if character in level_one() and typed:
            found[character] = tuple(typed)
    return found


def _typed(part: str) -> bool:
    """Return whether a part is in GB 2312 and more than a single stroke."""
    return part not in "一丨丿丶乙乚亅乀" and len(part.encode("gb2312", "ignore")) == 2


def lookalikes(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return for each frequent character the frequent ones a reader takes for it.

    Two characters look alike when they have the same structure and, either, the bulk of them is one: a part they
    share (chaizi) that is not the radical of both makes up at least half of the strokes of the larger, three of the
    four corners agree and their strokes differ by three at most; or their outline is one: all four corners agree,
    strokes differ by one at most, and a shared part makes up half, or both are simple (six strokes at most).
    """
    told = {name: _told(folder / "hanzi_similar" / f"{name}_2w.txt") for name in _TOLD}
    strokes = {each: int(count) for each, count in told["bihuashu"].items()}
    parts: dict[str, frozenset[str]] = {}
    for line in (folder / "chaizi" / "chaizi-jt.txt").read_text(encoding="utf-8").splitlines():
        character, *ways = line.split("\t")
        parts[character] = frozenset(part for way in ways for part in way.split()) - _FULL_FORMS | {character}
    usable = sorted(each for each in level_one() if all(each in table for table in told.values()))
    by_structure: dict[str, list[str]] = defaultdict(list)
    for each in usable:
        by_structure[told["hanzijiegou"][each]].append(each)
    found: dict[str, list[str]] = defaultdict(list)
    for group in by_structure.values():
        for place, one in enumerate(group):
            for other in group[place + 1 :]:
                mine, its = told["sijiaobianma"][one], told["sijiaobianma"][other]
                if sum(a == b for a, b in zip(mine[:4], its[:4], strict=False)) < 3:
                    continue
                apart, larger = abs(strokes[one] - strokes[other]), max(strokes[one], strokes[other])
                shared = parts.get(one, frozenset()) & parts.get(other, frozenset())
                radicals = {told["pianpangbushou"][one], told["pianpangbushou"][other]}
                bulk = shared - radicals if len(radicals) == 1 else shared
                same_bulk = apart <= 3 and _most(bulk, strokes) * 2 >= larger
                same_outline = apart <= 1 and mine[:4] == its[:4]
                if same_bulk or (same_outline and (larger <= _SIMPLE or _most(shared, strokes) * 2 >= larger)):
                    found[one].append(other)
                    found[other].append(one)
    return {each: tuple(others) for each, others in found.items()}


def listed_lookalikes(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return for each frequent character those of its structure that people listed with it, at the head of a line.

    Lines gather what shares a part (马 驼 驮): where one character is the other's part, their structures differ.
    """
    structure = _told(folder / "hanzi_similar" / "hanzijiegou_2w.txt")
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for line in _LISTED.read_text(encoding="utf-8").splitlines():
        head, *others = [each for each in line.split() if each in level_one()] or [""]
        for other in others if not line.startswith("#") and line.startswith(head) else ():
            if other != head and structure.get(head) == structure.get(other):
                found[head][other] = found[other][head] = None
    return {each: tuple(sorted(others)) for each, others in found.items()}


def _most(parts: frozenset[str], strokes: Mapping[str, int]) -> int:
    return max((strokes.get(each, 0) for each in parts), default=0)


def _told(path: Path) -> dict[str, str]:
    rows = (line.partition(" ") for line in path.read_text(encoding="utf-8").splitlines())
    return {character: value for character, _, value in rows if value}


def _traditional(path: Path) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        traditional, _, simplified = line.partition("\t")
        if len(traditional) == len(simplified) == 1 and traditional != simplified and simplified in level_one():
            found[simplified].append(traditional)
    return {each: tuple(forms) for each, forms in found.items()}


@cache
def _readings() -> tuple[Mapping[str, str], Mapping[str, tuple[str, ...]]]:
    """Return the usual reading of each frequent character, and the frequent characters usually read so."""
    reader = Pinyin()
    readings = {each: reader.get_pinyin(each).replace("ü", "v") for each in sorted(level_one())}
    sounding: dict[str, list[str]] = defaultdict(list)
    for each, reading in readings.items():
        sounding[reading].append(each)
    return readings, {reading: tuple(each) for reading, each in sounding.items()}


def _spelled(reading: str) -> tuple[str, ...]:
    return (reading, reading.upper(), reading.title()) if reading else ()


def _numerals() -> dict[str, tuple[str, ...]]:
    """Return for each Chinese numeral other characters of the same value: figures in circles, capital numerals …"""
    found: dict[str, tuple[str, ...]] = {}
    valued: dict[float, list[str]] = defaultdict(list)
    for code in range(0x80, 0x1F10C):
        character = chr(code)
        plain = unicodedata.normalize("NFKC", character)
        chinese = 0x4E00 <= code <= 0x9FA5 and unicodedata.category(character) == "Lo"
        if any(each in "0123456789" + _NUMERALS for each in plain) or chinese:
            valued[unicodedata.numeric(character, -1)].append(character)
    for value, numeral in enumerate(_NUMERALS):
        found[numeral] = (str(value), *(each for each in valued[value] if each != numeral))
        found[str(value)] = tuple(each for each in found[numeral][1:] if unicodedata.category(each) == "No")
    return found


def _letters(letter: str) -> tuple[str, ...]:
    """Return the single letters and digits Unicode lists as confusable with a Latin letter or a digit."""
    return tuple(
        each["c"]
        for each in confusables_data.get(letter, ())
        if len(each["c"]) == 1 and unicodedata.category(each["c"]) in ("Ll", "Lu", "Nd", "Nl")
    )
