"""Speaks each reader's language: their own choice, else this browser's, else Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import translation

from qunjian_console.language import COOKIE

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

CODES = {"zh": "zh-hans", "en": "en"}


class Speaking:
    """Middleware that activates the language; Django's own messages follow it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(COOKIE, "zh")
        if request.user.is_authenticated:
            chosen = getattr(request.user, "language", chosen)
        with translation.override(CODES.get(chosen, "zh-hans")):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", "en" if chosen == "en" else "zh-Hans")
        return response
