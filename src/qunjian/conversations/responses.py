"""Questions addressed to staff and the first staff response to each, timed in duty time only.

Definitions (all per community and channel; a *duty account* is an account of the duty table on a local day between
its from and to):

- An *addressed* message: a message of someone who is neither a duty account nor a bot, that mentions a duty account
  or natively replies to a message of one. Stickers, red packets, system lines and bare closings (谢谢, 好的, OK,
  收到 …) are exempt.
- A *question* opens with an addressed message of a member when their last addressed message was answered, or is more
  than 24 h old, or does not exist. Any other addressed message asks the same question again (`asked_again`).
- A *response* is the first later message of a duty account that natively replies to that member or mentions them.
- The *clock* starts at the member's last consecutive message: the last of the run of their own messages that begins
  with the question, each at most 60 s after the one before and nothing of anyone else (bots apart) in between.
- `waited_us` counts only µs inside shifts (the union of the shifts on duty in that community, in its own zone).
- A response outside the responder's own shift earns nothing: the question is then *censored* at the duty time
  waited until then (`off_hours`). A question without response is *censored* at the end of observation (`waiting`).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

import ibis

from qunjian.conversations.duty import DutyCalendar, duty_calendar
from qunjian.conversations.pairing import PARAMETERS, PAUSE, PREFIX, REOPENS_AFTER, paired
from qunjian.conversations.replies import reply_targets
from qunjian.engines import portable
from qunjian.model.schemas import MESSAGE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pyarrow as pa
    from ibis.expr.types import IntegerValue, Table, Value

    from qunjian.engines.local import Session

__all__ = ["REOPENS_AFTER", "RESPONSE_COLUMNS", "DutyCalendar", "State", "duty_calendar", "response_pairs"]

State = Literal["answered", "off_hours", "waiting"]
# The columns of the table of pairs. (scope, message_id) is the opening message, account_id the asker. on_duty: the only
# operator on shift when duty time began to count (null: nobody or several); person: who answered, else on_duty.
# censored: state is not answered. in_shift: the clock started inside a shift. Times UTC; waited_us: duty time in µs.
RESPONSE_COLUMNS = (
    "platform", "community_id", "channel_id", "scope", "message_id", "content_hash", "account_id", "asked_at",
    "clock_from", "in_shift", "asked_again", "state", "censored", "response_id", "responder", "person",
    "on_duty", "responded_at", "waited_us",
)  # fmt: skip

EXEMPT_KINDS = ("sticker", "red_packet", "system", "recall")
_KEY = ["scope", "message_id"]
_PLACE = ["community_id", "channel"]
_ORDER = ["us", "scope", "message_id"]
_EVENT = ["scope", "message_id", "community_id", "channel", "sent_at", "us"]


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
    """Return what `pairing.paired` does as an Ibis table, for whoever goes on in expressions."""
    rows = paired(session, calendar, observed, bots=bots, communities=communities, first=first, after=after)
    return ibis.memtable(rows)


def compiled() -> dict[str, str]:
    """Compile every statement of a run to DuckDB's SQL (slow), in the order to run them."""
    return {name: str(ibis.to_sql(one, dialect="duckdb")) for name, one in expressions().items()}


def expressions() -> dict[str, Table]:
    """Return the statements of a run: what is kept under its name (PREFIX), then `pairs`, the result."""
    known = _named("message", MESSAGE)
    given = {name: _named(PREFIX + name, schema) for name, schema in PARAMETERS.items()}
    made = {"message": _messages(_named(PREFIX + "said", MESSAGE), given)}
    message = _again(made, "message")
    made["addressed"] = _addressed(message, known, given["tenure"])
    addressed = _again(made, "addressed")
    made["texts"] = known.semi_join(addressed, _KEY).select("scope", "message_id", "text")
    asked = addressed.anti_join(given["exempt"], _KEY)
    clocked = _questions(asked, _responses(message, known, given["tenure"])).inner_join(_run_ends(message), _KEY)
    spanned = clocked.cross_join(given["span"].rename(span_from="from_us", span_after="after_us"))
    spanned = spanned.filter(spanned.from_us >= spanned.span_from, spanned.from_us < spanned.span_after)
    made["clocked"] = spanned.select(*clocked.columns)
    ends = _ends(message, given["told"])
    made["pairs"] = _timed(_again(made, "clocked"), given, ends, known)
    return made


def _named(name: str, schema: pa.Schema) -> Table:
    return ibis.table(ibis.Schema.from_pyarrow(schema), name=name)


