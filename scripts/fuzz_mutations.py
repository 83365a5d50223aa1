"""Makes hostile variants of small documents: damage to bytes, to values, to fields, to lines and to the encoding."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LONGEST = 4096
_TOKEN = re.compile(
    rb'"(?:[^"\\\n]|\\.)*"|[0-9][0-9.:/+-]*|[A-Za-z_][A-Za-z0-9_]*|[^\x00-\x7f]+|[\t,;|\[\](){}<>:=#@ -]'
)
_BRACKET = re.compile(rb"[\[{][^\[\]{}]*[\]}]")

# What breaks readers: sizes, depths, types, times and names at their edges. Written for this project.
TOKENS: tuple[bytes, ...] = (
    b"null", b"true", b"false", b"0", b"-1", b"1", b"-0", b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e999",
    b"1e18", b"9007199254740993", b"9223372036854775807", b"9223372036854775808", b"-9223372036854775809",
    b"18446744073709551616", b"2147483648", b"4294967296", b"253402300800", b"253402300800000", b"1e-400", b"0.1",
    b"1" * 400, b"9" * 5000, b"-" + b"7" * 330, b"[]", b"{}", b'""', b'"', b"[[]]", b"[null]", b"[{}]", b'{"":null}',
    b"[" * 60 + b"]" * 60, b'{"a":' * 40 + b"1" + b"}" * 40, b"[" * 1500, b'"\\ud800"', b'"\\udc00\\ud800"',
    b'"\\u0000"', b'"\\uFEFF"', b'"0000-00-00T00:00:00"', b'"9999-12-31T23:59:59.999999Z"',
    b'"0001-01-01T00:00:00Z"',
    b'"2024-02-30T25:61:61+99:99"', b'"2024-02-29"', b'"1969-12-31T23:59:59-14:00"',
    b'"2024-01-01T00:00:00.1234567891Z"',
    b"1969-12-31 23:59:59", b"9999-12-31 23:59:59", b"0000-00-00 00:00:00", b"2024-13-45 99:99:99", b"24:00:00",
    b"99/99/9999", b"1/1/0001", b"12:60", b"\0", b"\0" * 40, b"\xff", b"\xfe\xff", b"\xc0\x80", b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80", b"\xe4\xb8", b"\xef\xbb\xbf", b"\xef\xbf\xbf", b"\xe2\x80\xa8", b"\xe2\x80\xae", b"\xc2\x85",
    b"\r", b"\n", b"\r\n", b"\n\n\n", b"\x0b", b"\x0c", b"\x1a", b"\x1c", b"\x85", b"\t", b",", b";", b'""',
    b'"""', b"\\",
    b"\\u", b"\\ud83d", b"\\\"", b"=1+1", b"=cmd|' /C calc'!A0", b"@SUM(1)", b"<", b"]]>", b"&a;", b"%s%n", b"../../x",
    b"-" * 300, b"[" * 64, b"(" * 300, b" " * 500, b"a" * 900, "群".encode() * 200, "\U0001f600\u200d".encode() * 50,
    "一".encode(), "٣٤".encode(), "１２".encode(), "Ⅷ²½".encode(), "ǅİı".encode(), b"Infinity", b"__proto__", b"id",
    b"type", b"text", b"content", b"messages", b"timestamp", b"system", b"service",
)  # fmt: skip

# What a reader looks for the end of, over and over: repeated without one, it must not cost the square of its length.
OPENINGS: tuple[bytes, ...] = (
    b" ", b"\t", b"\n", b"\r\n", b"a", b"1", b",", b", x", b" (1), ", b"(", b"((a", b"[", b"[a", b"[a](", b"![", b"{",
    b"<", b"<a ", b"<a href=", b"</", b"<!--", b'<aside class="quote', b'<img src="/uploads/', b"[quote",
    b'[quote="a, post:1, ', b"@", b"@a", b"@a ", b"@**", b"@_**a** [", b"@[", b"<@", b"&", b"&#", b'"', b"'", b"''",
    b"`", b"```", b"```quote\n", b"> ", b"https://", b"http://a/", b"a@", b"a.", b"a-", b"a:", b"a: ", b"1:",
    b"1/1/24, 1:", b"[1/1/24, 1:", b"2024-01-01 ", b"12:00 <a> ", b"CQ:", b"[CQ:at,", b":a", b"|", b";", b"-", b"_",
    b"*", b"\\", b"#", b"\n\n", b"\n ", b"\n@", b"\n  - ", "「".encode(), "「a：".encode(), "“".encode(),
    "（".encode(), "《".encode(), "【".encode(), "@群\u2005".encode(), "回复 ".encode(), "\n资源: 1 个文件".encode(),
    "邀请".encode(), '"a"邀请'.encode(), "、".encode(), "：".encode(), "\u200e".encode(), "\u200d".encode(),
    "é".encode(), "e\u0301".encode(), "群".encode(), "\U0001f600".encode(),
)  # fmt: skip
LONG = 400_000

