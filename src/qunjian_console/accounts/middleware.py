"""Presence: a session holds only while its row stands and its user is active, at every single request."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib.auth import logout
from django.utils import timezone

from qunjian_console.accounts.models import Visit

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

_STALE = dt.timedelta(minutes=5)


class Presence:
    """Middleware: signs out whoever has no session row any more, and notes now and then that they were here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            key = request.session.session_key
            visit = Visit.objects.filter(user_id=request.user.pk, session_key=key).first()
            now = timezone.now()
            if visit is None:
                logout(request)
            elif now - visit.seen > _STALE:
                Visit.objects.filter(pk=visit.pk).update(seen=now)
        return self.get_response(request)
