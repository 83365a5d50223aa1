"""What the frame of every page needs to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian_console.frame.navigation import links_for
from qunjian_console.frame.views import THEMES
from qunjian_console.language import current

if TYPE_CHECKING:
    from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, object]:
    """Return language, theme and side bar; safe also for an error page before anybody is known."""
    user = getattr(request, "user", None)
    known = user is not None and user.is_authenticated
    theme = getattr(user, "theme", "") if known else request.COOKIES.get("qunjian_theme", "auto")
    match = getattr(request, "resolver_match", None)
    return {
        "user": user,
        "language": current(),
        "theme": theme if theme in THEMES else "auto",
        "links": links_for(user) if known else [],  # type: ignore[arg-type]
        "route": match.view_name if match else "",
        "app": (match.view_name if match else "").partition(":")[0],
    }
