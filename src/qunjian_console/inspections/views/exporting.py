"""The findings of the filters as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.http import Http404, HttpResponse

from qunjian_console.audit.services import actor_of, record
from qunjian_console.bridge.finding_sheets import sheet_of
from qunjian_console.bridge.inspections import judged
from qunjian_console.inspections import filters as reading_filters
from qunjian_console.inspections import selectors
from qunjian_console.inspections.entries import EXPORTED
from qunjian_console.inspections.words import STATES
from qunjian_console.messages.services import MOST_NAMED, reader

if TYPE_CHECKING:
    from django.http import HttpRequest

MOST = 10_000
_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def download(request: HttpRequest) -> HttpResponse:
    """Return the first findings of the filters, masked, as CSV or XLSX; that it was done is an entry."""
    user, form = reader(request), "csv" if request.GET.get("form") == "csv" else "xlsx"
    filters = reading_filters.read(request.GET, user)
    run = selectors.run_named(filters.run)
    if filters.run and run is None:
        raise Http404
    rows = []
    if run is not None:
        with judged(run.run) as found:
            rows = found.rows(filters.wanted(user), sort=filters.sort, most=MOST)
    texts = {code: text.name for code, text in selectors.texts_of(run).items()} if run else {}
    content = sheet_of(rows, "csv" if form == "csv" else "xlsx", texts, selectors.names_for(user), STATES)
    with transaction.atomic():
        record(
            EXPORTED, actor_of(request), subject="findings", community=filters.community,
            after={"count": len(rows), "form": form, "run": run.run if run else "",
                   "query": reading_filters.kept(request.GET),
                   "messages": [f"{row.scope}/{row.message_id}" for row in rows[:MOST_NAMED]]},
        )  # fmt: skip
    answer = HttpResponse(content, content_type=_TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="qunjian-findings.{form}"'
    return answer
