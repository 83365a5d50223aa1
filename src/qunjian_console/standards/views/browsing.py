"""The list of standards, one standard, one rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render

from qunjian_console.bridge import naming
from qunjian_console.bridge.errors import QunjianError
from qunjian_console.bridge.severities import TITLES
from qunjian_console.bridge.standards import shelf
from qunjian_console.standards import releases, selectors

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from qunjian_console.bridge.standards import Edition, Rule


def show_list(request: HttpRequest) -> HttpResponse:
    """Show the standards there are, and the drafts to those who may see them."""
    return render(
        request,
        "standards/list.html",
        {
            "shelf": shelf(),
            "drafts": selectors.drafts_for(request.user),
            "standing": releases.standing(),
            "releases": releases.published(),
            "unread": releases.unread_for(request.user),
        },
    )


def show(request: HttpRequest, origin: str, name: str) -> HttpResponse:
    """Show one standard: goals, targets, duties, scorecard, rules by pack."""
    try:
        edition = selectors.edition_at(request.user, origin, name)
    except QunjianError as error:
        return render(request, "standards/broken.html", {"name": name, "error": error})
    wanted = selectors.Wanted.of(request.GET.dict())
    packs = selectors.by_pack(edition, wanted)
    return render(request, "standards/show.html", {
        "origin": origin, "name": name, "edition": edition, "standard": edition.standard, "wanted": wanted,
        "tally": selectors.tally(edition), "packs": packs, "found": sum(len(rules) for _, rules in packs),
        "all_packs": sorted({rule.pack for rule in edition.rules}), "aims": _aims(edition), "titles": TITLES,
        "pack_titles": naming.PACKS, "indicators": naming.INDICATOR_TITLES, "parts": naming.PARTS,
        "evidence": naming.EVIDENCE, "categories": naming.CATEGORIES, "checks": naming.CHECKS,
    })  # fmt: skip


def _aims(edition: Edition) -> list[dict[str, object]]:
    return [
        {
            "aim": aim,
            "target": naming.measured(aim.target, aim.id),
            "floor": naming.measured(aim.floor, aim.id),
            "variants": len(aim.variants),
        }
        for aim in edition.standard.indicators
    ]


def rule(request: HttpRequest, origin: str, name: str, rule: str) -> HttpResponse:
    """Show one rule: how grave, on which basis, how it finds, what it spares, its samples."""
    try:
        edition = selectors.edition_at(request.user, origin, name)
    except QunjianError as error:
        return render(request, "standards/broken.html", {"name": name, "error": error})
    found: Rule | None = next((each for each in edition.rules if each.id == rule), None)
    if found is None:
        raise Http404
    return render(request, "standards/rule.html", {
        "origin": origin, "name": name, "standard": edition.standard, "rule": found,
        "detection": selectors.detection_of(found), "basis": [(each, naming.cited(each)) for each in found.basis],
        "colour": selectors.COLOURS[found.severity], "title": TITLES[found.severity],
        "categories": naming.CATEGORIES, "lifecycles": naming.LIFECYCLES, "checks": naming.CHECKS,
        "keys": naming.KEYS, "kinds": naming.MESSAGE_KINDS, "roles": naming.ROLES, "pack_titles": naming.PACKS,
    })  # fmt: skip
