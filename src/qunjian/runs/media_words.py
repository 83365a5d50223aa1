"""What is said of files that were not read, in both languages, by the stable code of the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

UNREAD: dict[str, Phrase] = {
    "not_given": Phrase("导出里没有文件", "the export holds no file"),
    "absent": Phrase("导出写了文件名，但文件不在", "the export names a file that is not there"),
    "elsewhere": Phrase("文件在导出之外，不读", "the file lies outside the export and is not read"),
    "unreadable": Phrase("文件打不开", "the file cannot be opened"),
    "erased": Phrase("已按申请删除", "erased on request"),
    "gone": Phrase("导入之后文件没有了或变了", "the file has gone or changed since the import"),
    "pending": Phrase(
        "还没有读（本次没有要求，或超过了张数、时间上限）", "not read yet (not asked for, or past the limits)"
    ),
    "empty": Phrase("空文件", "an empty file"),
    "no_picture": Phrase("内容不是图片", "its content is no picture"),
    "unopened_format": Phrase(
        "这种图片格式不读（HEIC、TIFF、SVG 等）", "a format that is not opened (HEIC, TIFF, SVG …)"
    ),
    "too_large": Phrase("文件太大（超过 32 MB）", "the file is too large (over 32 MB)"),
    "too_many_pixels": Phrase(
        "像素太多（超过 5000 万，可能是解压炸弹）", "too many pixels (over 50 million; may be a bomb)"
    ),
    "damaged": Phrase("图片损坏或不完整", "the picture is damaged or cut short"),
}


def reasons(counted: Iterable[Mapping[str, int]]) -> list[tuple[int, Phrase]]:
    """Return how many were not read for each reason, most first."""
    total: dict[str, int] = {}
    for each in counted:
        for reason, count in each.items():
            total[reason] = total.get(reason, 0) + count
    return [(count, UNREAD.get(reason, Phrase(reason, reason))) for reason, count in sorted(total.items(), key=_most)]


def _most(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]
