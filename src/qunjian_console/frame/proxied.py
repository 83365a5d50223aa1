"""Behind a proxy with TLS: the address of the visitor, as the proxy says it, instead of the proxy's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class Proxied:
    """Middleware; only the last address counts, for the proxy wrote it: what stands before may be invented."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if settings.BEHIND_PROXY and said:
            request.META["REMOTE_ADDR"] = said[:64]
        return self.get_response(request)
