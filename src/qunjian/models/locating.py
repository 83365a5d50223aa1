"""Finds the models that rules of the kind `model` name: their files and hashes are put into the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.models.shelf import digest, find_models
from qunjian.standards.rules import Detect

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from qunjian.standards.rules import Rule

NAME = "model"


def located(rules: Sequence[Rule], folders: Sequence[Path]) -> tuple[Rule, ...]:
    """Return the rules, those of models with the model's file (a team's own, from `<folder>/models`) and its hash."""
    if not any(rule.detect.kind == NAME for rule in rules):
        return tuple(rules)
    known = find_models(folders)
    return tuple(_with_file(rule, known) for rule in rules)


def _with_file(rule: Rule, known: dict[str, Path]) -> Rule:
    path = known.get(str(rule.detect.parameters.get("model")))
    if rule.detect.kind != NAME or path is None:
        return rule
    own = {} if path == find_models().get(path.stem) else {"file": str(path)}
    detect = Detect(kind=NAME, **{**rule.detect.parameters, **own, "digest": digest(path)})
    return rule.model_copy(update={"detect": detect})
