"""One search of the messages of some days under an edition: every finding, batch by batch, with what was covered."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import msgspec

from qunjian.checks.runner import message_rules
from qunjian.model.errors import UnknownNameError
from qunjian.model.language import Phrase
from qunjian.model.periods import enclosing, local_span
from qunjian.runs.inspection import message_context, window_context, window_rules
from qunjian.runs.media_lists import lists
from qunjian.runs.media_pass import MediaPass
from qunjian.runs.message_pass import Charge
from qunjian.runs.window_pass import WindowPass

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from qunjian.engines.local import Session
    from qunjian.lake.visibility import Visible
    from qunjian.model.periods import Span
    from qunjian.model.progress import Progress
    from qunjian.runs.inspection import Surroundings
    from qunjian.runs.message_pass import MessagePass
    from qunjian.standards.editions import Edition
    from qunjian.workspace import Workspace

_STEP = Phrase("质检消息", "inspecting messages")
_WINDOWS = Phrase("窗口检查", "window checks")


class Coverage(msgspec.Struct, frozen=True):
    """How many messages were there, how many a message rule could read, and what kinds it could not."""

    messages: int
    inspected: int
    not_inspected: dict[str, int]


class Search:
    """A search under way: `unknown`, `media.coverage` and `coverage` are whole once its findings have been read.

    `gone`: files that were looked for just now and are not there any more.
    """

    def __init__(
        self,
        workspace: Workspace,
        session: Session,
        visible: Visible,
        edition: Edition,
        messages: MessagePass,
        around: Surroundings,
        spans: dict[str, Span],
        communities: tuple[str, ...] | None,
        gone: frozenset[bytes] = frozenset(),
    ) -> None:
        self.media = MediaPass(edition.rules, lists(workspace), messages.inspector, gone)
        self._workspace, self._session, self._visible = workspace, session, visible
        self._edition, self._messages, self._around = edition, messages, around
        self._communities = communities
        self._spans = {name: span for name, span in spans.items() if communities is None or name in communities}
        self.span = enclosing(self._spans.values())
        self.unknown: list[dict[str, str]] = []
        self._seen: dict[tuple[str, str], list[int]] = {}  # (community, kind) → messages, of them inspected

    def findings(self, progress: Progress) -> Iterator[pa.RecordBatch]:
        """Yield the findings of all message checks, portion by portion, then those of the window checks."""
        edition, around = self._edition, self._around
        rules = window_rules(edition.rules, around)
        knows = window_context(self._workspace, self._session, edition, around, self._spans, self._communities)
        context = message_context(edition, around, knows.capabilities or {})
        with closing(WindowPass(rules, knows)) as windows:
            portions = self._workspace.lake.portions(
                self._session, self._visible, self._communities, windows.reads_from, self.span[1]
            )
            windows.begin(portions)
            kinds = {kind for rule in message_rules(edition.rules) for kind in rule.scope.kinds}
            charge = Charge(context, self._spans, tuple(sorted(kinds)), windows.gatherers)
            done, total = 0, sum(portion.rows for portion in portions)
            for number, (portion, read) in enumerate(zip(portions, self._messages.read(portions, charge), strict=True)):
                self._cover(read.seen)
                windows.add(number, read.gathered)
                yield from read.findings
                done += portion.rows
                progress(_STEP, done, total)
            progress(_WINDOWS, 0, len(rules))
            report = windows.finish()
            self.unknown.extend(
                {"rule": each.rule, "community_id": each.community_id, "zh": each.why.zh, "en": each.why.en}
                for each in report.unknown
            )
            progress(_WINDOWS, len(rules), len(rules))
            yield from report.findings.to_batches()
        yield from self.media.findings(self._session, context, self._spans, self._communities)
        self.unknown.extend(
            {"rule": rule, "community_id": community, "zh": why.zh, "en": why.en}
            for rule, why in self.media.inspector.lacking.items()
            for community, seen in sorted(self.media.coverage.items())
            if seen.read
        )

    def coverage(self) -> dict[str, Coverage]:
        """Return by community what was there and what could be read."""
        found: dict[str, Coverage] = {}
        for (community, kind), (messages, inspected) in sorted(self._seen.items()):
            before = found.get(community, Coverage(0, 0, {}))
            missed = {kind: messages - inspected} if messages > inspected else {}
            found[community] = Coverage(
                before.messages + messages, before.inspected + inspected, {**before.not_inspected, **missed}
            )
        return found

    def _cover(self, seen: dict[tuple[str, str], list[int]]) -> None:
        for key, (messages, inspected) in seen.items():
            counted = self._seen.setdefault(key, [0, 0])
            counted[0] += messages
            counted[1] += inspected


def chosen_communities(
    communities: Sequence[str] | None, around: Surroundings, session: Session
) -> tuple[str, ...] | None:
    """Return the communities asked for, by id or by name; an unknown one is an error with the nearest names."""
    if not communities:
        return None
    names = dict(
        session.connection.execute("SELECT name, community_id FROM community WHERE name IS NOT NULL").fetchall()
    )
    found = []
    for asked in communities:
        community = asked if asked in around.communities else names.get(asked)
        if community is None:
            raise UnknownNameError(Phrase("社群", "community"), asked, (*around.communities, *names))
        found.append(community)
    return tuple(found)


def chosen_spans(first: dt.date | None, last: dt.date | None, around: Surroundings) -> dict[str, Span]:
    """Return the instants of the local days [first, last] of each community, by its own zone; none without bounds."""
    if first is None and last is None:
        return {}
    return {community: local_span(first, last, zone) for community, zone in sorted(around.zones.items())}
