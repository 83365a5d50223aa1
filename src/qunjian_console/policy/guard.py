"""The guard before every view: looks the route up in the policy table, and lets nobody through without a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseNotAllowed

from qunjian_console.policy.table import in_scope, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

_METHODS = {"GET": ("GET", "HEAD"), "POST": ("POST",), "BOTH": ("GET", "HEAD", "POST")}


class Guard:
    """Middleware: 405 for a wrong method, sign-in for strangers, 403 for a wrong role, 404 out of scope."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], args: tuple[object, ...], kwargs: dict[str, object]
    ) -> HttpResponseBase | None:
        """Decide before the view runs; None lets it run."""
        match = request.resolver_match
        row = table().get(match.view_name) if match is not None else None
        if row is None:
            raise PermissionDenied
        if request.method not in _METHODS[row.method]:
            return HttpResponseNotAllowed(_METHODS[row.method])
        if row.roles is None:
            return None
        person: Any = request.user
        if not person.is_authenticated:
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
        if person.role not in row.roles:
            raise PermissionDenied
        if row.of is not None and not in_scope(person, row.of(kwargs)):
            raise Http404
        return None
