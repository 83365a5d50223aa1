"""Reads of imports, within what a person may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model

from qunjian_console.bridge.imports import Line, imports, one_import
from qunjian_console.bridge.mappings import page_of
from qunjian_console.ingest.models import Stage, Undoing, Upload
from qunjian_console.policy.rows import Subject

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

    from qunjian_console.policy.roles import Person
    from qunjian_console.policy.rows import Arguments


@dataclass(frozen=True)
class Known:
    """One import of the list, and who brought it; "" where it came by the command line."""

    line: Line
    by: str


def own_upload(arguments: Arguments) -> Subject | None:
    """Return whose upload an address names: nobody else may look into it."""
    owner = Upload.objects.filter(pk=str(arguments["upload"])).values_list("by", flat=True).first()
    return Subject(person=owner) if owner is not None else None


def import_there(arguments: Arguments) -> Subject | None:
    """Return what an import is about, where there is one; of several communities the view decides."""
    line = one_import(str(arguments["import_id"]))
    if line is None:
        return None
    return Subject(community=line.communities[0]) if len(line.communities) == 1 else Subject()


def mapping_there(arguments: Arguments) -> Subject | None:
    """Return a subject without limits where the workspace has a mapping of that name."""
    return Subject() if page_of(str(arguments["name"])) is not None else None


def sees(person: Person, line: Line) -> bool:
    """Return whether a person sees anything of an import."""
    return any(map(person.sees, line.communities)) or (not line.communities and person.sees(""))


def sees_whole(person: Person, line: Line) -> bool:
    """Return whether a person sees everything of an import."""
    return all(map(person.sees, line.communities)) and sees(person, line)


def imports_for(person: Person) -> list[Line]:
    """Return the imports a person may know of, the newest first."""
    return [line for line in imports() if sees(person, line)]


def open_uploads(person: Person) -> QuerySet[Upload]:
    """Return a person's own uploads that are not imported yet."""
    return Upload.objects.filter(by=person.pk).exclude(stage=Stage.DONE)


def bringers(imports: Collection[str]) -> dict[str, str]:
    """Return who brought imports, by name; those of the command line are not among them."""
    uploads = dict(Upload.objects.filter(import_id__in=imports).values_list("import_id", "by"))
    names = dict(get_user_model().objects.filter(pk__in=set(uploads.values())).values_list("pk", "name"))
    return {one: str(names[by]) for one, by in uploads.items() if by in names}


def with_people(lines: list[Line]) -> list[Known]:
    """Return imports with the names of who brought them."""
    brought = bringers([line.import_id for line in lines])
    return [Known(line, brought.get(line.import_id, "")) for line in lines]


def undoing_of(import_id: str) -> Undoing | None:
    """Return who wanted an import taken back, and why."""
    return Undoing.objects.filter(import_id=import_id).first()
