"""Beginning, changing, restoring and discarding drafts; two who save at once never overwrite each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from qunjian_console.audit.services import record
from qunjian_console.bridge import drafting
from qunjian_console.standards import entries
from qunjian_console.standards.models import Draft, DraftState, Revision, What

if TYPE_CHECKING:
    from collections.abc import Callable

    from qunjian_console.audit.services import Actor
    from qunjian_console.bridge.drafting import Draft as Content
    from qunjian_console.bridge.drafting import Whole
    from qunjian_console.bridge.standards import Place


class ConflictError(Exception):
    """Somebody saved the same part since it was opened; `theirs` is the revision that did."""

    def __init__(self, theirs: Revision) -> None:
        super().__init__(str(theirs))
        self.theirs = theirs


class ClosedError(Exception):
    """The draft is proposed, published or discarded: nothing in it changes any more."""


def writer(actor: Actor) -> int:
    """Return who writes; the program itself writes no draft."""
    if actor.person is None:
        raise ValueError("a draft is written by a person")
    return actor.person


@transaction.atomic
def begin(place: Place, whole: Whole, title: str, actor: Actor, *, name: str, version: str) -> Draft:
    """Copy a standard into a new draft."""
    content = drafting.begin(whole, name=name, title=title, version=version)
    made = Draft.objects.create(
        standard=name, title=title, source_origin=place.origin, source_name=place.name, by_id=writer(actor)
    )
    Revision.objects.create(draft=made, number=1, content=content, what=What.BEGUN, by_id=writer(actor))
    record(
        entries.BEGUN, actor, subject=f"draft:{made.pk}",
        after={"title": title, "source": f"{place.origin}:{place.name}", "content": content},
    )  # fmt: skip
    return made


@transaction.atomic
def change(
    draft: Draft,
    base: int,
    apply: Callable[[Content, Whole], Content],
    touched: Callable[[Whole], object],
    what: What,
    actor: Actor,
    about: str = "",
) -> Revision:
    """Save a change made on revision `base`; refused where others since changed the part it is about (`touched`)."""
    row = Draft.objects.select_for_update().get(pk=draft.pk)
    if row.state != DraftState.OPEN:
        raise ClosedError
    head = row.revisions.get(number=row.head)
    if base != row.head:
        opened = row.revisions.filter(number=base).first()
        if opened is None or touched(drafting.whole_at(opened.content)) != touched(drafting.whole_at(head.content)):
            raise ConflictError(head)
    before = drafting.draft_at(head.content)
    content = drafting.keep(apply(before, drafting.base_of(before)))
    return head if content == head.content else _saved(row, content, what, actor, about)


@transaction.atomic
def restore(draft: Draft, number: int, actor: Actor) -> Revision:
    """Make an earlier state the newest; what came after stays in the history."""
    row = Draft.objects.select_for_update().get(pk=draft.pk)
    if row.state != DraftState.OPEN:
        raise ClosedError
    wanted = row.revisions.get(number=number)
    head = row.revisions.get(number=row.head)
    return head if wanted.content == head.content else _saved(row, wanted.content, What.RESTORED, actor, str(number))


@transaction.atomic
def discard(draft: Draft, actor: Actor) -> None:
    """Put a draft away; its contents stay."""
    if Draft.objects.filter(pk=draft.pk, state=DraftState.OPEN).update(state=DraftState.DISCARDED):
        record(entries.DISCARDED, actor, subject=f"draft:{draft.pk}", after={"title": draft.title})


def _saved(row: Draft, content: str, what: What, actor: Actor, about: str) -> Revision:
    row.head += 1
    row.changed = timezone.now()
    standard = drafting.draft_at(content).standard
    row.title = standard.name.zh
    row.save(update_fields=["head", "changed", "title"])
    made = Revision.objects.create(
        draft=row, number=row.head, content=content, what=what, subject=about, by_id=writer(actor)
    )
    record(
        entries.SAVED, actor, subject=f"draft:{row.pk}",
        after={"title": row.title, "number": row.head, "what": str(what.value), "about": about, "content": content},
    )  # fmt: skip
    return made
