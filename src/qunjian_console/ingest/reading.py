"""Reads uploads: where their files lie, how they are to be read, and what was seen of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from qunjian_console.bridge.glances import Glance, Looker, Manner
from qunjian_console.ingest import staging

if TYPE_CHECKING:
    from pathlib import Path

    from qunjian_console.ingest.models import StagedFile, Upload


def manner_of(upload: Upload) -> Manner:
    """Return how an upload is to be read."""
    return Manner(upload.forced, upload.community, upload.zone, upload.me)


def place_of(file: StagedFile) -> Path:
    """Return where a file lies."""
    return staging.folder_of(file.upload_id) / file.place


def paths_of(upload: Upload) -> tuple[Path, ...]:
    """Return the files and folders an import of the upload reads."""
    tree = staging.tree(upload.pk)
    return tuple(sorted(tree.iterdir())) if tree.is_dir() else ()


def tables_of(upload: Upload) -> list[tuple[str, Path]]:
    """Return the tables of decisions among the files, each with its kind; registers first."""
    found = [(glance_of(file), file) for file in upload.files.filter(place__startswith="tables/")]
    return sorted((glance.table, place_of(file)) for glance, file in found if glance is not None)[::-1]


def looker_of(upload: Upload) -> Looker:
    """Return what looks at the files of an upload."""
    return Looker(paths_of(upload), manner_of(upload))


def glance_of(file: StagedFile) -> Glance | None:
    """Return what was seen of a file, None before it was looked at."""
    return msgspec.json.decode(file.glance, type=Glance) if file.glance else None
