"""Check kind `pictures`: pictures that look like one on a team's own list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field, field_validator

from qunjian.checks.media.contract import Listed, MediaKind, MediaMatch
from qunjian.media.likeness import BITS, nearest, read_likeness
from qunjian.model.language import Phrase
from qunjian.model.problems import PhrasedError
from qunjian.standards.basics import Strict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qunjian.checks.media.contract import Attached
    from qunjian.text.file_names import FileName


class Parameters(Strict):
    """The list, and in how many of 64 bits a picture may differ; `examples` serve only the samples of the rule."""

    list: str = Field(default="banned", pattern=r"^[a-z][a-z0-9_]*$")
    within: int = Field(default=6, ge=0, le=16)
    examples: tuple[str, ...] = ()

    @field_validator("examples")
    @classmethod
    def _are_likenesses(cls, written: tuple[str, ...]) -> tuple[str, ...]:
        for each in written:
            if read_likeness(each) is None:
                raise PhrasedError(f"“{each}”应是 16 位十六进制", f"write '{each}' as 16 hexadecimal digits")
        return written


class PicturesCheck:
    """Pictures like those of a list."""

    def __init__(self, listed: tuple[Listed, ...], within: int) -> None:
        self._listed, self._within = listed, within
        self._bits = [each.likeness for each in listed]

    def suspects(self, _name: FileName) -> bool:
        """Return that no name tells anything here."""
        return False

    def judge(self, attached: Attached) -> MediaMatch | None:
        """Return the most alike on the list, if it is alike enough."""
        likeness = attached.reading.likeness if attached.reading is not None else None
        found = nearest(likeness, self._bits) if likeness is not None else None
        if found is None or found[1] > self._within:
            return None
        place, apart = found
        why = self._listed[place].why
        said = Phrase(f"与名单图片相差 {apart}/{BITS} 位", f"differs from a listed picture in {apart} of {BITS} bits")
        if why:
            said = Phrase(f"{said.zh}：{why}", f"{said.en}: {why}")
        return MediaMatch(said, ("likeness",), round(1 - apart / BITS, 4))


def _build(parameters: Parameters, lists: Mapping[str, tuple[Listed, ...]]) -> PicturesCheck:
    return PicturesCheck(lists.get(parameters.list, ()), parameters.within)


def _lacks(parameters: Parameters, lists: Mapping[str, tuple[Listed, ...]]) -> Phrase | None:
    if lists.get(parameters.list):
        return None
    return Phrase(
        f"名单“{parameters.list}”里还没有图片：用 qunjian media add 加入",
        f"the list '{parameters.list}' has no picture yet: add some with qunjian media add",
    )


KIND = MediaKind("pictures", Phrase("名单上的图片", "pictures on a list"), Parameters, _build, _lacks)
