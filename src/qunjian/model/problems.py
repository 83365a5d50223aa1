"""Says what is wrong in a written file, one sentence a problem, with its line and the nearest valid name."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, get_args

from pydantic import BaseModel

from qunjian.model.errors import BadInputError, UnknownNameError
from qunjian.model.language import Language, Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pydantic import ValidationError
    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails


class Problem(NamedTuple):
    """One thing wrong: where it stands, what it is, and what to do."""

    where: str
    what: Phrase
    todo: Phrase | None = None

    def sentence(self, language: Language) -> str:
        """Return the problem on one line."""
        return BadInputError(self.what, where=self.where, todo=self.todo).sentence(language)


def _line(problem: Problem) -> tuple[str, int]:
    name, _, line = problem.where.rpartition(":")
    return (name, int(line)) if line.isdigit() else (problem.where, 0)


class WrittenError(BadInputError):
    """Everything wrong in the files just read, all at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=_line))
        super().__init__(self.problems[0].what, where=self.problems[0].where, todo=self.problems[0].todo)

    def sentence(self, language: str = "zh") -> str:
        """Return every problem, one a line."""
        return "\n".join(problem.sentence("zh" if language == "zh" else "en") for problem in self.problems)


def unknown(kind: Phrase, name: str, known: Iterable[str], where: str) -> Problem:
    """Return the problem of a name that does not exist."""
    error = UnknownNameError(kind, name, known)
    return Problem(where, error.what, error.todo)


def of_validation(
    error: ValidationError, model: type[BaseModel], data: object, where: Callable[[tuple[str | int, ...]], str]
) -> list[Problem]:
    """Turn pydantic's errors into problems in both languages; `where` gives the line of a place in `data`."""
    found: dict[tuple[str, str], Problem] = {}
    details = [(each, _written_place(each["loc"], data)) for each in error.errors(include_url=False)]
    for detail, place in details:
        if detail["type"] == "too_short" and any(other[: len(place)] == place != other for _, other in details):
            continue  # pydantic counts only the items that are right: the wrong ones are already named
        problem = _of_detail(detail, place, model, where)
        found.setdefault((problem.where, problem.what.en), problem)
    return list(found.values())


def _written_place(loc: Sequence[str | int], data: object) -> tuple[str | int, ...]:
    """Return `loc` without the names pydantic gives to the branches of a union."""
    place: list[str | int] = []
    for index, part in enumerate(loc):
        inside = part in data if isinstance(data, dict) else isinstance(part, int) and isinstance(data, list)
        if inside and isinstance(data, dict | list):
            data = data[part]  # type: ignore[index]
        elif index + 1 < len(loc) or not isinstance(data, dict):
            continue
        place.append(part)
    return tuple(place)


def _of_detail(
    detail: ErrorDetails,
    place: tuple[str | int, ...],
    model: type[BaseModel],
    where: Callable[[tuple[str | int, ...]], str],
) -> Problem:
    line, kind, context = where(place), detail["type"], detail.get("ctx", {})
    shown = ".".join(str(part + 1) if isinstance(part, int) else part for part in place) or "文件"
    if kind == "extra_forbidden":
        problem = unknown(Phrase("项", "key"), str(place[-1]), fields_at(model, place[:-1]), line)
        if detail["input"] is None and problem.todo is None:
            return problem._replace(todo=_COMMA)
        return problem
    if kind == "missing":
        return Problem(line, Phrase(f"缺少“{shown}”", f"'{shown}' is missing"))
    if kind == "literal_error":
        allowed = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ").split(", ")
        near = unknown(Phrase("取值", "value"), str(detail["input"]), allowed, line)
        todo = Phrase(f"“{shown}”可取：{'、'.join(allowed)}", f"'{shown}' may be: {', '.join(allowed)}")
        if near.todo:
            todo = Phrase(f"{near.todo.zh}（{todo.zh}）", f"{near.todo.en} ({todo.en})")
        return Problem(line, near.what, todo)
    if kind == "value_error" and isinstance(context.get("error"), PhrasedError):
        return Problem(line, context["error"].phrase)
    zh, en = _PLAIN.get(kind, ("写得不对（{message}）", "is not right ({message})"))
    values = {**context, "message": detail["msg"]}
    return Problem(line, Phrase(f"“{shown}”" + zh.format(**values), f"'{shown}' " + en.format(**values)))


_COMMA = Phrase("花括号里的文字若含英文逗号，请加引号", "within braces, put a text that holds a comma in quotes")
_PLAIN = {
    "string_type": ("应当是一段文字", "should be text"),
    "int_type": ("应当是整数", "should be a whole number"),
    "int_from_float": ("应当是整数", "should be a whole number"),
    "float_type": ("应当是数字", "should be a number"),
    "bool_type": ("应当是 true 或 false", "should be true or false"),
    "tuple_type": ("应当是列表（每行以“- ”开头）", "should be a list (lines that begin with '- ')"),
    "list_type": ("应当是列表（每行以“- ”开头）", "should be a list (lines that begin with '- ')"),
    "dict_type": ("应当是“名字: 值”的一组", "should be a group of 'name: value'"),
    "model_type": ("应当是“名字: 值”的一组", "should be a group of 'name: value'"),
    "model_attributes_type": ("应当是“名字: 值”的一组", "should be a group of 'name: value'"),
    "too_short": (
        "至少要 {min_length} 条，现有 {actual_length} 条",
        "needs {min_length}, has {actual_length}",
    ),
    "string_too_short": ("不能为空", "must not be empty"),
    "string_pattern_mismatch": ("写法应当符合 {pattern}", "should look like {pattern}"),
    "greater_than_equal": ("不能小于 {ge}", "must not be under {ge}"),
    "less_than_equal": ("不能大于 {le}", "must not be over {le}"),
    "date_from_datetime_parsing": ("应当是日期，如 2026-11-20", "should be a date such as 2026-11-20"),
    "date_parsing": ("应当是日期，如 2026-11-20", "should be a date such as 2026-11-20"),
    "date_type": ("应当是日期，如 2026-11-20", "should be a date such as 2026-11-20"),
}


class PhrasedError(ValueError):
    """A validator's error in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.phrase = Phrase(zh, en)


def fields_at(model: type[BaseModel], place: Sequence[str | int]) -> list[str]:
    """Return the names of the keys that may stand at `place` in a file of `model`."""
    models = [model]
    for part in place:
        if isinstance(part, int):
            continue
        annotations = [field.annotation for each in models for name, field in _written(each) if name == part]
        if annotations:  # else a key of a free mapping
            models = [found for annotation in annotations for found in _models(annotation)]
    return [name for each in models for name, _ in _written(each)]


def _written(model: type[BaseModel]) -> list[tuple[str, FieldInfo]]:
    return [(field.alias or name, field) for name, field in model.model_fields.items()]


def _models(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in _models(part)]
