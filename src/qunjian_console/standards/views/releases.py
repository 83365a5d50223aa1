"""Publishing: the diff in words, the back-test, the proposal, the second person's word, the announcement."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from qunjian_console.audit.services import actor_of
from qunjian_console.bridge import drafting, publishing
from qunjian_console.bridge.standards import Phrase
from qunjian_console.jobs.models import Job
from qunjian_console.jobs.services import enqueue
from qunjian_console.language import say
from qunjian_console.messages.services import reader
from qunjian_console.standards import releases
from qunjian_console.standards.forms import AloneForm, ProposeForm, ReturnForm, TellForm
from qunjian_console.standards.handlers import BACKTEST, DraftWish
from qunjian_console.standards.models import Draft, DraftState, Release, ReleaseState
from qunjian_console.standards.services import releases as services
from qunjian_console.standards.services.drafts import ClosedError

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

CLOSED = say("这份草稿已经提交、发布或丢弃。", "The draft was proposed, published or discarded already.")
EARLY = say(
    "生效日期不能早于今天：不对过去的事打分。", "The first day must not lie in the past: nobody is scored backwards."
)
PASSED = say("生效日期已过，请退回后改一个日期。", "The first day has passed: send it back and choose another.")
NOT_YOU = say(
    "需要另一个人发布：提交人和改过这份草稿的人不能自己发布。",
    "Somebody else must publish: neither who proposed it nor who wrote in it.",
)
WRONG = Phrase("这些规则的样例不符，先改好：{rules}", "Mend these rules first, their samples are wrong: {rules}")
PUBLISHED = Phrase("已发布，自 {day} 起生效。", "Published, in force from {day} on.")
_SHOWN = 15  # rules of a back-test


def propose(request: HttpRequest, draft: int) -> HttpResponse:
    """Show what would change, test it on the last weeks, and put it up for publishing."""
    found = get_object_or_404(Draft, pk=draft)
    digest = found.digest
    before = releases.edition_in_force()
    changes = publishing.differences(before, digest)
    form = ProposeForm(request.POST or None, initial={
        "starts": publishing.next_monday(), "announcement": announcement_of(found.title, changes),
    })  # fmt: skip
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = services.propose(found, given["starts"], given["announcement"], actor_of(request))
        except ClosedError:
            messages.error(request, CLOSED)
        except services.TooEarlyError:
            form.add_error("starts", EARLY)
        except services.SamplesError as wrong:
            form.add_error(None, say(WRONG.zh, WRONG.en, rules="、".join(wrong.rules)))
        else:
            return redirect("standards:release", release=made.pk)
    return render(request, "standards/propose.html", {
        "draft": found, "standard": drafting.draft_at(digest).standard, "form": form, "before": before,
        "changes": changes, "open": found.state == DraftState.OPEN, **_backtest(digest),
    })  # fmt: skip


def announcement_of(title: str, changes: list[publishing.Change]) -> str:
    """Return the text an announcement begins with: the first of the changes, in words."""
    told = [str(say(each.said.zh, each.said.en)) for each in changes[:12]]  # without values: braces stay as they are
    head = str(
        say("《{title}》有新版本，主要改动：", "There is a new version of '{title}'. What changes:", title=title)
    )
    rest = [str(say("……共 {n} 处。", "… {n} in all.", n=len(changes)))] if len(changes) > len(told) else []
    return "\n".join([head, *(f"· {each[:200]}" for each in told), *rest])


def _backtest(digest: str) -> dict[str, object]:
    wish = json.dumps({"content": digest}, separators=(",", ":"))
    job = Job.objects.filter(kind=BACKTEST.kind, parameters=wish).first()
    result = job.shown if job is not None and job.state == "done" else {}
    rules = result.get("rules", [])
    shown = rules[:_SHOWN] if isinstance(rules, list) else []
    return {"job": job, "tested": result, "tested_rules": shown}


def backtest(request: HttpRequest, draft: int) -> HttpResponse:
    """Start the back-test of a draft's newest state."""
    found = get_object_or_404(Draft, pk=draft)
    digest = found.digest
    enqueue(BACKTEST.kind, DraftWish(digest), actor_of(request), once=f"{BACKTEST.kind}:{digest}")
    return redirect("standards:propose", draft=draft)


