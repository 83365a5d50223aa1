"""The filters of the list of findings, as they stand in its address."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec

from qunjian_console.bridge.inspections import SORTS, STATES, Wanted
from qunjian_console.bridge.severities import TITLES
from qunjian_console.inspections.selectors import within

if TYPE_CHECKING:
    from django.http import QueryDict

    from qunjian_console.accounts.models import User

NAMES = ("run", "severity", "rule", "community", "account", "first", "last", "state", "sort")


class Filters(msgspec.Struct, frozen=True):
    """What the address asks for; what makes no sense there is left out and `doubts` says so."""

    run: str = ""
    severity: tuple[str, ...] = ()
    rule: str = ""
    community: str = ""
    account: str = ""
    first: dt.date | None = None
    last: dt.date | None = None
    state: str = "open"
    sort: Any = "gravest"
    doubts: tuple[str, ...] = ()

    def wanted(self, user: User) -> Wanted:
        """Return the wish to the engine, within the reader's scope."""
        return Wanted(
            severities=self.severity, rules=(self.rule,) if self.rule else (),
            communities=(self.community,) if self.community else within(user), account=self.account,
            first=self.first, last=self.last, states=() if self.state == "all" else (self.state,),
        )  # fmt: skip


def read(query: QueryDict, user: User) -> Filters:
    """Read the filters; a community out of scope is one that is not there."""
    days: dict[str, dt.date | None] = {"first": None, "last": None}
    doubts = []
    for name in days:
        if query.get(name):
            with suppress(ValueError):
                days[name] = dt.date.fromisoformat(str(query[name]))
            if days[name] is None:
                doubts.append(name)
    if days["first"] and days["last"] and days["first"] > days["last"]:
        days["last"] = None
        doubts.append("last")
    community = query.get("community", "")
    state, sort = query.get("state", "open"), query.get("sort", "gravest")
    return Filters(
        run=query.get("run", ""), severity=tuple(each for each in query.getlist("severity") if each in TITLES),
        rule=query.get("rule", "")[:200], community=community if user.sees(community) else "",
        account=query.get("account", "")[:200], first=days["first"], last=days["last"],
        state=state if state in (*STATES, "all") else "open", sort=sort if sort in SORTS else "gravest",
        doubts=tuple(doubts),
    )  # fmt: skip


def kept(query: QueryDict) -> str:
    """Return the filters of an address without its page and whatever else stands there."""
    copy = query.copy()
    for name in list(copy):
        values = [each for each in copy.getlist(name) if each]
        if name in NAMES and values:
            copy.setlist(name, values)
        else:
            del copy[name]
    return str(copy.urlencode())[:2000]
