"""Mappings: what a sample seems to be, what a draft makes of it, and those kept in the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from qunjian.runs import mapping_trials
from qunjian.sources.finding import find_documents
from qunjian.sources.mapping.drafting import ROLES, Draft, guess_roles, plain_id, written
from qunjian.sources.mapping.loading import shipped_mappings
from qunjian.sources.mapping.sketching import STARTS, FieldSeen, Sketch, sketch
from qunjian_console.bridge.errors import QunjianError
from qunjian_console.bridge.glances import Sample, sample_of
from qunjian_console.bridge.opening import workspace
from qunjian_console.language import say

if TYPE_CHECKING:
    from pathlib import Path

    from qunjian.sources.document import Document

__all__ = ["STARTS", "Draft", "FieldSeen", "Sketch", "guess_roles", "plain_id"]
FORMS = mapping_trials.FORMS
_PAGE = "mapping.yaml"
# Which control of the page a line of the mapping file comes from.
_CONTROLS = {
    "id": "id_title", "name": "id_title", "platform": "id_platform", "start": "id_start", "records": "id_records",
    "delimiter": "id_delimiter", "zone": "id_zone", "formats": "id_form", "fields": "roles", "time": "roles",
    "from": "roles", "skip_lines": "id_skip_lines",
}  # fmt: skip


class Told(msgspec.Struct, frozen=True):
    """One problem in words, and the control it belongs to."""

    control: str
    zh: str
    en: str

    @property
    def words(self) -> str:
        """Return it in the reader's language."""
        return say(self.zh, self.en)


class Tried(msgspec.Struct, frozen=True):
    """What a draft makes of a sample: the file it becomes, what is wrong with it, the parsed beginning."""

    page: str
    problems: tuple[Told, ...] = ()
    sample: Sample | None = None
    forms: tuple[str, ...] = ()


def role_titles() -> dict[str, str]:
    """Return what a field can mean."""
    return {role: say(title.zh, title.en) for role, title in ROLES.items()}


def sketch_of(path: Path, wanted: Sketch | None = None) -> Sketch:
    """Return what a staged file seems to be."""
    document = _document(path)
    return sketch(document, wanted) if document is not None else Sketch("log")


def _document(path: Path) -> Document | None:
    return next((one for one in find_documents((path,)) if one.refusal is None), None)


def try_draft(path: Path, draft: Draft) -> Tried:
    """Parse the beginning of a staged file as the draft says."""
    return try_page(path, written(draft, path.name), draft)


def try_page(path: Path, page: str, draft: Draft | None = None) -> Tried:
    """Parse the beginning of a staged file by a mapping file."""
    document = _document(path)
    if document is None:
        return Tried(page)
    trial = mapping_trials.attempt(workspace(), document, page, name=_PAGE)
    problems = tuple(_told(one.where, one.sentence("zh"), one.sentence("en"), page) for one in trial.problems)
    sample = sample_of(trial.preview, plain=True) if trial.preview is not None else None
    forms: tuple[str, ...] = ()
    if draft is not None and sample is not None and set(sample.seen.rejected) & {"bad_time", "no_time"}:
        when = next((field for field in draft.sketch.fields if field.name == draft.roles.get("time")), None)
        forms = tuple(mapping_trials.fitting_forms(when.samples)) if when is not None else ()
    return Tried(page, problems, sample, forms)


def _told(where: str, zh: str, en: str, page: str) -> Told:
    name, _, line = where.rpartition(":")
    lines = page.split("\n")
    key = ""
    if name and line.isdigit():
        for above in reversed(lines[: int(line)]):
            key = above.strip().removeprefix("- ").partition(":")[0]
            if key in _CONTROLS:
                break
    prefixes = (f"{where}：", f"{where}: ")
    if en.removeprefix(prefixes[1]).startswith("fields "):  # about the file as a whole: nobody is named as the author
        key = "fields"
    return Told(_CONTROLS.get(key, ""), zh.removeprefix(prefixes[0]), en.removeprefix(prefixes[1]))


def keep(page: str, *, anew: bool) -> str:
    """Keep a mapping file in the workspace; returns its id. Raises what is wrong with it."""
    return mapping_trials.keep(workspace(), page, _PAGE, anew=anew).id


def keep_as(name: str, page: str) -> None:
    """Put another text in the place of a mapping file of the workspace; its id stays."""
    mapping_trials.keep(workspace(), page, _PAGE, anew=False, only=name)


def draft_page(draft: Draft, name: str) -> str:
    """Return the mapping file of a draft, made on a sample of that name."""
    return written(draft, name)


def kept() -> list[tuple[str, str, str]]:
    """Return the workspace's mappings: id, title, format; the title of one that cannot be read is empty."""
    opened = workspace()
    return [_line(name) for name in mapping_trials.kept_names(opened)]


def _line(name: str) -> tuple[str, str, str]:
    from_disk = workspace().mappings / f"{name}.yaml"
    try:
        one = mapping_trials.load_mapping(from_disk)
    except QunjianError:
        return name, "", ""
    return name, say(one.name.zh, one.name.en), one.format


def shipped() -> list[tuple[str, str, str]]:
    """Return the mappings that come with the product."""
    return [(one.id, say(one.name.zh, one.name.en), one.format) for one in shipped_mappings()]


def page_of(name: str) -> str | None:
    """Return the text of one of the workspace's mappings, None where there is none of that name."""
    opened = workspace()
    return mapping_trials.kept_page(opened, name) if name in mapping_trials.kept_names(opened) else None
