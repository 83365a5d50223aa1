"""The history of inspections, one of them, two compared, and a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import redirect, render

from qunjian_console.audit.services import actor_of
from qunjian_console.bridge.inspections import WHY, standards
from qunjian_console.bridge.inspections import runs as all_runs
from qunjian_console.bridge.severities import TITLES
from qunjian_console.frame.paging import page_of
from qunjian_console.inspections import selectors
from qunjian_console.inspections.forms import StartForm
from qunjian_console.inspections.handlers import RUN, RunWish
from qunjian_console.inspections.models import Schedule
from qunjian_console.inspections.words import WHYS
from qunjian_console.jobs.models import OPEN, Job
from qunjian_console.jobs.services import enqueue
from qunjian_console.messages.services import reader
from qunjian_console.policy.table import may

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def show_list(request: HttpRequest) -> HttpResponse:
    """Show every run, the schedules, and what is under way."""
    user = reader(request)
    page = page_of(request, selectors.history(user), 20)
    jobs = list(Job.objects.filter(kind=RUN.kind, state__in=OPEN)) if may(user, "jobs:list") else []
    failed = Job.objects.filter(kind=RUN.kind).exclude(state__in=OPEN).first() if may(user, "jobs:list") else None
    context = {
        "page": page,
        "schedules": list(Schedule.objects.select_related("by")) if may(user, "inspections:schedule") else [],
        "jobs": jobs,
        "titles": {RUN.kind: RUN.title},
        "failed": failed if failed is not None and failed.state == "failed" else None,
        "refresh": bool(jobs),
        "standards": standards(),
        "severities": TITLES,
    }
    return render(request, "inspections/list.html", context)


def show(request: HttpRequest, run: str) -> HttpResponse:
    """Show what one run found, by severity, rule and community, with what it could not look at."""
    user = reader(request)
    line = next((line for line in selectors.history(user) if line.run.run == run), None)
    if line is None:
        raise Http404
    counts, names, texts = selectors.tallies(line.run, user), selectors.names_for(user), selectors.texts_of(line.run)
    missed: dict[str, int] = {}
    for name, covered in line.run.coverage.items():
        for kind, number in covered.not_inspected.items() if name in names else ():
            missed[kind] = missed.get(kind, 0) + number
    unknown = [each for each in line.run.unknown if each.get("community_id") in names]
    context = {
        "line": line,
        "severities": selectors.by_severity(counts, line),
        "rules": selectors.by_rule(counts, line, texts),
        "communities": selectors.by_community(counts, line, names),
        "missed": sorted(missed.items(), key=lambda each: -each[1]),
        "unknown": _gathered(unknown, {code: text.name for code, text in texts.items()}),
        "older": next((other.run for other in all_runs() if other.at < line.run.at), None),
        "titles": TITLES,
    }
    return render(request, "inspections/run.html", context)


def _gathered(unknown: list[dict[str, str]], names: dict[str, str]) -> list[dict[str, object]]:
    """Return rules that could not be applied, each with the reason and in how many communities."""
    found: dict[tuple[str, str, str], int] = {}
    for each in unknown:
        key = (each["rule"], each.get("zh", ""), each.get("en", ""))
        found[key] = found.get(key, 0) + 1
    return [
        {"name": names.get(rule, rule), "zh": zh, "en": en, "communities": number}
        for (rule, zh, en), number in sorted(found.items(), key=lambda each: (-each[1], each[0]))
    ]


def compare(request: HttpRequest) -> HttpResponse:
    """Show what only one of two runs found, and why; the newest two unless others are named."""
    user = reader(request)
    runs = selectors.history(user)
    known = {line.run.run: line.run for line in runs}
    new = request.GET.get("new", "") or (runs[0].run.run if runs else "")
    older = next((line.run.run for line in runs if new in known and line.run.at < known[new].at), "")
    old = request.GET.get("old", "") or older
    if (new and new not in known) or (old and old not in known):
        raise Http404
    context: dict[str, object] = {"runs": runs, "old": old, "new": new, "whys": [(code, WHYS[code]) for code in WHY]}
    if old and new and old != new:
        found = selectors.comparison(old, new, user)
        names = selectors.names_for(user)
        rules = {code: text.name for run in (old, new) for code, text in selectors.texts_of(known[run]).items()}
        context["found"] = found
        context["sides"] = [
            (side, selectors.gathered_by(changes, "rule", rules), selectors.gathered_by(changes, "community_id", names),
             sum(change.findings for change in changes))
            for side, changes in (("appeared", found.appeared), ("gone", found.gone))
        ]  # fmt: skip
        context["titles"] = TITLES
    return render(request, "inspections/compare.html", context)


def start(request: HttpRequest) -> HttpResponse:
    """Start an inspection as a job."""
    names = selectors.names_for(reader(request))
    form = StartForm(request.POST or None, standards=standards(), communities=names)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        chosen = tuple(given["communities"]) or (() if reader(request).everywhere else tuple(names))
        wish = RunWish(given["standard"], given["first"], given["last"], chosen)
        enqueue(RUN.kind, wish, actor_of(request))
        return redirect("inspections:list")
    return render(request, "inspections/start.html", {"form": form, "any": bool(names)})
