"""Saves a change of a draft and says what came of it; a conflict is said and nothing typed is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone

from qunjian_console.audit.services import actor_of
from qunjian_console.bridge.standards import Phrase
from qunjian_console.language import say
from qunjian_console.standards.services.drafts import ClosedError, ConflictError, change

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from qunjian_console.bridge.drafting import Draft as Content
    from qunjian_console.bridge.drafting import Whole
    from qunjian_console.standards.models import Draft, What

CLOSED = say("草稿已提交或结束，不能再改。", "The draft was proposed or has ended: it cannot be changed.")

_CONFLICT = Phrase(
    "{who} 在 {at} 保存了同一处（第 {n} 版），没有覆盖。你的内容还在下面；"
    "在新窗口打开草稿对照后，再保存一次就以你的为准。",
    "{who} saved the same part at {at} (revision {n}); nothing was overwritten. What you wrote is below: "
    "compare it with the draft in a new window; saving once more takes yours.",
)


def opened_at(request: HttpRequest, draft: Draft) -> int:
    """Return the revision a form was opened on."""
    said = request.POST.get("base", "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else draft.head


def saved(
    request: HttpRequest,
    draft: Draft,
    apply: Callable[[Content, Whole], Content],
    touched: Callable[[Whole], object],
    what: What,
    about: str = "",
) -> HttpResponse | None:
    """Return the way back to the draft, or None where it could not be saved: the form is shown again as it was sent."""
    try:
        made = change(draft, opened_at(request, draft), apply, touched, what, actor_of(request), about)
    except ClosedError:
        messages.error(request, CLOSED)
        return None
    except ConflictError as conflict:
        theirs = conflict.theirs
        at = f"{timezone.localtime(theirs.at):%H:%M}"
        messages.error(request, say(_CONFLICT.zh, _CONFLICT.en, who=theirs.by.name, at=at, n=theirs.number))
        draft.head = theirs.number
        return None
    messages.success(request, say("已保存，第 {n} 版。", "Saved as revision {n}.", n=made.number))
    return redirect("standards:draft", draft=draft.pk)
