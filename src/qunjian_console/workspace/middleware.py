"""Before there is an owner, every address leads to the first page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect

from qunjian_console.accounts.models import User

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

_OPEN = ("/workspace/start/", "/language/", "/theme/", "/health/")


class FirstRun:
    """Middleware that asks the database only while nobody is signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated and request.path not in _OPEN and not User.objects.exists():
            return redirect("workspace:start")
        return self.get_response(request)
