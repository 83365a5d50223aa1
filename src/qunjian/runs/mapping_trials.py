"""Use case: try a mapping that is being written on a sample, keep it in the workspace, list and read those kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from qunjian.engines.arrow import spare_pandas
from qunjian.lake.beside import replace
from qunjian.model.errors import BadInputError, QunjianError
from qunjian.model.language import Phrase
from qunjian.model.problems import Problem, WrittenError
from qunjian.runs.importing import own_mappings
from qunjian.runs.previewing import QUICK_BYTES, Preview, seen_as
from qunjian.sources.mapping.loading import load_mapping, parse_mapping, shipped_mappings
from qunjian.sources.reader import Options
from qunjian.sources.registry import Detector
from qunjian.sources.times import AUTO, wall_times

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from qunjian.sources.document import Document
    from qunjian.sources.mapping.schema import Mapping
    from qunjian.workspace import Workspace

__all__ = ["attempt", "fitting_forms", "keep", "kept_names", "kept_page", "load_mapping"]
FORMS = (
    *AUTO, "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%m/%d/%y %I:%M %p",
    "%d/%m/%y %H:%M", "%m/%d/%Y %I:%M %p", "%m/%d/%Y, %I:%M %p", "%m/%d/%y, %H:%M", "%d/%m/%Y, %H:%M", "%d.%m.%Y %H:%M",
    "%d.%m.%y %H:%M", "%d.%m.%Y, %H:%M", "%Y-%m-%d, %H:%M", "%d %b %Y, %H:%M", "%b %d, %Y %H:%M", "epoch_s",
    "epoch_ms", "epoch_us",
)  # fmt: skip


class Trial(msgspec.Struct, frozen=True):
    """What a mapping makes of a sample: its problems, or the parsed beginning."""

    problems: tuple[Problem, ...] = ()
    preview: Preview | None = None


def attempt(workspace: Workspace, document: Document, page: str, *, name: str, rows: int = 20) -> Trial:
    """Parse the beginning of a sample by a mapping file as an import would; every mistake is named."""
    spare_pandas()
    try:
        mapping = parse_mapping(page.encode(), name)
        options = Options(zone=workspace.settings.zone, slice_bytes=QUICK_BYTES)  # RE2 is linear: this bounds the time
        detection = Detector(mapping.id, (mapping,), options).detect(document)
        return Trial(preview=seen_as(document, detection, rows, whole=False))
    except WrittenError as error:
        return Trial(error.problems)
    except QunjianError as error:
        return Trial((Problem(error.where, error.what, error.todo),))


def fitting_forms(values: Sequence[str]) -> list[str]:
    """Return the forms of time that read all of these values; several where day and month may be either."""
    column = pa.array([value for value in values if value], pa.string())
    if not len(column):
        return []
    return [form for form in FORMS if wall_times(column, (form,))[0].null_count == 0]


def keep(workspace: Workspace, page: str, name: str, *, anew: bool, only: str = "") -> Mapping:
    """Keep a mapping file in the workspace, where import finds it; `anew`: refuse to replace one; `only`: its id."""
    mapping = parse_mapping(page.encode(), name)
    if only and mapping.id != only:
        raise BadInputError(
            Phrase(f"编号应当仍是“{only}”", f"the id should stay '{only}'"),
            todo=Phrase("要换编号，请另存一个", "to change it, save another mapping"),
        )
    path = workspace.mappings / f"{mapping.id}.yaml"
    taken = {one.id for one in shipped_mappings()} | ({one.id for one in own_mappings(workspace)} if anew else set())
    if mapping.id in taken or (anew and path.exists()):
        raise BadInputError(
            Phrase(f"已经有一个映射叫“{mapping.id}”", f"there is a mapping '{mapping.id}' already"),
            todo=Phrase("换一个编号", "choose another id"),
        )
    workspace.mappings.mkdir(exist_ok=True)
    replace(path, page.encode())
    return mapping


def kept_page(workspace: Workspace, name: str) -> str:
    """Return the text of a mapping file of the workspace; raises where there is none of that name."""
    path = _kept(workspace).get(name)
    if path is None:
        raise BadInputError(
            Phrase(f"没有映射“{name}”", f"there is no mapping '{name}'"), todo=Phrase("回到列表", "go back to the list")
        )
    return path.read_bytes().decode("utf-8", "replace")


def kept_names(workspace: Workspace) -> list[str]:
    """Return the names of the workspace's own mapping files, without their ending."""
    return sorted(_kept(workspace))


def _kept(workspace: Workspace) -> dict[str, Path]:
    return {path.stem: path for path in workspace.mappings.glob("*.yaml")}
