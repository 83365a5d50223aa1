"""Lists the formats that can be read: readers, shipped mappings, and the workspace's own mapping files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from qunjian.model.capabilities import FIELDS, Answer, Capabilities
from qunjian.model.errors import WorkspaceError
from qunjian.model.language import Phrase
from qunjian.sources.mapping.loading import load_mapping, shipped_mappings
from qunjian.sources.registry import FORMATS
from qunjian.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from qunjian.sources.mapping.schema import Mapping


class FormatRow(msgspec.Struct, frozen=True):
    """One readable format; `kind`: built_in, shipped (a mapping of ours) or own (a mapping of the workspace)."""

    format: str
    title: Phrase
    kind: Literal["built_in", "shipped", "own"]
    platform: str
    capabilities: dict[str, Answer]


def format_rows(workspace: Path | None) -> list[FormatRow]:
    """Return every format; without a workspace, those that come with the product."""
    rows = [
        FormatRow(name, reader.title, "built_in", "", _answers(reader.capabilities))
        for name, reader in FORMATS.items()
        if name != "mapping"
    ]
    rows += [_of_mapping(mapping, "shipped") for mapping in shipped_mappings()]
    try:
        folder = Workspace.find(workspace).mappings
    except WorkspaceError:
        if workspace is not None:
            raise
        return rows
    return rows + [_of_mapping(load_mapping(path), "own") for path in sorted(folder.glob("*.yaml"))]


def _of_mapping(mapping: Mapping, kind: Literal["shipped", "own"]) -> FormatRow:
    title = Phrase(mapping.name.zh, mapping.name.en)
    return FormatRow(f"mapping:{mapping.id}", title, kind, mapping.platform, _answers(mapping.answers))


def _answers(capabilities: Capabilities) -> dict[str, Answer]:
    return {field: capabilities.knows(field) for field in FIELDS}
