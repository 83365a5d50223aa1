"""The list of findings, and one finding with its message in context."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render

from qunjian_console.bridge.conversations import Key, line_of_row
from qunjian_console.bridge.inspections import Judged, Wanted, judged, runs
from qunjian_console.bridge.severities import TITLES
from qunjian_console.inspections import filters as reading_filters
from qunjian_console.inspections import selectors
from qunjian_console.inspections.refs import key_of
from qunjian_console.inspections.words import SORTS, STATES
from qunjian_console.messages.services import looked_at, open_around, reader, unmasked

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from qunjian_console.bridge.inspections import Row
    from qunjian_console.inspections.filters import Filters

SIZE = 50
_OTHERS = 10  # so many other findings of the author are shown


class _Found:
    """The findings of a filter as the paginator wants them: a count and slices."""

    ordered = True

    def __init__(self, found: Judged, wanted: Wanted, filters: Filters) -> None:
        self._found, self._wanted, self._sort = found, wanted, filters.sort

    def count(self) -> int:
        return self._found.count(self._wanted)

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[Row]:
        return self._found.rows(self._wanted, sort=self._sort, first=part.start, most=part.stop - part.start)


def show_list(request: HttpRequest) -> HttpResponse:
    """Show the findings that are wanted."""
    user = reader(request)
    filters = reading_filters.read(request.GET, user)
    run, names = selectors.run_named(filters.run), selectors.names_for(user)
    context: dict[str, object] = {
        "filters": filters, "run": run, "runs": runs(), "names": names, "states": STATES, "sorts": SORTS,
        "titles": TITLES, "views": selectors.views_for(user), "kept": reading_filters.kept(request.GET),
        "whole": unmasked(request), "user_id": user.pk,
    }  # fmt: skip
    if filters.run and run is None:
        raise Http404
    if run is not None:
        texts = {code: text.name for code, text in selectors.texts_of(run).items()}
        with judged(run.run) as found:
            pages: Paginator[Any] = Paginator(_Found(found, filters.wanted(user), filters), SIZE)  # type: ignore[arg-type]
            page = pages.get_page(request.GET.get("page"))
            rows = list(page.object_list)
        lines = [line_of_row(row, texts, whole=bool(context["whole"])) for row in rows]
        looked_at(request, [line.key for line in lines if line.parts], whole=bool(context["whole"]))
        rules = sorted(texts.items(), key=lambda each: str(each[1]))
        context |= {"page": page, "found": list(zip(rows, lines, strict=True)), "rules": rules, "texts": texts}
    return render(request, "inspections/findings.html", context)


def show(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one finding: its message in context, the rule, the author's other findings, what was decided."""
    user, key = reader(request), key_of(ref)
    run = selectors.run_named(key.run) if key is not None and key.run else None
    if key is None or run is None:
        raise Http404
    with judged(run.run) as found:
        one = next(iter(found.rows(Wanted(communities=(key.community,), finding_id=key.finding), most=1)), None)
        rest = found.rest(key.finding) if one is not None else None
        if one is None or rest is None:
            raise Http404
        others = _others(found, one)
    texts = selectors.texts_of(run)
    names = {code: text.name for code, text in texts.items()}
    whole = unmasked(request)
    lines = open_around(request, Key(one.community_id, one.scope, one.message_id), run=run.run)
    looked = [line_of_row(other, names, whole=whole) for other in others]
    looked_at(request, [line.key for line in looked if line.parts], whole=whole)
    context = {
        "one": one, "rest": rest, "run": run, "rule": texts.get(one.rule), "lines": lines,
        "title": TITLES[one.severity], "sign": line_of_row(one, names, whole=whole).signs[0],
        "account": line_of_row(one, names, whole=whole).account, "state": STATES[one.state],
        "community": selectors.names_for(user).get(one.community_id, one.community_id),
        "others": list(zip(others, looked, strict=True)), "whole": whole, "states": STATES, "texts": names,
        "silence": _silence_of(one) if one.state == "silenced" else None,
    }  # fmt: skip
    return render(request, "inspections/finding.html", context)


def _others(found: Judged, one: Row) -> list[Row]:
    if one.account_id is None:
        return []
    same = Wanted(communities=(one.community_id,), account=one.account_id)
    rows = found.rows(same, sort="newest", most=_OTHERS + 1)
    return [row for row in rows if row.finding_id != one.finding_id][:_OTHERS]


def _silence_of(one: Row) -> object:
    return next(
        (
            each for each in selectors.counting_silences()
            if each.rule == one.rule and each.community in ("", one.community_id)
            and each.account in ("", one.account_id)
        ), None,
    )  # fmt: skip
