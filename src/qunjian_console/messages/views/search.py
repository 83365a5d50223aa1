"""Search in messages: every filter stands in the address, so that a search can be kept and sent on."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

import msgspec
from django.shortcuts import render

from qunjian_console.bridge.communities import community_names
from qunjian_console.bridge.searches import After, Filters, Page, search
from qunjian_console.messages.forms import SearchForm
from qunjian_console.messages.services import reader, searched, unmasked

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpRequest, HttpResponse

    from qunjian_console.accounts.models import User

SIZE = 50
NOBODYS = "\0"  # no community has this id


def show(request: HttpRequest) -> HttpResponse:
    """Show the form, and what was found."""
    user = reader(request)
    known = {code: name for code, name in community_names().items() if user.sees(code)}
    form = SearchForm(request.GET or None, communities=known)
    whole, page = unmasked(request), None
    if form.is_bound and form.is_valid() and form.asked:
        page = search(_filters(form.cleaned_data, user, known), after=_after(request.GET.get("after", "")), whole=whole)
        searched(request, form.cleaned_data, [line.key for line in page.lines], whole=whole)
    context = {
        "form": form,
        "page": page,
        "names": {code: name or code for code, name in known.items()},
        "next": _word(page),
        "on": "after" in request.GET,
        "whole": whole,
        "any": bool(known),
    }
    return render(request, "messages/search.html", context)


def _filters(given: dict[str, Any], user: User, known: dict[str, str]) -> Filters:
    """Return the wish, within the reader's scope."""
    communities = (given["community"],) if given["community"] else () if user.everywhere else (*known, NOBODYS)
    return Filters(
        communities=communities, kinds=(given["kind"],) if given["kind"] else (), first=given["first"],
        last=given["last"], contains=given["words"] or None, author=given["author"] or None, limit=SIZE,
    )  # fmt: skip


def _word(page: Page | None) -> str:
    if page is None or page.after is None:
        return ""
    return urlsafe_b64encode(msgspec.json.encode(page.after)).decode().rstrip("=")


def _after(word: str) -> After | None:
    try:
        return msgspec.json.decode(urlsafe_b64decode(word + "=" * (-len(word) % 4)), type=After) if word else None
    except ValueError:
        return None
