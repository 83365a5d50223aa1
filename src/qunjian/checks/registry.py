"""The kinds of check that exist: one file and one line here each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from qunjian.checks import contact, fact_sheets, links, models, patterns, personal_data, phrases, questions
from qunjian.checks.contract import CheckKind
from qunjian.checks.media.kinds import MEDIA_KINDS
from qunjian.checks.windows.kinds import WINDOW_KINDS
from qunjian.model.errors import UnknownNameError
from qunjian.model.language import Phrase
from qunjian.model.problems import WrittenError, of_validation

if TYPE_CHECKING:
    from pydantic import BaseModel

    from qunjian.standards.rules import Rule

KINDS: dict[str, CheckKind] = {
    "phrases": phrases.KIND,
    "patterns": patterns.KIND,
    "contact": contact.KIND,
    "personal_data": personal_data.KIND,
    "links": links.KIND,
    "facts": fact_sheets.KIND,
    "model": models.KIND,
    "question": questions.KIND,
    **{kind.name: CheckKind(kind.name, kind.title, kind.parameters, media=True) for kind in MEDIA_KINDS.values()},
    **{kind.name: CheckKind(kind.name, kind.title, kind.parameters) for kind in WINDOW_KINDS.values()},
}


def kind_of(rule: Rule) -> CheckKind:
    """Return the kind of check a rule asks for; an unknown one is an error with the nearest name."""
    kind = KINDS.get(rule.detect.kind)
    if kind is None:
        raise UnknownNameError(
            Phrase("检查类型", "kind of check"), rule.detect.kind, KINDS, where=f"{rule.id}: detect.kind"
        )
    return kind


def parameters_of(rule: Rule) -> BaseModel:
    """Return the validated parameters of a rule's detection; what is wrong is named with the rule and the key."""
    model = kind_of(rule).parameters
    written = _as_tuples(rule.detect.parameters)
    if "severity" in model.model_fields and isinstance(written, dict):
        written["severity"] = rule.severity
    try:
        return model.model_validate(written)
    except ValidationError as error:
        raise WrittenError(of_validation(error, model, written, lambda place: _place(rule, place))) from error


def _place(rule: Rule, place: tuple[str | int, ...]) -> str:
    return f"{rule.id}: {'.'.join(['detect', *(str(part + 1) if isinstance(part, int) else part for part in place)])}"


def _as_tuples(value: object) -> object:
    """Return JSON lists as tuples, as strict models want them."""
    if isinstance(value, dict):
        return {key: _as_tuples(each) for key, each in value.items()}
    return tuple(map(_as_tuples, value)) if isinstance(value, list) else value
