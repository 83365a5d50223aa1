"""Loads mapping files and says, line by line and with the nearest name, what is wrong in them."""

from __future__ import annotations

import json
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, get_args
from zoneinfo import available_timezones

import yaml
from pydantic import BaseModel, ValidationError

from qunjian.model.errors import BadInputError, UnknownNameError
from qunjian.model.language import Phrase
from qunjian.sources.mapping.schema import Mapping

if TYPE_CHECKING:
    from pathlib import Path

Place = tuple[str | int, ...]
MAX_BYTES = 1_000_000
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class MappingError(BadInputError):
    """Everything wrong in one mapping file."""

    def __init__(self, problems: list[BadInputError]) -> None:
        self.problems = problems
        super().__init__(problems[0].what, where=problems[0].where, todo=problems[0].todo)

    def sentence(self, language: str = "zh") -> str:
        """Return every problem, one a line."""
        return "\n".join(problem.sentence(language) for problem in self.problems)


def load_mapping(path: Path) -> Mapping:
    """Return the mapping in a file."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadInputError(
            Phrase(f"读不了文件：{error.strerror}", f"cannot read the file: {error.strerror}"), where=str(path)
        ) from error
    return parse_mapping(raw, str(path))


@lru_cache(maxsize=1)
def shipped_mappings() -> tuple[Mapping, ...]:
    """Return the mappings that come with the product, by id."""
    folder = files("qunjian.sources") / "mappings"
    pages = sorted((page for page in folder.iterdir() if page.name.endswith(".yaml")), key=lambda page: page.name)
    return tuple(parse_mapping(page.read_bytes(), page.name) for page in pages)


def parse_mapping(raw: bytes, name: str) -> Mapping:
    """Return the mapping written in YAML; raises MappingError naming file and line."""
    if len(raw) > MAX_BYTES:
        raise BadInputError(Phrase("映射文件超过 1 MB", "the mapping file is over 1 MB"), where=name)
    lines: dict[Place, int] = {}
    try:
        node = yaml.compose(raw.decode("utf-8-sig"), Loader=_LOADER)
        data = _plain(node, (), lines) if node is not None else {}
    except UnicodeDecodeError:
        raise BadInputError(Phrase("映射文件须为 UTF-8", "a mapping file must be UTF-8"), where=name) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{name}:{mark.line + 1}" if mark else name
        raise BadInputError(
            Phrase(
                f"YAML 写法有误：{getattr(error, 'problem', error)}", f"not YAML: {getattr(error, 'problem', error)}"
            ),
            where=where,
            todo=Phrase("检查缩进和冒号后的空格", "check indentation and the space after colons"),
        ) from None
    try:
        found = Mapping.model_validate_json(json.dumps(data))
    except ValidationError as error:
        problems = [_problem(each, data, lines, name) for each in error.errors(include_url=False)]
        raise MappingError(problems) from None
    if found.time.zone and found.time.zone not in available_timezones():
        where = _where(("time", "zone"), lines, name)
        raise UnknownNameError(Phrase("时区", "time zone"), found.time.zone, available_timezones(), where=where)
    return found


def _plain(node: yaml.Node, place: Place, lines: dict[Place, int]) -> Any:
    lines.setdefault(place, node.start_mark.line + 1)
    if len(lines) > 20_000:
        raise yaml.YAMLError("too many values")
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            lines[(*place, key)] = key_node.start_mark.line + 1
            found[key] = _plain(value_node, (*place, key), lines)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*place, index), lines) for index, item in enumerate(node.value)]
    return _scalar(node)


def _scalar(node: yaml.Node) -> Any:
    text = str(node.value)
    if getattr(node, "style", None) in ("'", '"', "|", ">"):
        return text
    plain = {"": None, "~": None, "null": None, "true": True, "false": False}
    if text in plain:
        return plain[text]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


def _where(place: Place, lines: dict[Place, int], name: str) -> str:
    for end in range(len(place), -1, -1):
        if line := lines.get(place[:end]):
            return f"{name}:{line}"
    return name


def _problem(detail: Any, data: Any, lines: dict[Place, int], name: str) -> BadInputError:
    place = _written(detail["loc"], data)
    where = _where(place, lines, name)
    shown = ".".join(str(part) for part in place)
    kind = detail["type"]
    if kind == "extra_forbidden":
        return UnknownNameError(Phrase("设置", "setting"), str(place[-1]), _names_at(place[:-1]), where=where)
    if kind == "missing":
        return BadInputError(Phrase(f"缺少“{shown}”", f"'{shown}' is missing"), where=where)
    if kind == "literal_error":
        known = [word.strip("' ") for word in detail["ctx"]["expected"].replace(" or ", ", ").split(",")]
        near = get_close_matches(str(detail["input"]), known, n=1, cutoff=0.4) or known
        todo = Phrase("可用：" + "、".join(near), "use: " + ", ".join(near))
        return BadInputError(
            Phrase(f"“{shown}”不能是“{detail['input']}”", f"'{shown}' cannot be '{detail['input']}'"),
            where=where,
            todo=todo,
        )
    said = detail["msg"].removeprefix("Value error, ")
    return BadInputError(Phrase(f"“{shown or name}”不对：{said}", f"'{shown or name}': {said}"), where=where)


def _written(place: Place, data: Any) -> Place:
    """Return the place as the person wrote it (pydantic adds names of union members)."""
    out: list[str | int] = []
    part: Any
    for part in place:
        if (isinstance(data, dict) and part in data) or (isinstance(data, list) and isinstance(part, int)):
            data = data[part]
            out.append(part)
        elif part == place[-1]:
            out.append(part)
    return tuple(out)


def _names_at(place: Place) -> list[str]:
    """Return the names that may stand at a place of the mapping."""
    model: type[BaseModel] = Mapping
    for part in place:
        if isinstance(part, int):
            continue
        found = next((f for n, f in model.model_fields.items() if part in (n, f.alias)), None)
        inner = _model_in(found.annotation) if found else None
        if inner is None:
            return []
        model = inner
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        if (found := _model_in(inner)) is not None:
            return found
    return None
