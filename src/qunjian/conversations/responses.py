"""Questions addressed to staff and the first staff response to each, timed in duty time only.

Definitions (all per community and channel; a *duty account* is an account of the duty table on a local day between
its from and to):

- An *addressed* message: a message of someone who is neither a duty account nor a bot, that mentions a duty account
  or natively replies to a message of one. Stickers, red packets, system lines and bare closings (谢谢, 好的, OK,
  收到 …) are exempt.
- A *question* opens with the first addressed message of a member after the last response to them (or the first at
  all). Further addressed messages before the response ask the same question again (`asked_again`).
- A *response* is the first later message of a duty account that natively replies to that member or mentions them.
- The *clock* starts at the member's last consecutive message: the last of the run of their own messages that begins
  with the question, each at most 60 s after the one before and nothing of anyone else in between.
- `waited_us` counts only µs inside shifts (the union of the shifts on duty in that community, in its own zone).
- A response outside the responder's own shift earns nothing: the question is then *censored* at the duty time
  waited until then (`off_hours`). A question without response is *censored* at the end of observation (`waiting`).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

import msgspec
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ibis.expr.types import Table

    from qunjian.engines.local import Session
    from qunjian.model.decisions import Duty

State = Literal["answered", "off_hours", "waiting"]
# The columns of the table of pairs. (scope, message_id) is the opening message, account_id the asker; `person` the
# operator who answered, or the only one on shift when the clock started, else null. censored = state is not answered.
RESPONSE_COLUMNS = (
    "platform", "community_id", "channel_id", "scope", "message_id", "content_hash", "account_id", "asked_at",
    "clock_from", "in_shift", "asked_again", "state", "censored", "response_id", "responder", "person",
    "responded_at", "waited_us",
)  # fmt: skip


class DutyCalendar(msgspec.Struct, frozen=True):
    """The duty table laid out in UTC µs: who is staff when, who is on shift when, and the running duty clock.

    tenure: community_id, account_id, person, starts, ends · shift: community_id, person, starts, ends ·
    clock: community_id, starts, ends, before (duty µs accumulated before `starts`), until (the next `starts`).
    """

    tenure: pa.Table
    shift: pa.Table
    clock: pa.Table

    @property
    def communities(self) -> tuple[str, ...]:
        """Return the communities that have a duty table."""
        return tuple(sorted(set(self.tenure["community_id"].to_pylist())))


def duty_calendar(
    duties: Iterable[Duty], zones: Mapping[str, str], first: dt.datetime, after: dt.datetime
) -> DutyCalendar:
    """Lay the duty table out over the instants [first, after), each community in its own zone (DST right)."""
    raise NotImplementedError


def observed_until(session: Session) -> dict[str, dt.datetime]:
    """Return for each community the end of observation: the newest export stamp that covers it, else its last message."""
    raise NotImplementedError


def response_pairs(
    session: Session,
    calendar: DutyCalendar,
    observed: Mapping[str, dt.datetime],
    *,
    bots: Iterable[tuple[str, str]] = (),
    communities: Iterable[str] | None = None,
    first: dt.datetime | None = None,
    after: dt.datetime | None = None,
) -> Table:
    """Return one row per question (RESPONSE_COLUMNS) among the session's messages in [first, after).

    `bots` are (community_id, account_id) pairs. Only communities of the duty table appear: for all others the figure
    is unknown. Ask `replies.link_knowledge` first: without replies and mentions it is unknown too.
    """
    raise NotImplementedError
