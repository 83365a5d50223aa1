"""A rule from a message: words, samples and near misses are suggested, tried at once, and saved to a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from qunjian_console.audit.services import actor_of
from qunjian_console.bridge import backtests, drafting
from qunjian_console.bridge.rule_sheets import Sheet, judged
from qunjian_console.bridge.suggestions import suggestions
from qunjian_console.jobs.models import Job
from qunjian_console.jobs.services import enqueue
from qunjian_console.messages.refs import key_of
from qunjian_console.messages.services import looked_at, open_around, reader
from qunjian_console.standards import releases, rule_form, selectors
from qunjian_console.standards.handlers import REACH, RuleWish
from qunjian_console.standards.models import Draft, DraftState, What
from qunjian_console.standards.services import drafts as services
from qunjian_console.standards.views.rule_editing import outcome, sent
from qunjian_console.standards.views.saving import saved

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest

    from qunjian_console.bridge.rule_sheets import Judged

_UNSAVED = "own.rule_1"  # what a rule is called before it is in a draft


def begin(request: HttpRequest, ref: str) -> HttpResponse:
    """Show the form, filled from the message; save the rule to a draft, a new one where there is none."""
    if request.method == "POST":
        return _save(request, ref)
    text = _text(request, ref)
    person = reader(request)
    found = suggestions(text, None if person.everywhere else sorted(person.communities))
    looked_at(request, found.shown)
    sheet = rule_form.from_message(_UNSAVED, text, found)
    return _form(request, ref, sheet, judged(sheet), [each.phrase for each in found.phrases[3:15]], text)


def _text(request: HttpRequest, ref: str) -> str:
    key = key_of(ref)
    lines = open_around(request, key, before=0, after=0) if key is not None else ()
    line = next((each for each in lines if each.centre), None)
    if line is None:
        raise Http404
    return "".join(part.text for part in line.parts)


def _save(request: HttpRequest, ref: str) -> HttpResponse:
    sheet = sent(request, Sheet(id=_UNSAVED))
    verdict = judged(sheet)
    if verdict.rule is None:
        return _form(request, ref, sheet, verdict, [], "")
    wanted = request.POST.get("draft", "")
    draft = (
        get_object_or_404(Draft, pk=int(wanted), state=DraftState.OPEN)
        if wanted.isascii() and wanted.isdecimal() and len(wanted) < 18 else _new_draft(request)
    )  # fmt: skip
    name = rule_form.blank(draft.standard, drafting.whole_at(draft.digest).by_id(), "phrases").id
    made = verdict.rule.model_copy(update={"id": name})
    done = saved(
        request, draft, lambda content, base: content.with_rules(base, [made]), lambda whole: whole.by_id().get(name),
        What.ADDED, name,
    )  # fmt: skip
    return done or _form(request, ref, sheet, verdict, [], "")


def _new_draft(request: HttpRequest) -> Draft:
    place, whole = selectors.copy_of_counting(releases.standing())
    own = place.origin != "library"
    return services.begin(
        place, whole, whole.standard.name.zh[:120], actor_of(request),
        name=whole.standard.id if own else drafting.free_name(f"{whole.standard.id}_ours", selectors.names_taken()),
        version=drafting.next_version(whole.standard.version) if own else "1",
    )  # fmt: skip


def _form(request: HttpRequest, ref: str, sheet: Sheet, verdict: Judged, phrases: list[str], text: str) -> HttpResponse:
    tried = rule_form.trial(verdict, sheet)
    return render(request, "standards/rule_from.html", {
        "ref": ref, "form": rule_form.RuleForm(sheet, verdict.faults), "sheet": sheet, "fresh": True,
        "phrases": phrases, "text": text, "drafts": Draft.objects.filter(state=DraftState.OPEN), "job": None,
        **outcome(tried, verdict.faults, verdict),
    })  # fmt: skip


def attempt(request: HttpRequest, ref: str) -> HttpResponse:
    """Try the rule as it is typed; nothing is saved."""
    sheet = sent(request, Sheet(id=_UNSAVED))
    verdict = judged(sheet)
    return render(request, "standards/tried.html", outcome(rule_form.trial(verdict, sheet), verdict.faults, verdict))


def reach(request: HttpRequest) -> HttpResponse:
    """Ask how many messages of the last weeks the rule in the form would hit."""
    verdict = judged(sent(request, Sheet(id=_UNSAVED, kind=request.POST.get("kind", "") or "phrases")))
    if verdict.rule is None:
        return render(request, "standards/reach.html", {"job": None, "faults": verdict.faults})
    job = enqueue(REACH.kind, RuleWish(backtests.written(verdict.rule)), actor_of(request))
    return render(request, "standards/reach.html", {"job": job})


def reached(request: HttpRequest, job: uuid.UUID) -> HttpResponse:
    """Show how far that is."""
    found = get_object_or_404(Job, pk=job, kind=REACH.kind)
    return render(request, "standards/reach.html", {"job": found, "reached": found.shown})
