"""The page that checks pasted texts: what fires, where and why; and why a rule does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from qunjian_console.bridge import naming
from qunjian_console.bridge.checking import check as run
from qunjian_console.bridge.checking import explain
from qunjian_console.bridge.errors import QunjianError
from qunjian_console.bridge.severities import TITLES
from qunjian_console.standards import selectors
from qunjian_console.standards.forms import CheckForm

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from qunjian_console.bridge.standards import Edition


def check(request: HttpRequest, origin: str, name: str) -> HttpResponse:
    """Check texts under one standard; what was pasted is kept nowhere."""
    try:
        edition = selectors.edition_at(request.user, origin, name)
    except QunjianError as error:
        return render(request, "standards/broken.html", {"name": name, "error": error})
    form = CheckForm(request.POST or None, initial={"rule": request.GET.get("rule", "")})
    checked = None
    if request.method == "POST" and form.is_valid():
        checked = _checked(edition, form)
    return render(request, "standards/check.html", {
        "origin": origin, "name": name, "edition": edition, "standard": edition.standard, "form": form,
        "checked": checked, "hits": sum(bool(each.findings) for each in checked or ()), "titles": TITLES,
        "colours": selectors.COLOURS, "transformations": naming.TRANSFORMATIONS,
    })  # fmt: skip


def _checked(edition: Edition, form: CheckForm) -> list[selectors.Checked]:
    given = form.cleaned_data
    rules = {rule.id: rule for rule in edition.rules}
    asked = given["rule"].strip()
    if asked and asked not in rules:
        form.add_error("rule", naming.unknown_rule(asked, rules))
    results = run(edition, given["texts"], role=given["role"])
    told = explain(edition, asked, given["texts"], role=given["role"]) if asked in rules else [None] * len(results)
    return [
        selectors.Checked(
            selectors.pieces_of(each.text, [(*found.span, found.rule) for found in each.findings]),
            [(found, rules[found.rule]) for found in each.findings],
            why,
        )
        for each, why in zip(results, told, strict=True)
    ]
