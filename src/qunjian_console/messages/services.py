"""Opens messages for a reader: within their scope, masked unless they may and ask, and written into the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from qunjian_console.accounts.models import User
from qunjian_console.audit.services import actor_of, record
from qunjian_console.bridge.conversations import Key, Line, lines_around
from qunjian_console.messages.entries import SEARCHED, UNMASKED, VIEWED
from qunjian_console.policy.table import may

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

MOST_NAMED = 200  # an entry names so many messages; it counts all


def reader(request: HttpRequest) -> User:
    """Return who asks; the guard lets nobody through who did not sign in."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


def unmasked(request: HttpRequest) -> bool:
    """Return whether the reader asks to see what is masked (`?whole=1`), and may."""
    return request.GET.get("whole") == "1" and may(reader(request), "may:unmask")


def open_around(
    request: HttpRequest, key: Key, *, before: int = 5, after: int = 5, run: str | None = None
) -> tuple[Line, ...]:
    """Return a message among its neighbours for whoever asks; empty where there is none, or none for them."""
    if not reader(request).sees(key.community_id):
        return ()
    whole = unmasked(request)
    lines = lines_around(key, before=before, after=after, whole=whole, run=run)
    looked_at(request, [line.key for line in lines], whole=whole)
    return lines


def looked_at(request: HttpRequest, keys: Sequence[Key], *, whole: bool = False) -> None:
    """Write down that these messages, or parts of them, were shown: one entry for the page."""
    if not keys:
        return
    communities = {key.community_id for key in keys}
    named = [f"{key.scope}/{key.message_id}" for key in keys[:MOST_NAMED]]
    route = request.resolver_match.view_name if request.resolver_match else ""
    with transaction.atomic():
        record(
            UNMASKED if whole else VIEWED, actor_of(request), subject=_subject(keys),
            community=communities.pop() if len(communities) == 1 else "",
            after={"count": len(keys), "messages": named, "on": route},
        )  # fmt: skip


def searched(request: HttpRequest, given: dict[str, Any], keys: Sequence[Key], *, whole: bool) -> None:
    """Write down what was looked for and which messages were shown."""
    facts = {name: str(given[name] or "") for name in ("community", "kind", "first", "last", "words", "author")}
    named = [f"{key.scope}/{key.message_id}" for key in keys[:MOST_NAMED]]
    with transaction.atomic():
        record(
            SEARCHED, actor_of(request), subject="messages",
            about=f"account:{given['author']}"[:200] if given["author"] else "", community=given["community"],
            after={**facts, "count": len(keys), "messages": named, "whole": whole},
        )  # fmt: skip


def _subject(keys: Sequence[Key]) -> str:
    return f"message:{keys[0].scope}/{keys[0].message_id}"[:200] if len(keys) == 1 else "messages"
