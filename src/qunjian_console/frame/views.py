"""Language, theme, health, and what an error looks like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from qunjian_console.frame.speaking import CODES
from qunjian_console.language import COOKIE

if TYPE_CHECKING:
    from django.http import HttpRequest

THEMES = ("auto", "light", "dark")
_YEAR = 365 * 24 * 3600


def language(request: HttpRequest) -> HttpResponse:
    """Switch the language, for good."""
    return _choose(request, "language", COOKIE, tuple(CODES))


def theme(request: HttpRequest) -> HttpResponse:
    """Switch between light, dark, and what the system says."""
    return _choose(request, "theme", "qunjian_theme", THEMES)


def _choose(request: HttpRequest, what: str, cookie: str, known: tuple[str, ...]) -> HttpResponse:
    chosen, back = request.POST.get(what, ""), request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = redirect(back if safe else "/")
    if chosen in known:
        response.set_cookie(cookie, chosen, max_age=_YEAR, httponly=True, samesite="Lax", secure=request.is_secure())
        if request.user.is_authenticated:
            setattr(request.user, what, chosen)
            request.user.save(update_fields=[what])
    return response


def health(request: HttpRequest) -> JsonResponse:
    """Say that the server and its database answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show that a request could not be read."""
    return render(request, "frame/error.html", {"code": 400}, status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show that a role does not reach so far."""
    return render(request, "frame/error.html", {"code": 403}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show that there is nothing here, or nothing for this reader."""
    return render(request, "frame/error.html", {"code": 404}, status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """Show that the program failed."""
    return render(request, "frame/error.html", {"code": 500}, status=500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Show that a form came from elsewhere or is too old."""
    return render(request, "frame/error.html", {"code": 419}, status=403)
