"""Finds a standard by name or path, merges in what it extends, and checks every name it uses."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qunjian.model.errors import BadInputError, UnknownNameError
from qunjian.model.language import Phrase
from qunjian.model.problems import Problem, WrittenError
from qunjian.model.written import Written, read_written
from qunjian.standards.names import check_names
from qunjian.standards.schema import Standard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.model.catalogue import Catalogue

STANDARD = Phrase("标准", "standard")
MOST_LEVELS = 8


def library() -> Path:
    """Return the folder of the standards that come with the product."""
    return Path(str(files("qunjian.standards") / "library"))


def list_standards(folders: Sequence[Path] = ()) -> dict[str, Path]:
    """Return every standard's file by the file's stem: those in `folders` first, then the shipped ones."""
    found: dict[str, Path] = {}
    for folder in (*folders, library()):
        for path in sorted(folder.glob("*.yaml")):
            found.setdefault(path.stem, path)
    return found


def find_standard(name_or_path: str | Path, folders: Sequence[Path] = ()) -> Path:
    """Return the file of a standard given by path, by its file's name, by its id, or by its Chinese or English name."""
    text = str(name_or_path)
    if isinstance(name_or_path, Path) or text.endswith((".yaml", ".yml")) or "/" in text or "\\" in text:
        path = Path(name_or_path)
        if not path.is_file():
            raise BadInputError(Phrase("没有这个文件", "there is no such file"), where=text)
        return path
    known = list_standards(folders)
    if text in known:
        return known[text]
    called: dict[str, Path] = {}
    for names in zip(*(_called(path) for path in known.values()), strict=True):  # every id before any title
        for name, path in zip(names, known.values(), strict=True):
            called.setdefault(name, path)
    if called.get(text):
        return called[text]
    error = UnknownNameError(STANDARD, text, {*known, *called})
    if error.todo is None:
        error.todo = Phrase("qunjian standard list 列出能用的", "qunjian standard list shows those at hand")
    raise error


def _called(path: Path) -> tuple[str, str, str]:
    """Return a standard's id and its two titles; a file that cannot be read is called by its name alone."""
    try:
        standard = read_written(path).make(Standard)
    except BadInputError:
        return path.stem, path.stem, path.stem
    return standard.id, standard.name.zh, standard.name.en


def load_standard(name_or_path: str | Path, catalogue: Catalogue, *, folders: Sequence[Path] = ()) -> Standard:
    """Return the standard with everything it extends merged in; raises with every problem of every file read."""
    chain = _chain(find_standard(name_or_path, folders), folders)
    problems: list[Problem] = []
    parts: list[dict[str, Any]] = []
    for written in chain:
        try:
            standard = written.make(Standard)
            problems.extend(check_names(standard, catalogue, written.where))
            parts.append(standard.model_dump(mode="json", by_alias=True, exclude_unset=True))
        except WrittenError as error:
            problems.extend(error.problems)
    if problems:
        raise WrittenError(problems)
    merged = parts[-1]
    for part in reversed(parts[:-1]):
        merged = merge(merged, part)
    return Written(chain[0].name, merged, chain[0].lines).make(Standard)


def _chain(path: Path, folders: Sequence[Path]) -> list[Written]:
    """Return the file and those it extends, nearest first."""
    chain: list[Written] = []
    seen: list[Path] = []
    while True:
        written = read_written(path, name=path.name)
        chain.append(written)
        seen.append(path.resolve())
        parent = written.data.get("extends") if isinstance(written.data, dict) else None
        if not isinstance(parent, str):
            return chain
        try:
            path = find_standard(parent, (path.parent, *folders))
        except BadInputError as error:
            raise WrittenError([Problem(written.where(("extends",)), error.what, error.todo)]) from error
        if path.resolve() in seen or len(chain) >= MOST_LEVELS:
            raise WrittenError(
                [
                    Problem(
                        written.where(("extends",)),
                        Phrase(
                            f"继承成环或超过 {MOST_LEVELS} 层", f"extends runs in a circle or over {MOST_LEVELS} levels"
                        ),
                        Phrase("让继承止于一个不再继承的标准", "let it end at a standard that extends nothing"),
                    )
                ]
            )


_BY_ID = ("goals", "topics", "indicators", "facts", "duties", "guidance", "judge")
_OWN = ("version", "extends", "summary", "effective", "scope")


def merge(parent: dict[str, Any], child: dict[str, Any]) -> dict[str, Any]:
    """Return the child's content laid over its parent's: items of the same id are replaced, others added."""
    merged = {key: value for key, value in parent.items() if key not in _OWN}
    for key, value in child.items():
        if key in _BY_ID:
            merged[key] = _over(parent.get(key, []), value)
        elif key == "rules":
            merged[key] = _rules(parent.get(key, {}), value)
        elif key in ("scorecard", "review"):  # a form is a whole: its items are not mixed with the parent's
            merged[key] = {**parent.get(key, {}), **value}
        else:
            merged[key] = value
    return merged


def _over(parent: list[dict[str, Any]], child: list[dict[str, Any]]) -> list[dict[str, Any]]:
    changed = {item["id"]: item for item in child}
    kept = [changed.pop(item["id"], item) for item in parent]
    return kept + list(changed.values())


def _rules(parent: dict[str, Any], child: dict[str, Any]) -> dict[str, Any]:
    return {
        "packs": list(dict.fromkeys([*parent.get("packs", []), *child.get("packs", [])])),
        "off": list(dict.fromkeys([*parent.get("off", []), *child.get("off", [])])),
        "severity": {**parent.get("severity", {}), **child.get("severity", {})},
        "exceptions": [*parent.get("exceptions", []), *child.get("exceptions", [])],
    }
