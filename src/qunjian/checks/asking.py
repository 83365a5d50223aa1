"""Tells of one message whether each condition on it alone holds, and what it is instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import re2

from qunjian.model.language import Phrase
from qunjian.text.everyone import calls_everyone
from qunjian.text.folding import fold
from qunjian.text.links import LINK, host_and_path, link_class, trimmed, under
from qunjian.text.patterns import confirmer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from qunjian.checks.conditions import Facts
    from qunjian.standards.conditions import Attachment, During, Hours, Links, Mentions

_LINK = re2.compile(LINK)


class Teller(msgspec.Struct, frozen=True):
    """How one condition is told: `holds(value, text, folded, facts)`, and what the message has in its place."""

    holds: Callable[[Any, str, str, Facts], bool | None]
    had: Callable[[str, str, Facts], Phrase]


def links_of(folded: str) -> Iterator[tuple[str, str]]:
    """Yield the class and the host of every link in a folded text."""
    for match in _LINK.finditer(folded):
        if match.start() and folded[match.start() - 1] == "@":
            continue  # the domain of an e-mail address
        link = trimmed(match.group())
        yield link_class(link), host_and_path(link)[0]


def _link(value: Links, text: str, folded: str, facts: Facts) -> bool | None:
    domains = frozenset(value.domains)
    anywhere = not (value.classes or value.domains)
    such = [anywhere or place in value.classes or under(host, domains) for place, host in links_of(folded)]
    return (all(such) if value.every else any(such)) if such else False


def _attachment(value: Attachment, text: str, folded: str, facts: Facts) -> bool | None:
    if facts.attachments is None:
        return None
    return any(_such(value, kind, name) for kind, name in facts.attachments)


def _such(value: Attachment, kind: str, name: str) -> bool:
    folded = fold(name)
    endings = tuple("." + ending.removeprefix(".").lower() for ending in value.endings)
    if value.kinds and kind not in value.kinds:
        return False
    if endings and not folded.rstrip(" .").endswith(endings):
        return False
    return not value.patterns or any(confirmer(pattern).search(folded) is not None for pattern in value.patterns)


def _mentions(value: Mentions, text: str, folded: str, facts: Facts) -> bool | None:
    if value.everyone:
        listed = facts.mentions is not None and f"{facts.platform}:all" in facts.mentions
        return listed or calls_everyone([text], [facts.platform])[0]
    if facts.mentions is None:
        return None
    named = [each for each in dict.fromkeys(facts.mentions) if each != f"{facts.platform}:all"]
    if value.roles:
        if facts.roles is None:
            return None
        named = [each for each in named if facts.roles(each) in value.roles]
    return len(named) >= value.at_least


def _hours(value: Hours, text: str, folded: str, facts: Facts) -> bool | None:
    return None if facts.local is None else value.holds(facts.local)


def _during(value: During, text: str, folded: str, facts: Facts) -> bool | None:
    return None if facts.local is None else value.first <= facts.local.date() <= value.last


def _is(text: str) -> Callable[[str, str, Facts], Phrase]:
    return lambda _text, _folded, facts: Phrase(f"是 {getattr(facts, text)}", f"it is {getattr(facts, text)}")


def _time(text: str, folded: str, facts: Facts) -> Phrase:
    local = f"{facts.local:%Y-%m-%d %H:%M}" if facts.local else "?"
    return Phrase(f"时间是 {local}", f"it was sent at {local}")


def _tags(text: str, folded: str, facts: Facts) -> Phrase:
    tags = facts.tags or ()
    return Phrase(f"社群标签：{'、'.join(tags) or '无'}", f"the community's tags: {', '.join(tags) or 'none'}")


def _links(text: str, folded: str, facts: Facts) -> Phrase:
    places = [f"{host} ({place})" for place, host in links_of(folded)]
    return Phrase(f"链接：{'、'.join(places) or '无'}", f"its links: {', '.join(places) or 'none'}")


def _names(text: str, folded: str, facts: Facts) -> Phrase:
    names = [name or kind for kind, name in facts.attachments or ()]
    return Phrase(f"附件：{'、'.join(names) or '无'}", f"its attachments: {', '.join(names) or 'none'}")


def _said(yes: Phrase, no: Phrase, field: str) -> Callable[[str, str, Facts], Phrase]:
    return lambda _text, _folded, facts: yes if getattr(facts, field) else no


def _count(text: str, folded: str, facts: Facts) -> Phrase:
    count = len(facts.mentions or ())
    return Phrase(f"提到 {count} 个账号", f"it mentions {count} accounts")


def _equal(field: str) -> Callable[[Any, str, str, Facts], bool | None]:
    def holds(value: bool, text: str, folded: str, facts: Facts) -> bool | None:
        known = getattr(facts, field)
        return None if known is None else known is value

    return holds


TELLERS: dict[str, Teller] = {
    "role": Teller(lambda value, text, folded, facts: facts.role in value, _is("role")),
    "kinds": Teller(lambda value, text, folded, facts: facts.kind in value, _is("kind")),
    "tags": Teller(
        lambda value, text, folded, facts: None if facts.tags is None else not set(value).isdisjoint(facts.tags), _tags
    ),
    "hours": Teller(_hours, _time),
    "during": Teller(_during, _time),
    "replies": Teller(
        _equal("replies"), _said(Phrase("是回复", "it is a reply"), Phrase("不是回复", "it is no reply"), "replies")
    ),
    "forwarded": Teller(
        _equal("forwarded"),
        _said(Phrase("是转发", "it is forwarded"), Phrase("不是转发", "it is not forwarded"), "forwarded"),
    ),
    "mentions": Teller(_mentions, _count),
    "link": Teller(_link, _links),
    "attachment": Teller(_attachment, _names),
}