Change = Callable[["Seed", bytes, random.Random, "Mutator"], bytes]


@dataclass
class Seed:
    """A small valid document and where its tokens, the values among them, and inner containers stand."""

    name: str
    data: bytes
    document: int = 0
    tokens: list[tuple[int, int]] = field(default_factory=list)
    values: list[tuple[int, int]] = field(default_factory=list)
    containers: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tokens = [found.span() for found in _TOKEN.finditer(self.data)]
        self.structured = self.data.lstrip(b"\xef\xbb\xbf \r\n")[:1] in (b"{", b"[") and b'":' in self.data
        self.values = [span for span in self.tokens if self._is_value(*span)]
        self.containers = [found.span() for found in _BRACKET.finditer(self.data)]

    def _is_value(self, start: int, end: int) -> bool:
        first = self.data[start : start + 1]
        if self.name.endswith((".csv", ".tsv")) and b"\n" not in self.data[:start]:
            return False  # a heading
        if self.structured:
            return first in b'"-0123456789tfn' and not self.data[end : end + 4].lstrip().startswith(b":")
        return first.isalnum() or first > b"\x7f"


def small(name: str, data: bytes, document: int = 0) -> list[Seed]:
    """Return the document as seeds of at most `LONGEST` bytes that are still whole in themselves."""
    if len(data) <= LONGEST:
        return [Seed(name, data, document)]
    try:
        value = json.loads(data)
    except ValueError:
        return [Seed(name, part, document) for part in _by_lines(data)]
    return [Seed(name, part, document) for part in _by_elements(value)]


