"""Pages of a long list, by the number in the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

SIZE = 50


def page_of(request: HttpRequest, rows: QuerySet[Any] | list[Any], size: int = SIZE) -> Page[Any]:
    """Return the page that `?page=` names, the nearest where there is no such page."""
    return Paginator(rows, size).get_page(request.GET.get("page"))
