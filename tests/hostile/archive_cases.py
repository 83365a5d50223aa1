"""Hostile archives made from a seed, each with what must be read of it and the words that refuse the rest."""

from __future__ import annotations

import bz2
import gzip
import io
import random
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import zstandard

SEED = 20261122
GOOD = b'{"a": 1}'


@dataclass
class Hostile:
    """One archive: `read` is {member: bytes} that must be read whole; `refused` {name: words of the sentence}.

    Names are those under the archive's own name; "" is the archive itself.
    """

    name: str
    data: bytes
    read: dict[str, bytes] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


def entry(name: str, data: bytes = GOOD, *, mode: int = stat.S_IFREG | 0o644, method: int = 8) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
    info.external_attr = mode << 16
    info.compress_type = method
    return info


def zipped(*members: tuple[zipfile.ZipInfo | str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, data in members:
            archive.writestr(entry(info) if isinstance(info, str) else info, data)
    return out.getvalue()


def patched(data: bytes, signature: bytes, offset: int, form: str, value: int, which: int = -1) -> bytes:
    """Return a zip with one field of one of its records changed."""
    places = [n for n in range(len(data)) if data.startswith(signature, n)]
    changed = bytearray(data)
    struct.pack_into(form, changed, places[which] + offset, value)
    return bytes(changed)


LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"


def tarred(*members: tuple[tarfile.TarInfo | str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for info, data in members:
            head = tarfile.TarInfo(info) if isinstance(info, str) else info
            head.size = len(data)
            archive.addfile(head, io.BytesIO(data))
    return out.getvalue()


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def sealed(block: bytes) -> bytes:
    """Return a tar header with its checksum made right again."""
    blank = block[:148] + b" " * 8 + block[156:]
    return block[:148] + b"%06o\0 " % sum(blank) + block[156:]


def _sized(data: bytes, size: bytes) -> bytes:
    return sealed(data[:124] + size.ljust(12, b"\0") + data[136:512]) + data[512:]


Maker = Callable[[random.Random], Iterator[Hostile]]


def zips(chance: random.Random) -> Iterator[Hostile]:
    text = chance.randbytes(2000)
    good, out = ("good.json", GOOD), "指向压缩包之外"
    for number, name in enumerate(
        ("../evil.json", "a/../../evil.json", "/etc/evil.json", "C:\\evil.json", "..\\evil.json")
    ):
        shown = name.replace("\\", "/")
        yield Hostile(f"leads-out-{number}.zip", zipped((name, GOOD), good), dict([good]), {shown: out})
    yield Hostile("windows-folders.zip", zipped(("群\\一.json", GOOD)), {"群/一.json": GOOD})
    link = entry("link.json", mode=stat.S_IFLNK | 0o777)
    yield Hostile("link.zip", zipped((link, b"/etc/passwd"), good), dict([good]), {"link.json": "链接"})
    pipe = entry("pipe.json", mode=stat.S_IFIFO | 0o666)
    yield Hostile("pipe.zip", zipped((pipe, b""), good), dict([good]), {"pipe.json": "设备或管道"})
    gbk = zipped(("x" * 6, GOOD)).replace(b"x" * 6, "群聊天".encode("gb18030"))
    yield Hostile("gbk.zip", gbk, {"群聊天": GOOD})
    yield Hostile("case-clash.zip", zipped(("A.json", b"1"), ("a.json", b"2")), {"A.json": b"1", "a.json": b"2"})
    nul = zipped(("good.json#", GOOD)).replace(b"good.json#", b"good\0json#")
    yield Hostile("nul.zip", nul, {}, {"good\ufffdjson#": "空字符"})
    yield Hostile("escape.zip", zipped(("a\x1b[2Jb.json", GOOD)), {"a\ufffd[2Jb.json": GOOD})
    long = "长" * 3000
    yield Hostile("long.zip", zipped((long, GOOD), good), dict([good]), {"长" * 1024 + "…": "1024 个字"})
    locked = zipped(("a.json", text))
    locked = patched(patched(locked, LOCAL, 6, "<H", 1), CENTRAL, 8, "<H", 1)
    yield Hostile("encrypted.zip", locked, {}, {"": "有密码"})
    both = zipped(("a.json", text), good)
    both = patched(patched(both, LOCAL, 6, "<H", 1, 0), CENTRAL, 8, "<H", 1, 0)
    yield Hostile("half-encrypted.zip", both, dict([good]), {"a.json": "有密码"})
    plain = zipped(("a.json", text), good)
    crc = patched(patched(plain, LOCAL, 14, "<L", 1, 0), CENTRAL, 16, "<L", 1, 0)
    yield Hostile("wrong-crc.zip", crc, dict([good]), {"a.json": "损坏"})
    yield Hostile("cut.zip", plain[: len(plain) // 2], {}, {"": "损坏"})
    yield Hostile("cut-directory.zip", plain[:-30], {}, {"": "损坏"})
    yield Hostile("noise.zip", chance.randbytes(3000), {}, {"": "损坏"})
    yield Hostile("empty.zip", b"", {}, {"": "损坏"})
    yield Hostile("nothing-inside.zip", zipped())
    flipped = bytearray(plain)
    for place in range(60, 90):
        flipped[place] ^= chance.randrange(1, 256)
    yield Hostile("flipped.zip", bytes(flipped), dict([good]), {"a.json": "损坏"})
    overlap = patched(zipped(("a.json", text), ("b.json", text)), CENTRAL, 42, "<L", 0, 1)
    yield Hostile("overlap.zip", overlap, {}, {"": "重叠"})
    inside = patched(zipped(("a.json", text), ("b.json", text)), CENTRAL, 42, "<L", 700, 1)
    yield Hostile("overlap-inside.zip", inside, {}, {"": "重叠"})
    yield Hostile("bomb.zip", zipped(("a.json", bytes(8 << 20))), {}, {"": "压缩炸弹"})
    many = zipped(*((f"{n}.json", bytes(1 << 20)) for n in range(8)))
    yield Hostile("bomb-of-many.zip", many, {}, {"": "压缩炸弹"})
    inner = zipped(*((entry(f"{n}.json", method=0), chance.randbytes(600)) for n in range(40)))
    layered = zipped(("x.zip", zipped(("y.zip", zipped(("a.json", b"\0" * 900_000))))), ("n.zip", inner))
    yield Hostile("nested.zip", layered, {"x.zip/y.zip/a.json": b"\0" * 900_000} | {
        f"n.zip/{n}.json": data for n, data in enumerate(_stored(inner))
    })  # fmt: skip
    deep = GOOD
    for level in range(5):
        deep = zipped((f"{level}.zip" if level else "a.json", deep))
    yield Hostile("deep.zip", deep, {}, {"4.zip/3.zip/2.zip": "嵌套"})
    wide = zipped(*((f"{n}.zip", zipped(("a.json", b"\0" * 900_000))) for n in range(12)))
    rest = {f"{n}.zip": "压缩炸弹" for n in range(1, 12)}
    yield Hostile("bomb-in-small-pieces.zip", wide, {"0.zip/a.json": b"\0" * 900_000}, rest)
    lzma = zipped((entry("a.json", method=zipfile.ZIP_LZMA), text), good)
    yield Hostile("lzma.zip", lzma, dict([good]), {"a.json": "压缩方式"})
    strange = patched(patched(plain, LOCAL, 8, "<H", 99, 0), CENTRAL, 10, "<H", 99, 0)
    yield Hostile("strange-method.zip", strange, dict([good]), {"a.json": "压缩方式"})
    huge = patched(plain, CENTRAL, 24, "<L", 0xFFFFFFF0, 0)
    yield Hostile("claims-4-gb.zip", huge, {}, {"": "压缩炸弹"})
    liar = patched(plain, CENTRAL, 24, "<L", 10, 0)
    yield Hostile("claims-too-little.zip", liar, dict([good]), {"a.json": "损坏"})
    yield Hostile("directory-of-gigabytes.zip", patched(plain, END, 12, "<L", 0x7FFFFFFF), {}, {"": "目录超过"})
    yield Hostile("crowd.zip", zipped(*((entry(f"{n}", method=0), b"") for n in range(120))), {}, {"": "100 个"})
    yield Hostile("bzip2.zip", zipped((entry("a.json", method=zipfile.ZIP_BZIP2), text)), {"a.json": text})
    bad_name = zipped(("群.json", GOOD)).replace("群".encode(), b"\xff\xfe\xfd")
    yield Hostile("bad-utf8-name.zip", bad_name, {}, {"": "损坏"})
    yield Hostile("junk-before.zip", chance.randbytes(500) + plain, {"a.json": text, **dict([good])})
    nowhere = patched(plain, CENTRAL, 42, "<L", 0x0FFFFFFF, 1)
    yield Hostile("member-past-the-end.zip", nowhere, {"a.json": text}, {"good.json": "损坏"})


def _stored(archive: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return [opened.read(name) for name in opened.namelist()]


def tars(chance: random.Random) -> Iterator[Hostile]:
    good, text = ("good.json", GOOD), chance.randbytes(2000)
    for number, name in enumerate(("../evil.json", "/evil.json", "a/../../b.json")):
        yield Hostile(f"leads-out-{number}.tar", tarred((name, GOOD), good), dict([good]), {name: "指向压缩包之外"})
    kinds = {
        "symlink": (tarfile.SYMTYPE, "链接"), "hardlink": (tarfile.LNKTYPE, "链接"), "fifo": (tarfile.FIFOTYPE, "设备"),
        "character": (tarfile.CHRTYPE, "设备"), "block": (tarfile.BLKTYPE, "设备"),
    }  # fmt: skip
    for what, (kind, words) in kinds.items():
        data = tarred((special("x.json", kind, "/etc/passwd"), b""), good)
        yield Hostile(f"{what}.tar", data, dict([good]), {"x.json": words})
    sparse = tarred(("x.json", text), good, form=tarfile.GNU_FORMAT)
    sparse = sealed(sparse[:156] + tarfile.GNUTYPE_SPARSE + sparse[157:512]) + sparse[512:]
    yield Hostile("sparse.tar", sparse, dict([good]), {"x.json": "稀疏"})
    pax = special("x.json", tarfile.REGTYPE)
    pax.pax_headers = {
        "GNU.sparse.major": "0",
        "GNU.sparse.minor": "1",
        "GNU.sparse.map": "0,9",
        "GNU.sparse.size": "9",
    }
    yield Hostile("sparse-pax.tar", tarred((pax, text), good), dict([good]), {"x.json": "稀疏"})
    plain = tarred(("a.json", text), good)
    yield Hostile("cut.tar", plain[:1200], {}, {"a.json": "损坏", "": "损坏"})
    late = tarred(good, ("z.json", text))
    yield Hostile("cut-late.tar", late[:2000], dict([good]), {"z.json": "损坏", "": "损坏"})
    yield Hostile("noise.tar", chance.randbytes(4096), {}, {"": "损坏"})
    negative = _sized(tarred(good), b"\xff" * 11 + b"\x00")
    yield Hostile("negative-size.tar", negative, {}, {"": "损坏"})
    yield Hostile(
        "size-of-terabytes.tar",
        _sized(tarred(good), b"\x80" + b"\0" * 4 + b"\x7f" * 7),
        {},
        {"good.json": "损坏", "": "损坏"},
    )
    comment = special("x.json", tarfile.REGTYPE)
    comment.pax_headers = {"comment": "x" * (2 << 20)}
    yield Hostile("pax-of-megabytes.tar", tarred((comment, GOOD)), {}, {"": "损坏"})
    chain = tarred((special("x", tarfile.XHDTYPE), b""))[:512]
    yield Hostile("pax-chain.tar", chain * 3000, {}, {"": "损坏"})
    yield Hostile("crowd.tar", tarred(*((str(n), b"") for n in range(120))), {}, {"": "100 个"})
    latin = tarred(("caf\udce9.json", GOOD), form=tarfile.GNU_FORMAT)
    yield Hostile("latin-name.tar", latin, {"caf\ufffd.json": GOOD})
    yield Hostile("bomb.tar.gz", gzip.compress(tarred(("a.json", bytes(8 << 20)))), {}, {"": "压缩炸弹"})
    yield Hostile("bomb.tar.zst", zstandard.compress(tarred(("a.json", bytes(8 << 20)))), {}, {"": "压缩炸弹"})
    yield Hostile("ok.tgz", gzip.compress(plain), {"a.json": text, **dict([good])})
    yield Hostile("cut.tar.gz", gzip.compress(plain)[:900], {}, {"": "损坏"})
    yield Hostile("zip-within.tar", tarred(("in.zip", zipped(("a.json", bytes(8 << 20)))), good), dict([good]),
                  {"in.zip": "压缩炸弹"})  # fmt: skip


def streams(chance: random.Random) -> Iterator[Hostile]:
    """The name of what is inside is the file's without its last suffix: given here with a leading `^`."""
    text = chance.randbytes(2000)
    yield Hostile("a.json.gz", gzip.compress(text) + gzip.compress(b"more"), {"^": text + b"more"})
    yield Hostile("padded.json.gz", gzip.compress(text) + b"\0" * 99, {"^": text})
    yield Hostile("a.json.zst", zstandard.compress(text) + zstandard.compress(b"more"), {"^": text + b"more"})
    yield Hostile("bomb.json.gz", gzip.compress(bytes(8 << 20)), {}, {"^": "压缩炸弹"})
    yield Hostile("bomb.json.zst", zstandard.compress(bytes(8 << 20)), {}, {"^": "压缩炸弹"})
    frames = zstandard.compress(bytes(1 << 20)) * 8
    yield Hostile("bomb-of-frames.json.zst", frames, {}, {"^": "压缩炸弹"})
    yield Hostile("bomb-of-members.json.gz", gzip.compress(bytes(1 << 20)) * 8, {}, {"^": "压缩炸弹"})
    yield Hostile("cut.json.gz", gzip.compress(text)[:-9], {}, {"^": "损坏"})
    yield Hostile("cut.json.zst", zstandard.compress(text)[:-9], {}, {"^": "损坏"})
    yield Hostile("garbage-after.json.gz", gzip.compress(text) + b"garbage", {}, {"^": "损坏"})
    wrong = bytearray(gzip.compress(text))
    wrong[-6] ^= 255
    yield Hostile("wrong-crc.json.gz", bytes(wrong), {}, {"^": "损坏"})
    yield Hostile("bzip2-called.json.gz", bz2.compress(text), {}, {"^": "损坏"})
    yield Hostile("zlib-called.json.gz", zlib.compress(text), {}, {"^": "损坏"})
    window = zstandard.ZstdCompressor(compression_params=zstandard.ZstdCompressionParameters(window_log=30))
    yield Hostile(
        "window-of-a-gigabyte.json.zst", window.compressobj().compress(b"") + _frame(window, text), {}, {"^": "损坏"}
    )


def _frame(by: zstandard.ZstdCompressor, text: bytes) -> bytes:
    packer = by.compressobj()
    return packer.compress(text) + packer.flush()


def every() -> list[Hostile]:
    """Return all cases; the same each time."""
    return [case for maker in (zips, tars, streams) for case in maker(random.Random(SEED))]
