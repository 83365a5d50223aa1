"""What an archive may unpack to, which names its members may have, and the sentences that refuse the rest."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from qunjian.model.errors import BadInputError, LimitError
from qunjian.model.language import Phrase
from qunjian.sources.document import refused_document
from qunjian.text.late import late

if TYPE_CHECKING:
    from qunjian.sources.document import Document

MAX_DEPTH = 3
MAX_ENTRIES = 200_000  # in one archive, those within it included
MAX_RATIO = 250
FREE_BYTES = 64 * 2**20  # below this size the ratio is not looked at
MAX_MEMBER = 16 * 2**30
MAX_UNPACKED = 64 * 2**30
MAX_DIRECTORY = 32 * 2**20  # a zip's list of contents, which is held in memory
MAX_NAME = 1024
_DRIVE = late(r"\A[A-Za-z]:")
_FOREIGN = (".rar", ".7z", ".bz2", ".tbz2", ".xz", ".txz")
_FOREIGN_MARKS = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"BZh91AY&SY", b"\xfd7zXZ\0")
_UNPACK = Phrase("如确认无误，请先自行解压", "if it is genuine, unpack it yourself first")


class Budget:
    """What one archive has been seen to hold so far, archives within it included."""

    def __init__(self, outer: Document) -> None:
        self._name = outer.name
        self._stored = max(outer.size, 1)
        self._bytes = 0
        self._entries = 0

    def take(self, more: int) -> None:
        """Count unpacked bytes; refuses past the caps."""
        self._bytes += more
        check_size(self._name, self._bytes, self._stored)

    def enter(self, count: int) -> None:
        """Count members; refuses past the cap."""
        self._entries += count
        if self._entries > MAX_ENTRIES:
            raise LimitError(
                Phrase(f"压缩包内文件超过 {MAX_ENTRIES} 个", f"more than {MAX_ENTRIES} files in the archive"),
                where=self._name,
                todo=_UNPACK,
            )


def check_size(name: str, given: int, stored: int) -> None:
    """Refuse what unpacks to more than the caps allow."""
    if given > MAX_UNPACKED or (given > FREE_BYTES and given > MAX_RATIO * max(stored, 1)):
        raise LimitError(
            Phrase(
                f"解压后的大小超过上限（{MAX_RATIO} 倍或 {MAX_UNPACKED >> 30} GB），像是压缩炸弹",
                f"unpacks to more than {MAX_RATIO} times its size or {MAX_UNPACKED >> 30} GB, like a zip bomb",
            ),
            where=name,
            todo=_UNPACK,
        )


def check_member(name: str, size: int) -> None:
    """Refuse a single file that is too large."""
    if size > MAX_MEMBER:
        raise LimitError(
            Phrase(f"单个文件超过 {MAX_MEMBER >> 30} GB", f"a single file is larger than {MAX_MEMBER >> 30} GB"),
            where=name,
            todo=Phrase("请分段导出", "export it in parts"),
        )


def too_deep(name: str) -> LimitError:
    """Return the error for archives within archives within archives."""
    return LimitError(
        Phrase(f"压缩包嵌套超过 {MAX_DEPTH} 层", f"archives nested more than {MAX_DEPTH} deep"),
        where=name,
        todo=Phrase("请先解压里层的压缩包", "unpack the inner archives first"),
    )


def damaged(name: str) -> BadInputError:
    """Return the error for an archive that cannot be unpacked."""
    return BadInputError(
        Phrase("压缩包已损坏或不完整", "the archive is damaged or incomplete"),
        where=name,
        todo=Phrase("请重新导出或重新下载", "export or download it again"),
    )


def overlapping(name: str) -> LimitError:
    """Return the error for members that share bytes: no packer writes that, and a few bytes become terabytes."""
    return LimitError(
        Phrase("压缩包里的文件彼此重叠，像是压缩炸弹", "files of the archive overlap, like a zip bomb"),
        where=name,
        todo=Phrase("请重新打包", "pack it again"),
    )


def encrypted(name: str) -> BadInputError:
    """Return the error for what needs a password."""
    return BadInputError(
        Phrase("压缩包有密码", "the archive is encrypted"), where=name, todo=Phrase("请先解压", "unpack it first")
    )


def unknown_packing(name: str) -> BadInputError:
    """Return the error for a method of packing that is not read here."""
    return BadInputError(
        Phrase("压缩方式不支持", "it is packed by a method that is not supported"),
        where=name,
        todo=Phrase("请解压后再导入，或重新打成普通 zip", "unpack it first, or pack it again as an ordinary zip"),
    )


def is_foreign(name: str, start: bytes = b"") -> bool:
    """Return whether a file is packed in a way that is not opened here, by its name or its first bytes."""
    return name.lower().endswith(_FOREIGN) or start.startswith(_FOREIGN_MARKS)


def foreign(name: str) -> BadInputError:
    """Return the error for such a file."""
    return BadInputError(
        Phrase("rar、7z、bz2、xz 压缩包不能直接读", "rar, 7z, bz2 and xz archives are not opened"),
        where=name,
        todo=Phrase("请先解压，再导入解出的文件夹", "unpack it first, and import the folder"),
    )


def no_file(name: str, kind: Phrase) -> BadInputError:
    """Return the error for a member, or a file of a folder, that is no plain file."""
    return BadInputError(
        Phrase(f"这不是普通文件（{kind.zh}），没有读", f"not a plain file ({kind.en}), so it was not read"),
        where=name,
        todo=Phrase("请换成真正的文件", "put the file itself in its place"),
    )


def member_name(outer: str, written: str) -> tuple[str, BadInputError | None]:
    """Return a member's name as it is shown, and why it is refused if it is."""
    shown = "".join("\ufffd" if unicodedata.category(char) in ("Cc", "Cs") else char for char in written)
    long = len(shown) > MAX_NAME
    whole = f"{outer}/{shown[:MAX_NAME]}…" if long else f"{outer}/{shown}"
    parts = shown.split("/")
    if long:
        why = Phrase(f"文件名超过 {MAX_NAME} 个字", f"its name is longer than {MAX_NAME} characters")
    elif "\0" in written:
        why = Phrase("文件名里有空字符", "its name holds a NUL")
    elif ".." in parts or shown.startswith("/") or _DRIVE.match(shown):
        why = Phrase("文件名指向压缩包之外", "its name leads out of the archive")
    elif not shown.strip("/ "):
        why = Phrase("文件没有名字", "it has no name")
    else:
        return whole, None
    return whole, BadInputError(why, where=whole, todo=Phrase("请改名后重新打包", "rename it and pack it again"))


def refused_member(outer: str, written: str, error: BadInputError | None = None) -> Document:
    """Return the member of a name, refused."""
    whole, why = member_name(outer, written)
    return refused_document(whole, error or why or damaged(whole))