def _again(made: Mapping[str, Table], name: str) -> Table:
    return ibis.table(made[name].schema(), name=PREFIX + name)


def elapsed(moments: Table, column: str, clock: Table) -> Table:
    """Return `moments` with the duty clock at `column` (µs) and the next moment on duty: `<column>_duty`, `_next`."""
    clock = clock.view()
    found = moments.inner_join(
        clock,
        [
            moments.community_id == clock.community_id,
            clock.starts <= moments[column],
            moments[column] < clock.until,
        ],
    )
    inside = found[column] < found.ends
    return found.select(
        *moments.columns,
        **{
            f"{column}_duty": found.before + ibis.least(found[column], found.ends) - found.starts,
            f"{column}_next": ibis.ifelse(inside, found[column], found.until),
        },
    )


def _us(moment: Value) -> IntegerValue:
    """Return an instant in µs; a plain cast or `epoch_seconds` alone rounds or is not known everywhere."""
    return moment.truncate("s").epoch_seconds().cast("int64") * 1_000_000 + moment.microsecond().cast("int64")


def _messages(said: Table, given: Mapping[str, Table]) -> Table:
    """Return the narrow columns of what people said in the wanted communities."""
    message = said.filter(said.account_id.notnull() & ~said.kind.isin(["system", "recall"]))
    message = message.semi_join(given["wanted"], "community_id")
    message = message.anti_join(given["bot"], ["community_id", "account_id"])
    return message.select(
        "scope", "message_id", "community_id", "account_id", "sent_at", "kind", "mentions",
        channel=message.channel_id.fill_null(""), us=_us(message.sent_at),
    )  # fmt: skip


def _on(rows: Table, spans: Table, account: str) -> list[object]:
    """Return the condition that a row's account holds one of the spans at its time."""
    return [
        rows.community_id == spans.community_id,
        rows[account] == spans.account_id,
        spans.starts <= rows.us,
        rows.us < spans.ends,
    ]


def _links(message: Table, known: Table) -> tuple[Table, Table]:
    """Return who addressed whom: by mention, and by native reply to a known message, however old."""
    columns = ["scope", "message_id", "community_id", "channel", "account_id", "sent_at", "us", "kind"]
    mention = message.filter(message.mentions.length() > 0)
    mention = mention.select(*columns, target=mention.mentions.unnest()).filter(lambda t: t.target.notnull())
    reply = message.inner_join(reply_targets(known.semi_join(message, "community_id")), _KEY)
    known = known.select(known_scope="scope", known_id="message_id", target="account_id")
    reply = reply.inner_join(known, [reply.scope == known.known_scope, reply.target_id == known.known_id])
    return mention, reply.select(*columns, "target")


def _addressed(message: Table, known: Table, tenure: Table) -> Table:
    """Return the members' messages that address a duty account, stickers left out, closings still among them."""
    mention, reply = _links(message, known)
    to = mention.union(reply)
    to = to.semi_join(tenure, _on(to, tenure, "target"))
    staff = tenure.view()
    to = to.anti_join(staff, _on(to, staff, "account_id"))
    to = to.filter(~to.kind.isin(EXEMPT_KINDS))
    return to.select(*_EVENT, asker="account_id").distinct()


def _responses(message: Table, known: Table, tenure: Table) -> Table:
    """Return one row per message of a duty account and member it replies to or mentions."""
    mention, reply = _links(message, known)
    to = mention.union(reply)
    to = to.semi_join(tenure, _on(to, tenure, "account_id"))
    to = to.filter(to.target != to.account_id)
    return to.select(*_EVENT, asker="target", responder="account_id").distinct()


