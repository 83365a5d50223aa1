"""What an inspection knows beside the messages: the edition in force, tags, roles, zones, silences, window rules."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec

from qunjian.checks.contract import MessageContext
from qunjian.checks.silencing import standing_silences
from qunjian.checks.windows.contract import WindowContext, WindowRule
from qunjian.conversations.knowledge import observed_until
from qunjian.model.decisions import Decisions, Silence, StandardInForce
from qunjian.model.periods import enclosing
from qunjian.runs.publishing import in_force, released_as
from qunjian.runs.standards import DEFAULT, open_edition
from qunjian.standards.loading import list_standards

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from qunjian.engines.local import Session
    from qunjian.model.capabilities import Capabilities, Field
    from qunjian.model.periods import Span
    from qunjian.standards.editions import Edition
    from qunjian.standards.rules import Rule
    from qunjian.workspace import Workspace


# What conditions on a message ask of its source.
_TOLD: tuple[Field, ...] = ("replies", "mentions", "media")


class Surroundings(msgspec.Struct, frozen=True):
    """The communities there are, with their tags and zones; the roles of accounts; what people decided."""

    communities: tuple[str, ...]
    tags: dict[str, tuple[str, ...]]
    zones: dict[str, str]
    roles: dict[tuple[str, str], str]
    silences: tuple[Silence, ...]
    decisions: Decisions


def chosen_edition(
    workspace: Workspace | None,
    name: str | Path | None,
    decisions: Decisions | None,
    today: dt.date,
    version: str = "",
) -> Edition:
    """Return the standard named (in the version asked for, where it was published), else the one in force today.

    A name that only published versions bear means the one of them that is in force, else the newest.
    """
    folders = (workspace.standards,) if workspace else ()
    decided = decisions.in_force if decisions else ()
    if workspace is not None and version and name is not None:
        exact = released_as(workspace.standards, str(name), version)
        if exact is not None:
            return exact
    if name is None:
        now = latest(decided, today)
        if now is None:
            return open_edition(DEFAULT, folders)
        if workspace is not None and now.content:
            return in_force(workspace.standards, now)
        return open_edition(now.standard, folders)
    now = latest([each for each in decided if each.standard == str(name) and each.content], today)
    if workspace is not None and now is not None and str(name) not in list_standards(folders):
        return in_force(workspace.standards, now)
    return open_edition(name, folders)


def latest(decided: Sequence[StandardInForce], today: dt.date) -> StandardInForce | None:
    """Return the decision that holds today: the one that began last, of several on one day the one written last."""
    begun = [(each.starts, number) for number, each in enumerate(decided) if each.starts <= today]
    return decided[max(begun)[1]] if begun else None


def surroundings(session: Session, edition: Edition, decisions: Decisions, default_zone: str) -> Surroundings:
    """Read what the checks need to know of communities and accounts; decisions go before what exports say."""
    run = session.connection.execute
    communities = tuple(row[0] for row in run("SELECT DISTINCT community_id FROM message ORDER BY 1").fetchall())
    zones = dict.fromkeys(communities, default_zone)
    zones.update(run("SELECT community_id, zone FROM community WHERE zone IS NOT NULL").fetchall())
    known = {each.community_id: each.tags for each in decisions.register}
    tags = {community: known.get(community, ()) for community in communities}
    roles = {
        (community, account): role
        for community, account, role in run(
            "SELECT community_id, account_id, role FROM roster WHERE role IS NOT NULL AND role <> 'member'"
        ).fetchall()
    }
    roles.update({(duty.community_id, account): "staff" for duty in decisions.duties for account in duty.accounts})
    roles.update({(each.community_id, each.account_id): each.role for each in decisions.roles})
    silences = (*decisions.silences, *standing_silences(edition.standard, tags))
    return Surroundings(communities, tags, zones, roles, silences, decisions)


def window_rules(rules: Sequence[Rule], around: Surroundings) -> list[WindowRule]:
    """Return the window rules among `rules`, each for the communities its tags name."""
    # Every kind of check, which a report does without.
    from qunjian.checks.registry import kind_of, parameters_of
    from qunjian.checks.windows import conditional

    context = MessageContext("", "", around.tags, around.roles, around.zones)
    found = []
    for rule in rules:
        if rule.lifecycle == "retired" or not (kind_of(rule).window or rule.is_window):
            continue
        by_kind = kind_of(rule).window
        wanted = set(rule.scope.tags)
        communities = tuple(c for c in around.communities if wanted & set(around.tags[c])) if wanted else None
        found.append(
            WindowRule(
                rule.id,
                rule.severity,
                rule.category,
                rule.detect.kind if by_kind else conditional.NAME,
                parameters_of(rule) if by_kind else conditional.Conditional(rule=rule, context=context),
                rule.citation,
                rule.hint.zh,
                rule.scope.kinds,
                rule.scope.roles,
                rule.scope.exempt_roles,
                communities,
                rule.detect.kind,
            )
        )
    return found


def message_context(edition: Edition, around: Surroundings, capabilities: Mapping[str, Capabilities]) -> MessageContext:
    """Return what the message checks of one run share; what a community's sources cannot tell is not known there."""
    unknown: dict[str, tuple[str, ...]] = {
        community: tuple(field for field in _TOLD if known.knows(field) == "no")
        for community, known in capabilities.items()
    }
    return MessageContext(edition.standard.id, edition.version, around.tags, around.roles, around.zones, unknown)


def window_context(
    workspace: Workspace,
    session: Session,
    edition: Edition,
    around: Surroundings,
    spans: dict[str, Span],
    communities: tuple[str, ...] | None,
) -> WindowContext:
    """Return what the window checks of one run share."""
    first, after = enclosing(spans.values())
    return WindowContext(
        session, edition.standard.id, edition.version, first, after, communities, around.zones,
        workspace.lake.all_capabilities(session), around.roles, around.decisions,
        observed_until(session) if around.decisions.duties else {}, spans=spans,
    )  # fmt: skip
