"""The archive: the list, one report with its preview, its files, its deletion."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from qunjian_console.accounts.models import User
from qunjian_console.accounts.selectors import names
from qunjian_console.audit.services import actor_of
from qunjian_console.bridge.communities import community_names
from qunjian_console.bridge.reports import PRESETS, can_draw
from qunjian_console.frame.headers import POLICY
from qunjian_console.frame.paging import page_of
from qunjian_console.jobs.models import OPEN
from qunjian_console.language import say
from qunjian_console.reports import services
from qunjian_console.reports.forms import EraseForm
from qunjian_console.reports.models import Report
from qunjian_console.reports.ordering import order_drawing
from qunjian_console.reports.selectors import COMPLIANCE, builds_of, reports_for

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest

FORMS = {
    "html": ("text/html; charset=utf-8", say("网页 HTML", "Web page (HTML)")),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", say("表格 XLSX", "Sheets (XLSX)")),
    "pdf": ("application/pdf", say("PDF", "PDF")),
    "zip": ("application/zip", say("合规包 ZIP", "Compliance pack (ZIP)")),
    "png": ("image/png", say("手机长图 PNG", "Long picture for phones (PNG)")),
}
KINDS = {**PRESETS, COMPLIANCE: say("合规包", "Compliance pack")}
_LATELY = dt.timedelta(days=3)
# Whatever stands in a report: it has an origin of its own, may only run the scripts it was built with, reaches nothing
# and is shown in no frame but ours.
_APART = "; sandbox allow-scripts; frame-ancestors 'self'"


def show_list(request: HttpRequest) -> HttpResponse:
    """Show the archive."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 (the guard lets nobody else through)
    preset = request.GET.get("preset", "")
    found = reports_for(user)
    page = page_of(request, found.filter(preset=preset) if preset in KINDS else found)
    builds = builds_of(user, _LATELY)
    context = {
        "page": page, "presets": KINDS, "preset": preset, "builds": builds, "people": _people(list(page.object_list)),
        "communities": community_names(), "refresh": any(job.state in OPEN for job in builds),
    }  # fmt: skip
    return render(request, "reports/list.html", context)


def show(request: HttpRequest, report: uuid.UUID) -> HttpResponse:
    """Show one report: its preview in a frame apart, its files, what it rests on."""
    found = get_object_or_404(Report.objects.prefetch_related("files", "covered"), pk=report)
    files = {each.form: each for each in found.files.all()}
    known = community_names()
    context = {
        "report": found, "files": [(form, files[form], title) for form, (_, title) in FORMS.items() if form in files],
        "missing": [] if "zip" in files else [FORMS[form][1] for form in ("pdf", "png") if form not in files],
        "can_draw": can_draw(),
        "people": _people([found]), "preset": KINDS.get(found.preset, found.preset), "form": EraseForm(),
        "told": [known.get(each.community) or each.community for each in found.covered.all()],
    }  # fmt: skip
    response = render(request, "reports/report.html", context)
    response.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return response


def _people(reports: list[Report]) -> dict[int, str]:
    return names(person for each in reports for person in (each.by, each.erased_by) if person is not None)


def view(request: HttpRequest, report: uuid.UUID) -> HttpResponse:
    """Hand out the page of a report for the frame, in an origin of its own."""
    found = _standing(report)
    try:
        body = services.view(found, actor_of(request))
    except services.DamagedError:
        return _damaged(request)
    response = HttpResponse(body, content_type=FORMS["html"][0])
    response.headers["Content-Security-Policy"] = found.policy + _APART
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def download(request: HttpRequest, report: uuid.UUID, form: str) -> HttpResponse:
    """Hand out a file of a report."""
    found = _standing(report)
    if form not in FORMS or not found.files.filter(form=form).exists():
        raise Http404
    try:
        body = services.download(found, form, actor_of(request))
    except services.DamagedError:
        return _damaged(request)
    response = HttpResponse(body, content_type=FORMS[form][0])
    leaves = "-pseudonyms" if found.pseudonymous else ""
    name = f"qunjian-{found.preset}-{found.period}{leaves}{'' if found.language == 'zh' else '.en'}.{form}"
    response.headers["Content-Disposition"] = f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(name)}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _standing(report: uuid.UUID) -> Report:
    return get_object_or_404(Report, pk=report, erased=None)


def _damaged(request: HttpRequest) -> HttpResponse:
    return render(request, "reports/damaged.html", status=409)


def draw(request: HttpRequest, report: uuid.UUID) -> HttpResponse:
    """Draw PDF and picture of a report that has none."""
    job = order_drawing(_standing(report), actor_of(request))
    return redirect("reports:building", job=job.pk) if job.by == request.user.pk else redirect("reports:list")


def erase(request: HttpRequest, report: uuid.UUID) -> HttpResponse:
    """Delete the files of a report."""
    found, form = get_object_or_404(Report, pk=report), EraseForm(request.POST)
    if form.is_valid():
        services.erase(found, form.cleaned_data["why"], actor_of(request))
        messages.success(request, say("文件已删除，记录保留。", "The files are deleted; the record stays."))
    else:
        messages.error(request, say("请写明删除的原因。", "Give a reason for the deletion."))
    return redirect("reports:report", report=found.pk)
