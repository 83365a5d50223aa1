"""Loads mapping files: the team's own and those that come with the product."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from qunjian.model.language import Phrase
from qunjian.model.problems import WrittenError, unknown
from qunjian.model.written import parse_written, read_written
from qunjian.sources.mapping.schema import Mapping

if TYPE_CHECKING:
    from pathlib import Path

    from qunjian.model.written import Written


def load_mapping(path: Path) -> Mapping:
    """Return the mapping in a file; raises WrittenError naming file, line and the nearest valid name."""
    try:
        status = path.stat()
    except OSError:
        return _checked(read_written(path))  # which says why
    return _loaded(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=64)
def _loaded(path: Path, _changed: int, _size: int) -> Mapping:
    """Read a file once, however many documents are asked about one by one (a large mapping takes 7 ms)."""
    return _checked(read_written(path))


@lru_cache(maxsize=1)
def shipped_mappings() -> tuple[Mapping, ...]:
    """Return the mappings that come with the product, by id."""
    folder = files("qunjian.sources") / "mappings"
    pages = sorted((page for page in folder.iterdir() if page.name.endswith(".yaml")), key=lambda page: page.name)
    return tuple(parse_mapping(page.read_bytes(), page.name) for page in pages)


def parse_mapping(raw: bytes, name: str) -> Mapping:
    """Return the mapping written in YAML bytes, as `load_mapping` does."""
    return _checked(parse_written(raw, name=name))


def _checked(written: Written) -> Mapping:
    found = written.make(Mapping)
    if found.time.zone and found.time.zone not in available_timezones():
        where = written.where(("time", "zone"))
        raise WrittenError([unknown(Phrase("时区", "time zone"), found.time.zone, available_timezones(), where)])
    return found