def _questions(asked: Table, responses: Table) -> Table:
    """Return the opening message of every question with the first response after it."""
    both = asked.mutate(responder=ibis.null("string")).union(responses.select(*asked.columns, "responder"))
    asker = [*_PLACE, "asker"]
    events = both.mutate(place=ibis.row_number().over(group_by=asker, order_by=_ORDER))
    before, following = (
        ibis.window(group_by=asker, order_by="place"),
        ibis.window(group_by=asker, order_by="place", following=(1, None)),
    )
    events = events.mutate(
        last_us=events.us.lag().over(before),
        last_answered=events.responder.notnull().lag().over(before),
        response_place=ibis.cases((events.responder.notnull(), events.place)).min().over(following),
    )
    question = events.filter(events.responder.isnull())
    question = question.mutate(
        opens=question.last_us.isnull()
        | question.last_answered
        | (question.us - question.last_us > REOPENS_AFTER // dt.timedelta(microseconds=1))
    )
    question = question.mutate(
        number=question.opens.cast("int64").sum().over(ibis.cumulative_window(group_by=asker, order_by="place"))
    )
    question = question.mutate(asked_again=question.count().over(group_by=[*asker, "number"]) - 1).filter("opens")
    answer = events.filter(events.responder.notnull()).select(
        *asker,
        response_place="place",
        response_id="message_id",
        response_us="us",
        responded_at="sent_at",
        by="responder",
    )
    joined = question.left_join(answer, [*asker, "response_place"])
    return joined.select(
        "scope", "message_id", "community_id", "channel", "asker", "us", "asked_again", "response_id", "response_us",
        "responded_at", responder="by",
    )  # fmt: skip


def _run_ends(message: Table) -> Table:
    """Return for every message when its sender's run of consecutive messages ends (`from_us`)."""
    channel = ibis.window(group_by=_PLACE, order_by=_ORDER)
    runs = message.mutate(last_us=message.us.lag().over(channel), last_account=message.account_id.lag().over(channel))
    starts = (
        runs.last_us.isnull()
        | (runs.last_account != runs.account_id)
        | (runs.us - runs.last_us > PAUSE // dt.timedelta(microseconds=1))
    )
    runs = runs.mutate(starts=starts.cast("int64"))
    runs = runs.mutate(run=runs.starts.sum().over(ibis.cumulative_window(group_by=_PLACE, order_by=_ORDER)))
    run = ibis.window(group_by=[*_PLACE, "run"])
    return runs.select(*_KEY, from_us=runs.us.max().over(run), clock_from=runs.sent_at.max().over(run))


def _ends(message: Table, told: Table) -> Table:
    """Return each community's end of observation: as told, else its last message."""
    said = message.group_by("community_id").aggregate(observed_us=message.us.max())
    return told.union(said).group_by("community_id").aggregate(observed_us=lambda t: t.observed_us.max())


def _timed(questions: Table, given: Mapping[str, Table], ends: Table, message: Table) -> Table:
    """Return the questions with their waiting time, state and responsible operator."""
    clock, shift, tenure = given["clock"], given["shift"], given["tenure"]
    known = portable.with_lookup(questions, ends, ["community_id"])
    known = known.mutate(end_us=known.response_us.fill_null(known.observed_us))
    timed = elapsed(elapsed(known, "from_us", clock), "end_us", clock)
    answered = timed.filter(timed.responder.notnull()).select(*_KEY, "community_id", "responder", us="response_us")
    answered = answered.inner_join(tenure, _on(answered, tenure, "responder")).select(
        *_KEY, "community_id", "us", "person"
    )
    by = _on_shift(answered, shift).group_by(_KEY).aggregate(answered_by=lambda t: t.person.min())
    start = timed.select(*_KEY, "community_id", us="from_us_next")
    responsible = start.inner_join(
        shift, [start.community_id == shift.community_id, shift.starts <= start.us, start.us < shift.ends]
    )
    responsible = responsible.group_by(_KEY).aggregate(
        people=responsible.person.nunique(), only=responsible.person.min()
    )
    timed = portable.with_lookup(portable.with_lookup(timed, by, _KEY), responsible, _KEY)
    return _shown(message, timed)


def _on_shift(rows: Table, shift: Table) -> Table:
    return rows.semi_join(
        shift,
        [
            rows.community_id == shift.community_id,
            rows.person == shift.person,
            shift.starts <= rows.us,
            rows.us < shift.ends,
        ],
    )


def _shown(message: Table, timed: Table) -> Table:
    """Return the public columns, with what only the message view knows joined back."""
    message = message.select(*_KEY, "platform", "channel_id", "content_hash", asked_at="sent_at")
    joined = timed.inner_join(message, _KEY)
    state = ibis.cases(
        (joined.response_id.isnull(), "waiting"), (joined.answered_by.notnull(), "answered"), else_="off_hours"
    )
    only = ibis.ifelse(joined.people == 1, joined.only, None)
    return joined.select(
        "platform", "community_id", "channel_id", "scope", "message_id", "content_hash",
        account_id="asker",
        asked_at="asked_at",
        clock_from="clock_from",
        in_shift=joined.from_us == joined.from_us_next,
        asked_again="asked_again",
        state=state,
        censored=state != "answered",
        response_id="response_id",
        responder="responder",
        person=ibis.coalesce(joined.answered_by, only),
        on_duty=only,
        responded_at="responded_at",
        waited_us=joined.end_us_duty - joined.from_us_duty,
    )  # fmt: skip
