"""What goes wrong with disks, told as one sentence: full, faulty, read-only; whichever library noticed it."""

from __future__ import annotations

import errno
import os
import re

from qunjian.model.errors import StorageError
from qunjian.model.language import Phrase

_NUMBER = re.compile(r"\b(?:os error|errno:?)\s*(\d+)", re.IGNORECASE)
# Libraries whose errors may be the disk's; of the others only OSError is.
_STORING = ("duckdb", "_duckdb", "deltalake", "_internal", "pyarrow", "pyo3_runtime")  # _internal: Delta Lake's own
_ROOM = Phrase("腾出空间后重试", "free some space and try again")
_RIGHTS = Phrase("检查文件和目录的权限", "check the permissions of the file and folder")
_SAID = {
    errno.ENOSPC: (Phrase("磁盘已满", "the disk is full"), _ROOM),
    errno.EDQUOT: (Phrase("磁盘配额已用完", "the disk quota is used up"), _ROOM),
    errno.EIO: (
        Phrase("磁盘读写出错", "the disk failed to read or write"),
        Phrase("检查磁盘后重试", "check the disk and try again"),
    ),
    errno.EROFS: (
        Phrase("磁盘是只读的", "the disk is read-only"),
        Phrase("换一个可写的位置", "choose a place that can be written"),
    ),
    errno.EACCES: (Phrase("没有权限", "permission denied"), _RIGHTS),
    errno.EPERM: (Phrase("没有权限", "permission denied"), _RIGHTS),
    errno.EMFILE: (
        Phrase("打开的文件太多", "too many files are open"),
        Phrase("提高 ulimit -n 后重试", "raise ulimit -n and try again"),
    ),
    errno.ENOENT: (
        Phrase("文件不见了（可能刚被改写）", "a file is gone (perhaps just rewritten)"),
        Phrase("再试一次", "try again"),
    ),
}
_BY_TEXT = {os.strerror(number).lower(): number for number in (*_SAID, errno.ENOTDIR, errno.EISDIR)}


def storage_error(error: BaseException, after: Phrase | None = None) -> StorageError | None:
    """Return the sentence for an error of the disk, None when it is another kind; `after` says how things stand."""
    ours = type(error).__module__.split(".")[0]
    if not isinstance(error, OSError) and ours not in _STORING:
        return None
    number = _number(error)
    if number is None and not isinstance(error, OSError):
        return None
    reason = os.strerror(number) if number else str(error).strip().split("\n")[0]
    what, todo = _SAID.get(number or 0, (Phrase(reason, reason), Phrase("处理后重试", "mend it and try again")))
    if after is not None:
        what = Phrase(f"{what.zh}；{after.zh}", f"{what.en}; {after.en}")
    where = getattr(error, "filename", None)
    return StorageError(what, where=os.fsdecode(where) if isinstance(where, (str, bytes)) else "", todo=todo)


def _number(error: BaseException) -> int | None:
    """Return the system's number of an error, from the error itself or from what its text says."""
    number = getattr(error, "errno", None)
    if isinstance(number, int):
        return number
    text = str(error)
    found = _NUMBER.search(text)
    if found:
        return int(found[1])
    low = text.lower()
    return next((number for words, number in _BY_TEXT.items() if words in low), None)
