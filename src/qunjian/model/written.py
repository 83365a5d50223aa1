"""Reads YAML that people wrote and remembers the line of every value, so that an error can name it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.model.problems import Problem, WrittenError, of_validation

if TYPE_CHECKING:
    from pathlib import Path

Model = TypeVar("Model", bound=BaseModel)
Place = tuple[str | int, ...]

MOST_BYTES = 4_000_000
_TRUE, _FALSE = frozenset({"true", "True"}), frozenset({"false", "False"})


class Written:
    """One YAML file as plain data, with the line (1-based) of every key and item."""

    def __init__(self, name: str, data: object, lines: dict[Place, int]) -> None:
        self.name = name
        self.data = data
        self.lines = lines

    def where(self, place: Place = ()) -> str:
        """Return "file:line" of the value at `place`, or of its nearest parent that has a line."""
        for end in range(len(place), -1, -1):
            if line := self.lines.get(place[:end]):
                return f"{self.name}:{line}"
        return self.name

    def make(self, model: type[Model]) -> Model:
        """Return the data as `model`; raises WrittenError with every problem, its line and the nearest valid name."""
        try:
            return model.model_validate_json(json.dumps(self.data))
        except ValidationError as error:
            raise WrittenError(of_validation(error, model, self.data, self.where)) from error


def read_written(path: Path, *, name: str | None = None) -> Written:
    """Read one YAML file; `name` is what errors call it (default: the path)."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise BadInputError(
            Phrase("没有这个文件", "there is no such file"),
            where=str(path),
            todo=Phrase("检查路径", "check the path"),
        ) from None
    except OSError as error:
        raise BadInputError(
            Phrase(f"读不了文件：{error.strerror}", f"cannot read the file: {error.strerror}"), where=str(path)
        ) from error
    return parse_written(raw, name=name or str(path))


def parse_written(raw: bytes, *, name: str) -> Written:
    """Turn YAML bytes into data with lines; plain values only, one document."""
    if len(raw) > MOST_BYTES:
        raise BadInputError(Phrase("文件超过 4 MB", "the file is over 4 MB"), where=name)
    try:
        node = yaml.compose(raw.decode("utf-8-sig"), Loader=_LOADER)
    except UnicodeDecodeError as error:
        raise BadInputError(
            Phrase("不是 UTF-8 编码", "not UTF-8"), where=name, todo=Phrase("另存为 UTF-8 再试", "save it as UTF-8")
        ) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise BadInputError(
            Phrase(f"YAML 写法有误：{error.problem}", f"not well-formed YAML: {error.problem}"),
            where=f"{name}:{mark.line + 1}" if mark else name,
            todo=Phrase("检查缩进、冒号后的空格和引号", "check indentation, the space after colons, and quotes"),
        ) from error
    except yaml.YAMLError as error:
        raise BadInputError(
            Phrase("含有 YAML 不允许的字符", "a character that YAML does not allow"), where=name
        ) from error
    lines: dict[Place, int] = {}
    problems: list[Problem] = []
    data = _plain(node, (), lines, problems, name) if node is not None else None
    if problems:
        raise WrittenError(problems)
    return Written(name, data, lines)


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _plain(node: yaml.Node, place: Place, lines: dict[Place, int], problems: list[Problem], name: str) -> object:
    lines.setdefault(place, node.start_mark.line + 1)
    if len(lines) > 200_000 or len(place) > 40:  # an alias bomb: no honest standard is so large or so deep
        raise BadInputError(Phrase("YAML 展开后过大", "the YAML expands to too many values"), where=name)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, place, lines, problems, name)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*place, index), lines, problems, name) for index, item in enumerate(node.value)]
    return _scalar(node)


def _mapping(
    node: yaml.MappingNode, place: Place, lines: dict[Place, int], problems: list[Problem], name: str
) -> dict[str, object]:
    found: dict[str, object] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        line = key_node.start_mark.line + 1
        if key in found:
            problems.append(Problem(f"{name}:{line}", Phrase(f"“{key}”写了两遍", f"'{key}' is written twice")))
            continue
        lines[(*place, key)] = line
        found[key] = _plain(value_node, (*place, key), lines, problems, name)
    return found


def _scalar(node: yaml.Node) -> object:
    """Return a value by YAML 1.2's core rules: dates, times, yes/no and 0-led numbers stay the text people wrote."""
    text = str(node.value)
    if getattr(node, "style", None) in ("'", '"', "|", ">"):
        return text
    if text in ("", "~", "null"):
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    digits = text[1:] if text[:1] == "-" else text
    if digits.isascii() and digits.isdigit() and (digits == "0" or digits[0] != "0") and len(digits) < 16:
        return int(text)
    whole, dot, part = digits.partition(".")
    if dot and whole.isascii() and whole.isdigit() and part.isascii() and part.isdigit() and len(digits) < 16:
        return float(text)
    return text
