"""Data quality: what came in of which group week by week, what is overdue, signs worth checking, what is unknown."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import redirect, render

from qunjian_console.accounts.models import User
from qunjian_console.audit.services import actor_of
from qunjian_console.bridge.formats import format_titles
from qunjian_console.bridge.quality import FIELDS, LATE, SIGNS, STATES, Sign, Standing, message_at, quality, signs
from qunjian_console.frame.paging import page_of
from qunjian_console.ingest.handlers import LOOK
from qunjian_console.ingest.selectors import bringers
from qunjian_console.jobs.handling import NoParameters
from qunjian_console.jobs.models import OPEN, Job
from qunjian_console.jobs.services import enqueue
from qunjian_console.language import say
from qunjian_console.messages.refs import ref_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_SIZE = 50


@dataclass(frozen=True)
class SignLine:
    """One sign as a page shows it."""

    sign: Sign
    name: str

    @property
    def kind(self) -> str:
        """Return its kind in words."""
        return SIGNS[self.sign.kind]

    @property
    def words(self) -> str:
        """Return what is seen, in the reader's language."""
        return say(self.sign.words.zh, self.sign.words.en)

    @property
    def at(self) -> str:
        """Return the moment to look at."""
        return self.sign.first.isoformat() if self.sign.first is not None else ""

    @property
    def expected(self) -> str:
        """Return how many like it chance would make, "" for a plain fact."""
        return "" if self.sign.expected is None else f"{self.sign.expected:.2g}"


def _reader(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 (the guard lets nobody else through)
    return request.user


def _state(one: Standing) -> str:
    said = STATES.get(one.state or "", "")
    return say("{state} {n} 天", "{state} by {n} days", state=said, n=one.days_late) if one.state == "overdue" else said


def show(request: HttpRequest) -> HttpResponse:
    """Show every community in scope, and the signs."""
    user, all_signs = _reader(request), signs()
    found = quality()
    seen = [one for one in found.communities if user.sees(one.community_id)]
    names = {one.community_id: one.name for one in seen}
    own = [SignLine(one, names.get(one.community_id, one.community_id)) for one in all_signs or ()
           if user.sees(one.community_id)]  # fmt: skip
    kind = request.GET.get("kind", "")
    job = Job.objects.filter(kind=LOOK.kind, state__in=OPEN).first()
    page = page_of(request, seen, _SIZE)
    context = {
        "page": page, "rows": [(one, _state(one), one.state in LATE) for one in page.object_list],
        "weeks": found.weeks, "registered": sum(one.registered for one in seen),
        "received": sum(one.registered and one.files > 0 for one in seen),
        "late": sum(one.state in LATE for one in seen), "looked": all_signs is not None, "job": job,
        "signs": [line for line in own if not kind or line.sign.kind == kind][:100], "all_signs": len(own),
        "kinds": {line.sign.kind: line.kind for line in own}, "kind": kind, "total": len(seen),
        "posts": sum(one.messages for one in seen), "mute": sum(one.mute for one in seen),
    }  # fmt: skip
    return render(request, "ingest/quality.html", context)


def look(request: HttpRequest) -> HttpResponse:
    """Look for signs in the whole record, as a job."""
    enqueue(LOOK.kind, NoParameters(), actor_of(request), once=LOOK.kind)
    return redirect("ingest:quality")


def one(request: HttpRequest, community: str) -> HttpResponse:
    """Show one community: its weeks, its files and who supplied them, its signs, what is unknown."""
    found = quality()
    here = next((each for each in found.communities if each.community_id == community), None)
    if here is None:
        raise Http404
    files = [file for file in found.files if community in file.communities]
    page = page_of(request, files, _SIZE)
    brought, titles = bringers({file.import_id for file in page.object_list}), format_titles()
    context = {
        "here": here, "state": _state(here), "page": page,
        "files": [(file, titles.get(file.format, file.format), brought.get(file.import_id, ""))
                  for file in page.object_list],
        "signs": [SignLine(each, here.name) for each in signs() or () if each.community_id == community][:100],
        "looked": signs() is not None, "absent": [FIELDS[field] for field in here.absent],
        "partly": [FIELDS[field] for field in here.partly],
    }  # fmt: skip
    return render(request, "ingest/quality_one.html", context)


def moment(request: HttpRequest, community: str) -> HttpResponse:
    """Lead to the message at a moment."""
    try:
        at = dt.datetime.fromisoformat(request.GET.get("at", ""))
    except ValueError:
        at = dt.datetime.now(dt.UTC)
    key = message_at(community, at if at.tzinfo else at.replace(tzinfo=dt.UTC))
    if key is None:
        return redirect("ingest:quality")
    return redirect("messages:around", ref=ref_of(key))
