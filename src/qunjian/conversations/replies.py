"""Who answers whom: reply links from native replies and from mentions, nothing guessed.

A *native* link is a message that names the message it answers (`reply_to`). A *mention* link is a message that names
an account: the link to the account is certain; the message of that account it points at is the newest earlier one in
the same channel, and is null when there is none. A source that knows neither says so in its capabilities
(`knowledge.link_knowledge`), and whoever counts replies must then say "unknown", never zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    from ibis.expr.types import Table

# The columns of every table of links, in order. `basis` is "native" or "mention".
LINK_COLUMNS = (
    "community_id", "channel_id", "scope", "message_id", "account_id", "sent_at",
    "target_id", "target_account_id", "target_sent_at", "basis",
)  # fmt: skip
_SOURCE = LINK_COLUMNS[:6]
_ORDER = ("sent_at", "scope", "message_id")


def reply_targets(message: Table, known: Table | None = None) -> Table:
    """Return scope, message_id and target_id of every message with `reply_to`, quotes by author and minute resolved.

    Such a quote is "?minute|name", or "?minute||account" where the source or an erasure gives the author's id.
    A quote that fits no message keeps its mark as target_id; one that fits several means the first of them. `known`:
    the messages that can be meant, all unless said otherwise.
    """
    known = message if known is None else known
    replying = message.filter(message.reply_to.notnull())
    named = replying.filter(~replying.reply_to.startswith("?"))
    quoting = replying.filter(replying.reply_to.startswith("?")).select(
        "scope", "message_id", "community_id", "reply_to", thread=replying.thread_id.fill_null("")
    )
    wall = known.wall_time.cast("string")
    minute = wall.substr(0, 10) + "T" + wall.substr(11, 5)
    timed = known.mutate(minute=ibis.literal("?") + minute + "|").filter(known.wall_time.notnull())
    by_name = timed.filter(timed.name_then.notnull()).mutate(mark=lambda t: t.minute + t.name_then)
    by_id = timed.filter(timed.account_id.notnull()).mutate(mark=lambda t: t.minute + "|" + t.account_id)
    quoted = by_name.union(by_id).select(
        "community_id", "sent_at", "scope", reply_to="mark", thread=lambda t: t.thread_id.fill_null(""),
        known_id="message_id",
    )  # fmt: skip
    same = ["community_id", "scope", "thread", "reply_to"]
    quoted = quoted.semi_join(quoting, same)
    order = ibis.window(group_by=same, order_by=["sent_at", "known_id"])
    first = quoted.mutate(place=ibis.row_number().over(order)).filter(lambda t: t.place == 0)
    resolved = quoting.left_join(first, same).select(
        "scope", "message_id", target_id=lambda t: ibis.coalesce(t.known_id, t.reply_to)
    )
    return named.select("scope", "message_id", target_id="reply_to").union(resolved)


def native_links(message: Table, known: Table | None = None) -> Table:
    """Return one row per message with `reply_to`; the target's account and time are null when it is not in `known`."""
    known = message if known is None else known
    answer = _spoken(message.filter(message.reply_to.notnull())).select(*_SOURCE)
    answer = answer.inner_join(reply_targets(message, known), ["scope", "message_id"])
    target = known.select(
        target_scope="scope", known_id="message_id", target_account_id="account_id", target_sent_at="sent_at"
    )
    joined = answer.left_join(
        target, [answer.scope == target.target_scope, answer.target_id == target.known_id]
    ).mutate(basis=ibis.literal("native"))
    return _not_oneself(joined.select(*LINK_COLUMNS))


def mention_links(message: Table) -> Table:
    """Return one row per message and other account it mentions, except where a native reply already goes to them."""
    named = (
        _spoken(message)
        .filter(lambda t: t.mentions.length() > 0)
        .select(*_SOURCE, target_account_id=lambda t: t.mentions.unnest())
        .distinct()
        .filter(lambda t: (t.target_account_id != t.account_id) & t.target_account_id.notnull())
    )
    answered = native_links(message)
    named = named.anti_join(answered, ["scope", "message_id", "target_account_id"])
    events = _events(named, _spoken(message))
    earlier = ibis.window(group_by=["community_id", "channel", "about"], order_by=["place"], preceding=(None, 1))
    placed = events.mutate(target_place=ibis.cases((events.said, events.place)).max().over(earlier))
    mention = placed.filter(~placed.said)
    target = placed.filter(placed.said).select(
        "community_id", "channel", "about", "place", target_id="message_id", target_sent_at="sent_at"
    )
    joined = mention.left_join(
        target,
        [
            mention.community_id == target.community_id,
            mention.channel == target.channel,
            mention.about == target.about,
            mention.target_place == target.place,
        ],
    )
    return joined.mutate(target_account_id=joined.about, basis=ibis.literal("mention")).select(*LINK_COLUMNS)


def reply_links(message: Table) -> Table:
    """Return native and mention links together (LINK_COLUMNS); links to oneself are left out."""
    return native_links(message).union(mention_links(message))


def _spoken(message: Table) -> Table:
    """Return the messages an account sent; the system's own lines answer nobody."""
    return message.filter(lambda t: t.account_id.notnull() & ~t.kind.isin(["system", "recall"]))


def _not_oneself(links: Table) -> Table:
    return links.filter(lambda t: t.target_account_id.isnull() | (t.target_account_id != t.account_id))


def _events(named: Table, spoken: Table) -> Table:
    """Return mentions of accounts and messages by the mentioned accounts, placed in one order per channel."""
    mention = named.select(
        *_SOURCE, channel=named.channel_id.fill_null(""), about=named.target_account_id, said=ibis.literal(False)
    )
    wanted = named.select("community_id", about="target_account_id").distinct()
    said = spoken.select(
        *_SOURCE, channel=spoken.channel_id.fill_null(""), about=spoken.account_id, said=ibis.literal(True)
    ).semi_join(wanted, ["community_id", "about"])
    both = mention.union(said)
    order = ibis.window(group_by=["community_id", "channel", "about"], order_by=[*_ORDER, "said"])
    return both.mutate(place=ibis.row_number().over(order))
