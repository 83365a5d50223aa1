"""Check kind `codes`: QR and bar codes in pictures by where they lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field, field_validator

from qunjian.checks.media.contract import MediaKind, MediaMatch
from qunjian.model.language import Phrase
from qunjian.standards.basics import Strict, clean_domain
from qunjian.text.code_links import CodeClass, code_class, is_link, shown
from qunjian.text.folding import fold
from qunjian.text.links import host_and_path, under

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qunjian.checks.media.contract import Attached, Listed
    from qunjian.text.file_names import FileName


class Parameters(Strict):
    """Classes of codes that are a fault; domains, and whole contents, of the team's own that never are."""

    classes: tuple[CodeClass, ...] = Field(min_length=1)
    allow: tuple[str, ...] = ()
    allow_codes: tuple[str, ...] = ()

    @field_validator("allow")
    @classmethod
    def _are_domains(cls, domains: tuple[str, ...]) -> tuple[str, ...]:
        for domain in domains:
            clean_domain(domain)
        return domains


class CodesCheck:
    """Codes of some classes."""

    def __init__(self, parameters: Parameters) -> None:
        self._classes = frozenset(parameters.classes)
        self._allowed = frozenset(parameters.allow)
        self._own = frozenset(fold(each).strip() for each in parameters.allow_codes)

    def suspects(self, _name: FileName) -> bool:
        """Return that no name tells anything here."""
        return False

    def judge(self, attached: Attached) -> MediaMatch | None:
        """Return the first code that leads where it should not."""
        for code in attached.reading.codes if attached.reading is not None else ():
            folded = fold(code.text).strip()
            if code.kind == "bar" or code_class(code.text) not in self._classes or folded in self._own:
                continue
            if is_link(code.text) and under(host_and_path(folded)[0], self._allowed):
                continue
            place = shown(code.text)
            return MediaMatch(Phrase(f"码指向 {place}", f"its code leads to {place}"), (code.kind,))
        return None


def _build(parameters: Parameters, _lists: Mapping[str, tuple[Listed, ...]]) -> CodesCheck:
    return CodesCheck(parameters)


KIND = MediaKind("codes", Phrase("图片里的二维码", "codes in pictures"), Parameters, _build)
