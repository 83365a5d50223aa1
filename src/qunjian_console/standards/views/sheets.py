"""A draft's rules out to Excel and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from qunjian_console.audit.services import actor_of, record
from qunjian_console.bridge import drafting, rule_books
from qunjian_console.bridge.errors import QunjianError
from qunjian_console.language import current
from qunjian_console.standards.entries import EXPORTED
from qunjian_console.standards.forms import SheetForm
from qunjian_console.standards.models import Draft, What
from qunjian_console.standards.views.saving import saved

if TYPE_CHECKING:
    from django.http import HttpRequest

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@transaction.atomic
def export(request: HttpRequest, draft: int) -> HttpResponse:
    """Send all rules of a draft as a workbook."""
    found = get_object_or_404(Draft, pk=draft)
    record(EXPORTED, actor_of(request), subject=f"draft:{draft}", after={"title": found.title})
    answer = HttpResponse(rule_books.book_of(drafting.whole_at(found.digest)), content_type=_EXCEL)
    answer.headers["Content-Disposition"] = f'attachment; filename="rules-{found.standard}-{found.head}.xlsx"'
    return answer


def take_back(request: HttpRequest, draft: int) -> HttpResponse:
    """Take an edited workbook back: all of it or nothing, every mistake with its cell."""
    found = get_object_or_404(Draft, pk=draft)
    whole = drafting.whole_at(found.digest)
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            taken = rule_books.take_back(form.cleaned_data["file"].chunks(), whole)
        except QunjianError as error:
            for line in error.sentence(current()).split("\n")[:50]:
                form.add_error("file", line)
        else:
            done = saved(
                request, found, lambda content, base: rule_books.with_book(content, base, taken),
                lambda each: (each.rules, each.standard.rules), What.SHEET,
                f"+{len(taken.added)} ~{len(taken.changed)} -{len(taken.removed)}",
            )  # fmt: skip
            if done is not None:
                return done
    return render(request, "standards/sheet.html", {"draft": found, "standard": whole.standard, "form": form})
