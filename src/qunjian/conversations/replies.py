"""Who answers whom: reply links from native replies and from mentions, nothing guessed.

A *native* link is a message that names the message it answers (`reply_to`). A *mention* link is a message that names
an account: the link to the account is certain; the message of that account it points at is the newest earlier one in
the same channel, and is null when there is none. A source that knows neither says so in its capabilities
(`link_knowledge`), and whoever counts replies must then say "unknown", never zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from qunjian.model.capabilities import Answer, Capabilities

# The columns of every table of links, in order. `basis` is "native" or "mention".
LINK_COLUMNS = (
    "community_id", "channel_id", "scope", "message_id", "account_id", "sent_at",
    "target_id", "target_account_id", "target_sent_at", "basis",
)  # fmt: skip


def link_knowledge(capabilities: Capabilities) -> Answer:
    """Return whether a source can know reply links at all: the better of its answers for replies and mentions."""
    raise NotImplementedError


def native_links(message: Table) -> Table:
    """Return one row per message with `reply_to`; the target's account and time are null when it is not in the lake."""
    raise NotImplementedError


def mention_links(message: Table) -> Table:
    """Return one row per message and other account it mentions, except where a native reply already goes to them."""
    raise NotImplementedError


def reply_links(message: Table) -> Table:
    """Return native and mention links together (LINK_COLUMNS); links to oneself are left out."""
    raise NotImplementedError