def _by_lines(data: bytes) -> list[bytes]:
    lines = data.splitlines(keepends=True)
    head = lines[0] if lines and len(lines[0]) < LONGEST // 2 else b""
    parts, held = [], b""
    for line in lines:
        line = line[: LONGEST // 2]
        if len(held) + len(line) > LONGEST and held:
            parts.append(held)
            held = head
        held += line
    return [*parts, held]


def _by_elements(value: Any) -> list[bytes]:
    """Return the document several times, each with other elements of its longest list."""
    lists = sorted(_lists(value), key=lambda one: len(_written(one)))
    if not lists:
        return [_written(value)[:LONGEST]]
    longest = lists[-1]
    every = list(longest)
    step = max(1, len(every) * LONGEST // len(_written(value)))
    parts = []
    for first in range(0, len(every), step):
        longest[:] = every[first : first + step]
        parts.append(_written(value)[: 2 * LONGEST])
    return parts


def _lists(value: Any) -> Iterator[list[Any]]:
    if isinstance(value, list) and len(value) > 1:
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _lists(inner)


def _written(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def dictionary(folder: Path | None) -> tuple[bytes, ...]:
    """Return the tokens of AFL dictionaries in a folder (json, csv, xml, utf8), where there is one."""
    found: list[bytes] = []
    for name in ("json", "csv", "xml", "utf8"):
        path = folder / f"{name}.dict" if folder is not None else None
        if path is None or not path.is_file():
            continue
        for line in path.read_text("utf-8", "replace").splitlines():
            written = re.match(r'[^#"]*"(.*)"\s*$', line)
            if written:
                found.append(_unescaped(written.group(1)))
    return tuple(token for token in found if token)


def _unescaped(text: str) -> bytes:
    plain = re.sub(r"\\x([0-9a-fA-F]{2})", lambda hit: chr(int(hit.group(1), 16)), text)
    return plain.replace('\\"', '"').replace("\\\\", "\\").encode("latin-1", "replace")


def _is_json(word: bytes) -> bool:
    try:
        json.loads(word)
    except (ValueError, RecursionError):
        return re.fullmatch(rb"-?[0-9]+", word) is not None
    return True


class Mutator:
    """Draws variants of seeds; the same chance gives the same variants."""

    def __init__(self, seeds: list[Seed], words: tuple[bytes, ...] = ()) -> None:
        self.seeds = seeds
        self.words = TOKENS + words
        self.whole = tuple(word for word in self.words if _is_json(word))
        self.plain = tuple(word for word in self.words if not set(word) & set(b'"\r\n'))

    def variant(self, chance: random.Random) -> tuple[Seed, bytes, int]:
        """Return a seed, a changed copy of its bytes, and the number of changes.

        Mostly many values, so that every record is tried in its own way; else its parts, and then any bytes.
        """
        seed = chance.choice(self.seeds)
        if seed.values and chance.random() < 0.7:
            return self._revalued(seed, chance)
        if chance.random() < 0.6:
            count = chance.choice((1, 2, 2, 3, 4))
            data = self._retold(seed, count, chance)
        else:
            count, data = 1, chance.choice(_PARTS)(seed, seed.data, chance, self)
        further = chance.choice((0, 0, 1, 1, 2, 3))
        for _ in range(further):
            data = chance.choice(_BYTES)(seed, data, chance, self)
        return seed, data[: 3 * LONGEST], count + further

    def lengthened(self, chance: random.Random) -> tuple[Seed, bytes, int]:
        """Return a seed with one value, or place, made of some hundred thousand openings, or parts of other values."""
        seed = chance.choice(self.seeds)
        start, end = chance.choice(seed.values or seed.tokens)
        text = seed.data[start:end]
        if seed.values and text[:1] != b'"':  # most fields of numbers refuse all of it at once
            start, end = chance.choice(seed.values)
        quoted = seed.data[start:end][:1] == b'"'
        opening = chance.choice(OPENINGS)
        if chance.random() < 0.35:
            first, last = chance.choice(seed.values or seed.tokens)
            other = seed.data[first:last].strip(b'"')
            opening = other[: chance.randint(1, len(other))] if other else opening
            quoted = False if quoted and b"\\" in opening else quoted
        new = opening * (LONG // len(opening))
        if quoted and seed.structured:
            new = json.dumps(new.decode("utf-8", "replace"), ensure_ascii=False).encode()[1:-1]
        elif quoted:
            new = new.replace(b'"', b'""')
        if quoted:
            new = b'"' + chance.choice((b"", seed.data[start + 1 : end - 1])) + new + b'"'
        return seed, seed.data[:start] + new + seed.data[end:], 1

    def _revalued(self, seed: Seed, chance: random.Random) -> tuple[Seed, bytes, int]:
        """Change many values, leaving the structure around them."""
        data, count, before = seed.data, 0, len(seed.data)
        dense = max(16, len(seed.values) // 4)
        for start, end in sorted((chance.choice(seed.values) for _ in range(chance.randint(4, dense))), reverse=True):
            if end > before:
                continue
            old = data[start:end]
            kind = chance.randrange(8)
            if kind == 0:
                first, last = chance.choice(seed.values)
                new = seed.data[first:last]
            elif seed.structured and (kind < 4 or old[:1] != b'"'):
                new = chance.choice(self.whole)
            elif seed.structured:
                at = chance.randint(1, len(old) - 1)
                new = (
                    old[:at]
                    + chance.choice(self.plain).replace(b"\\", b"\\\\")
                    + old[chance.choice((at, len(old) - 1)) :]
                )
            else:
                at = chance.randint(0, len(old))
                new = old[:at] + chance.choice(self.plain) + old[chance.choice((at, len(old))) :]
            data, before, count = data[:start] + new + data[end:], start, count + 1
        return seed, data, count

    def _retold(self, seed: Seed, count: int, chance: random.Random) -> bytes:
        """Change some of the seed's tokens, from the last to the first so that the places stay right."""
        data, before = seed.data, len(seed.data)
        for start, end in sorted((chance.choice(seed.tokens) for _ in range(count)), reverse=True):
            if end <= before:
                data = data[:start] + self._token(seed, data[start:end], chance) + data[end:]
                before = start
        return data

    def _token(self, seed: Seed, old: bytes, chance: random.Random) -> bytes:
        kind = chance.randrange(8)
        if kind < 3:
            return chance.choice(self.words)
        if kind < 5:  # inside, leaving the quotes of a string
            first, last = (1, len(old) - 1) if old[:1] == b'"' and len(old) > 1 else (0, len(old))
            at = chance.randint(first, last)
            return old[:at] + chance.choice(self.words) + old[chance.choice((at, last)) :]
        if kind == 5:
            return b""
        if kind == 6:
            return old * chance.choice((2, 3, 40))
        start, end = chance.choice(seed.tokens)
        return seed.data[start:end]


# -- changes to the parts of an unchanged document ----------------------------------------------------------------
def _change_container(seed: Seed, data: bytes, chance: random.Random, by: Mutator) -> bytes:
    if not seed.containers:
        return _swap_lines(seed, data, chance, by)
    start, end = chance.choice(seed.containers)
    inner = data[start:end]
    wrapped = (b"[%b]" % inner, b'{"a":%b}' % inner, inner + b"," + inner)
    new = chance.choice((b"null", b"[]", b"{}", b'""', b"3", *wrapped))
    return data[:start] + new + data[end:]


def _swap_lines(seed: Seed, data: bytes, chance: random.Random, by: Mutator) -> bytes:
    lines = data.split(b"\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    kind = chance.randrange(4)
    if kind == 0:
        lines[one], lines[other] = lines[other], lines[one]
    elif kind == 1:
        lines.insert(one, lines[other])
    elif kind == 2:
        del lines[one]
    else:
        lines[one] = lines[one] * chance.choice((2, 3, 20))
    return b"\n".join(lines)


def _recode(seed: Seed, data: bytes, chance: random.Random, by: Mutator) -> bytes:
    text = data.decode("utf-8", "replace")
    coding = chance.choice(("utf-16", "utf-16-le", "utf-16-be", "gb18030", "big5", "latin-1", "utf-8-sig", "utf-7"))
    return text.encode(coding, "ignore")


def _newlines(seed: Seed, data: bytes, chance: random.Random, by: Mutator) -> bytes:
    return data.replace(b"\n", chance.choice((b"\r\n", b"\r", b"\n\n", b"\n\r", b"", b"\xe2\x80\xa8", b"\\n", b"\0\n")))


def _delimiters(seed: Seed, data: bytes, chance: random.Random, by: Mutator) -> bytes:
    pairs = ((b",", b";"), (b",", b"\t"), (b":", "：".encode()), (b'"', b"'"), (b"{", b"["), (b" ", b"\t"))
    one, other = chance.choice(pairs)
    return data.replace(one, other, chance.choice((1, -1)))


def _splice_seed(seed: Seed, data: bytes, chance: random.Random, by: Mutator) -> bytes:
    other = chance.choice(by.seeds).data
    return data[: chance.randint(0, len(data))] + other[chance.randint(0, len(other)) :]


# -- changes to any bytes -----------------------------------------------------------------------------------------
def _flip(seed: Seed, data: bytes, chance: random.Random, by: Mutator) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 8))):
        if changed:
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _random_bytes(seed: Seed, data: bytes, chance: random.Random, by: Mutator) -> bytes:
    at = chance.randint(0, len(data))
    return data[:at] + chance.randbytes(chance.choice((1, 2, 7))) + data[at + chance.choice((0, 1, 7)) :]


def _insert_word(seed: Seed, data: bytes, chance: random.Random, by: Mutator) -> bytes:
    at = chance.randint(0, len(data))
    return data[:at] + chance.choice(by.words) + data[at:]


def _cut(seed: Seed, data: bytes, chance: random.Random, by: Mutator) -> bytes:
    at = chance.randint(0, len(data))
    return data[:at] if chance.random() < 0.8 else data[at:]


def _remove(seed: Seed, data: bytes, chance: random.Random, by: Mutator) -> bytes:
    at = chance.randint(0, len(data))
    return data[:at] + data[at + chance.choice((1, 2, 16, 200)) :]


def _repeat(seed: Seed, data: bytes, chance: random.Random, by: Mutator) -> bytes:
    at = chance.randint(0, len(data))
    length = chance.choice((1, 3, 30, 400))
    return data[:at] + data[at : at + length] * chance.choice((2, 3, 30)) + data[at + length :]


_PARTS: tuple[Change, ...] = (
    _change_container, _change_container, _swap_lines, _swap_lines, _recode, _newlines, _delimiters, _splice_seed, _cut,
)  # fmt: skip
_BYTES: tuple[Change, ...] = (_flip, _flip, _random_bytes, _insert_word, _insert_word, _cut, _remove, _repeat)
