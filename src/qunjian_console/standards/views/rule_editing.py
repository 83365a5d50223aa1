"""The form of one rule of a draft: editing, adding, removing, and trying it while it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404, render

from qunjian_console.bridge import drafting
from qunjian_console.bridge.rule_sheets import ID, Fault, Sheet, judged, sheet_of
from qunjian_console.bridge.standards import Phrase
from qunjian_console.standards import rule_form
from qunjian_console.standards.models import Draft, What
from qunjian_console.standards.views.saving import saved

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from qunjian_console.bridge.drafting import Whole
    from qunjian_console.bridge.rule_sheets import Judged


def edit(request: HttpRequest, draft: int, rule: str) -> HttpResponse:
    """Change a rule."""
    found = get_object_or_404(Draft, pk=draft)
    known = drafting.whole_at(found.digest).by_id().get(rule)
    if known is None:
        raise Http404
    sheet = sheet_of(known)
    if request.method == "POST":
        sheet = sent(request, sheet)
        verdict = judged(sheet)
        if verdict.rule is not None:
            made = verdict.rule
            done = saved(
                request, found, lambda content, base: content.with_rules(base, [made]),
                lambda whole: whole.by_id().get(rule), What.RULE, rule,
            )  # fmt: skip
            if done is not None:
                return done
        return _form(request, found, sheet, verdict, fresh=False)
    return _form(request, found, sheet, judged(sheet), fresh=False)


def new(request: HttpRequest, draft: int) -> HttpResponse:
    """Add a rule; its id is made, and may be written."""
    found = get_object_or_404(Draft, pk=draft)
    whole = drafting.whole_at(found.digest)
    sheet = rule_form.blank(found.standard, whole.by_id(), request.GET.get("kind", ""))
    if request.method == "POST":
        return _add(request, found, whole)
    return _form(request, found, sheet, None, fresh=True)


def _add(request: HttpRequest, found: Draft, whole: Whole) -> HttpResponse:
    post = request.POST
    blank = rule_form.blank(found.standard, whole.by_id(), post.get("kind", ""))
    wanted = post.get("id", "").strip() or blank.id
    sheet = sent(request, Sheet(id=wanted, kind=blank.kind))
    verdict = judged(sheet)
    if wanted in whole.by_id():
        taken = Fault("id", None, None, Phrase("这个编号已有规则", "a rule has this id already"))
        verdict = type(verdict)(None, (*verdict.faults, taken))
    if verdict.rule is not None:
        made = verdict.rule
        done = saved(
            request, found, lambda content, base: content.with_rules(base, [made]),
            lambda each: each.by_id().get(made.id), What.ADDED, made.id,
        )  # fmt: skip
        if done is not None:
            return done
    return _form(request, found, sheet, verdict, fresh=True)


def sent(request: HttpRequest, before: Sheet) -> Sheet:
    """Return the sheet in the form that was sent; one that cannot be read at all leaves it as it was."""
    try:
        return rule_form.sent(request.POST, before)
    except ValueError:
        return before


def _form(request: HttpRequest, found: Draft, sheet: Sheet, verdict: Judged | None, *, fresh: bool) -> HttpResponse:
    faults = verdict.faults if verdict is not None else ()
    tried = rule_form.trial(verdict, sheet) if verdict is not None else []
    return render(request, "standards/rule_form.html", {
        "draft": found, "standard": drafting.draft_at(found.digest).standard, "form": rule_form.RuleForm(sheet, faults),
        "sheet": sheet, "fresh": fresh, **outcome(tried, faults, verdict),
    })  # fmt: skip


def outcome(tried: list[rule_form.Tried], faults: tuple[Fault, ...], verdict: Judged | None) -> dict[str, object]:
    """Return what the column beside the form shows."""
    return {
        "verdict": verdict, "faults": faults, "tried": tried, "wrong": sum(not each.right for each in tried),
        "marks": rule_form.marks(tried, faults), "labels": rule_form.LABELS,
    }  # fmt: skip


def attempt(request: HttpRequest, draft: int, rule: str) -> HttpResponse:
    """Try a rule as it is typed: only it is compiled, nothing is saved."""
    found = get_object_or_404(Draft, pk=draft)
    known = drafting.whole_at(found.digest).by_id().get(rule)
    if known is None and not ID.fullmatch(rule):
        raise Http404
    kind = request.POST.get("kind", "") or "phrases"
    sheet = sent(request, sheet_of(known) if known is not None else Sheet(id=rule, kind=kind))
    verdict = judged(sheet)
    tried = rule_form.trial(verdict, sheet)
    return render(request, "standards/tried.html", outcome(tried, verdict.faults, verdict))


def remove(request: HttpRequest, draft: int, rule: str) -> HttpResponse:
    """Remove a rule from a draft."""
    found = get_object_or_404(Draft, pk=draft)
    if rule not in drafting.whole_at(found.digest).by_id():
        raise Http404
    done = saved(
        request, found, lambda content, base: content.without(base, rule), lambda whole: whole.by_id().get(rule),
        What.REMOVED, rule,
    )  # fmt: skip
    return done or edit(request, draft, rule)