def show(request: HttpRequest, release: int) -> HttpResponse:
    """Show a proposal or a published version: what changes, the back-test, who may decide, who was told."""
    found = get_object_or_404(Release.objects.select_related("by", "decided_by", "draft"), pk=release)
    waiting = found.state == ReleaseState.PROPOSED
    before = releases.edition_in_force() if waiting else drafting.base_edition(found.digest)
    may = releases.deciders(found)
    me = request.user.pk
    return render(request, "standards/release.html", {
        "release": found, "waiting": waiting, "before": before, "changes": publishing.differences(before, found.digest),
        "deciders": may, "can_publish": waiting and me in {each.pk for each in may.people},
        "alone": waiting and may.alone and me == found.by_id, "mine": me == found.by_id,
        "alone_form": AloneForm(), "return_form": ReturnForm(), "tell_form": TellForm(),
        "readings": releases.readings(found) if found.state == ReleaseState.PUBLISHED else [],
        **_backtest(found.digest),
    })  # fmt: skip


def publish(request: HttpRequest, release: int) -> HttpResponse:
    """Publish, as the second person or, where there is none, with a reason."""
    found = get_object_or_404(Release, pk=release)
    reason = request.POST.get("reason", "").strip()[:500]
    try:
        services.publish(found, actor_of(request), reason)
    except ClosedError:
        messages.error(request, CLOSED)
    except services.NotYouError:
        messages.error(request, NOT_YOU)
    except services.TooEarlyError:
        messages.error(request, PASSED)
    else:
        messages.success(request, say(PUBLISHED.zh, PUBLISHED.en, day=found.starts.isoformat()))
    return redirect("standards:release", release=release)


def send_back(request: HttpRequest, release: int) -> HttpResponse:
    """Send a proposal back with a reason."""
    found = get_object_or_404(Release, pk=release)
    form = ReturnForm(request.POST)
    try:
        if form.is_valid():
            services.send_back(found, actor_of(request), form.cleaned_data["reason"])
    except ClosedError:
        messages.error(request, CLOSED)
    except services.NotYouError:
        messages.error(request, NOT_YOU)
    else:
        if form.is_valid():
            return redirect("standards:draft", draft=found.draft_id)
        messages.error(request, say("请写明理由。", "Say why."))
    return redirect("standards:release", release=release)


def announcement(request: HttpRequest, release: int) -> HttpResponse:
    """Show the announcement of a published version to whom it binds."""
    found = get_object_or_404(Release, pk=release, state=ReleaseState.PUBLISHED)
    told = found.told.filter(user=request.user.pk).first()
    return render(request, "standards/announcement.html", {"release": found, "told": told})


def know(request: HttpRequest, release: int) -> HttpResponse:
    """Say that one has read it."""
    found = get_object_or_404(Release, pk=release, state=ReleaseState.PUBLISHED)
    services.know(found, reader(request), actor_of(request))
    return redirect("standards:announcement", release=release)


def tell(request: HttpRequest, release: int) -> HttpResponse:
    """Record that people were told outside the console."""
    found = get_object_or_404(Release, pk=release, state=ReleaseState.PUBLISHED)
    form = TellForm(request.POST)
    known = set(releases.bound())
    people = [name for name in request.POST.getlist("people") if name in known]
    if form.is_valid() and people:
        count = services.tell(found, people, form.cleaned_data["how"], actor_of(request))
        messages.success(request, say("已记录 {n} 人。", "{n} people recorded.", n=count))
    else:
        messages.error(request, say("请勾选人员并写明怎样告知的。", "Tick who, and say how they were told."))
    return redirect("standards:release", release=release)
