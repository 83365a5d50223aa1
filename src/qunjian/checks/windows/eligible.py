"""Which messages a window rule looks at: span, kinds, roles and communities, as one SQL condition."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from qunjian.model.schemas import KINDS, ROLES

if TYPE_CHECKING:
    from qunjian.checks.windows.contract import WindowContext, WindowRule

# What people send: the system's own lines and recall notices are nobody's message.
SENT_KINDS = tuple(kind for kind in KINDS if kind not in ("system", "recall"))
_LISTED = (
    "{negation} EXISTS (SELECT 1 FROM {name} a WHERE a.community_id = m.community_id AND a.account_id = m.account_id)"
)
_numbers = itertools.count()


class Condition(msgspec.Struct, frozen=True):
    """A condition on rows named `m` of the message view, with its parameters."""

    sql: str
    parameters: tuple[object, ...] = ()

    def also(self, sql: str, *parameters: object) -> Condition:
        """Return the condition narrowed by another one."""
        return Condition(f"{self.sql} AND {sql}", (*self.parameters, *parameters))


def span(context: WindowContext, look_back: dt.timedelta) -> Condition:
    """Return the condition on the time of messages a run reads: the judged span and the look-back before it."""
    condition = Condition("m.account_id IS NOT NULL")
    if context.first is not None:
        condition = condition.also("m.sent_at >= ?", context.first - look_back)
    if context.after is not None:
        condition = condition.also("m.sent_at < ?", context.after)
    return condition


def scope(rule: WindowRule, context: WindowContext) -> Condition:
    """Return the condition on kind, community and role of the messages a rule is about."""
    condition = Condition("m.kind IN (SELECT unnest(?))", (list(rule.kinds or SENT_KINDS),))
    for communities in (rule.communities, context.communities):
        if communities is not None:
            condition = condition.also("m.community_id IN (SELECT unnest(?))", list(communities))
    return _roles(rule, context, condition)


def among(context: WindowContext, communities: tuple[str, ...] | None) -> set[str] | None:
    """Return the communities both a rule and a run are about; None means all."""
    chosen = [set(each) for each in (context.communities, communities) if each is not None]
    return set.intersection(*chosen) if chosen else None


def _roles(rule: WindowRule, context: WindowContext, condition: Condition) -> Condition:
    """Narrow by role: whoever has no known role is a member."""
    meant = set(rule.roles or ROLES) - set(rule.exempt_roles)
    if meant == set(ROLES):
        return condition
    by_default = "member" in meant
    listed = [account for account, role in context.roles.items() if (role in meant) != by_default]
    if not listed:
        return condition if by_default else condition.also("false")
    name = f"window_accounts_{next(_numbers)}"
    columns = {"community_id": [each[0] for each in listed], "account_id": [each[1] for each in listed]}
    register(context, name, pa.table(columns))
    known = _LISTED.format(negation="NOT" if by_default else "", name=name)
    return condition.also(known)


def register(context: WindowContext, name: str, rows: pa.Table) -> None:
    """Make an Arrow table known to the session's SQL."""
    context.session.connection.register(name, rows)
