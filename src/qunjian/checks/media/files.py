"""Check kind `files`: names that hide a program, and files that are something else than their name says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field, model_validator

from qunjian.checks.media.contract import MediaKind, MediaMatch
from qunjian.media.contents import PROGRAMS, Content
from qunjian.model.language import Phrase
from qunjian.model.problems import PhrasedError
from qunjian.standards.basics import Strict
from qunjian.text.file_names import NAME_CLASSES, FileName, NameClass, file_name
from qunjian.text.file_names import PROGRAMS as PROGRAM_ENDINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qunjian.checks.media.contract import Attached, Listed

_CALLED: dict[NameClass, Phrase] = {
    "program": Phrase("可执行文件", "a program"),
    "archive": Phrase("压缩包", "an archive"),
    "macro_document": Phrase("带宏的文档", "a document with macros"),
    "page": Phrase("网页或快捷链接", "a page or a shortcut"),
    "double_ending": Phrase("双重后缀", "a double ending"),
    "turned_around": Phrase("文件名含改变书写方向的字符", "marks in the name that turn its direction"),
}
assert set(_CALLED) == set(NAME_CLASSES)  # noqa: S101
_CONTENT_SURE = 0.95


class Parameters(Strict):
    """Classes of names that are a fault, endings that are, and whether a program under another name is."""

    names: tuple[NameClass, ...] = ()
    endings: tuple[str, ...] = ()
    disguised: bool = False
    allow: tuple[str, ...] = Field(default=())

    @model_validator(mode="after")
    def _names_something(self) -> Parameters:
        if not (self.names or self.endings or self.disguised):
            raise PhrasedError("要写 names、endings 或 disguised", "name names, endings or disguised")
        return self


class FilesCheck:
    """File names of some classes or endings, and programs that are named otherwise."""

    def __init__(self, parameters: Parameters) -> None:
        self._parameters = parameters
        self._endings = frozenset(each.lower().removeprefix(".") for each in parameters.endings)
        self._allowed = frozenset(each.lower() for each in parameters.allow)

    def suspects(self, name: FileName) -> bool:
        """Return whether the name alone may be a fault."""
        return name.ending in self._endings or not name.classes.isdisjoint(self._parameters.names)

    def judge(self, attached: Attached) -> MediaMatch | None:
        """Return what is wrong with the name, else with the content under it."""
        if attached.name.lower() in self._allowed:
            return None
        last, found = file_name(attached.name)
        for wanted in self._parameters.names:
            if wanted in found:
                return MediaMatch(_CALLED[wanted])
        if last and last in self._endings:
            return MediaMatch(Phrase(f"后缀 {last}", f"the ending {last}"))
        content = attached.reading.content if attached.reading is not None else None
        if self._parameters.disguised and content in PROGRAMS and last not in PROGRAM_ENDINGS:
            return MediaMatch(_disguised(content, last), ("content",), _CONTENT_SURE)
        return None


def _disguised(content: Content, last: str) -> Phrase:
    shown = last or "—"
    return Phrase(f"名为 {shown}，内容是程序（{content}）", f"named {shown}, its content is a program ({content})")


def _build(parameters: Parameters, _lists: Mapping[str, tuple[Listed, ...]]) -> FilesCheck:
    return FilesCheck(parameters)


KIND = MediaKind("files", Phrase("文件名与类型", "names and types of files"), Parameters, _build)
