"""Builds a Report from gathered material by a preset: a preset is a list of parts, a part is one function."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qunjian.model.language import Language
    from qunjian.reports.material import Material
    from qunjian.reports.report import Report


def build(preset: str, material: Material, language: Language = "zh") -> Report:
    """Return the report of `preset` over the material, in one language, masked."""
    raise NotImplementedError
