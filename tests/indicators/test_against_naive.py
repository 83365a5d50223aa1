"""Every indicator equals its plain reference on random communities: ties, DST days, empty groups, open periods."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.indicators import naive
from tests.indicators.worlds import listing, message, session_of

from qunjian.indicators.measure import measure
from qunjian.indicators.registry import INDICATORS
from qunjian.model.decisions import Decisions, Role
from qunjian.model.periods import periods_between

ACCOUNTS = ("a", "b", "c", "d", "e")
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia")
# Spring and autumn clock changes of Berlin and New York 2024 lie within reach of these instants.
BASES = (dt.datetime(2024, 3, 6, tzinfo=dt.UTC), dt.datetime(2024, 10, 20, tzinfo=dt.UTC))
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@st.composite
def instants(draw, base, span):
    hour = draw(st.sampled_from((0, 1, 4, 5, 15, 16, 18, 22, 23)))
    return base + dt.timedelta(
        days=draw(st.integers(0, span)), hours=hour, minutes=draw(st.sampled_from((0, 15, 59))),
        microseconds=draw(st.sampled_from((0, 999_999))),
    )  # fmt: skip


@st.composite
def communities(draw):
    base, zone = draw(st.sampled_from(BASES)), draw(st.sampled_from(ZONES))
    at = instants(base, draw(st.sampled_from((2, 12, 45))))
    kind = st.sampled_from(("text", "text", "image", "sticker", "link", "system", "recall"))
    messages = []
    for number in range(draw(st.integers(0, 14))):
        account = draw(st.sampled_from((*ACCOUNTS, None)))
        reply = f"m{draw(st.integers(0, number - 1))}" if number and draw(st.booleans()) else None
        named = "群助手机器人" if account == "e" and draw(st.booleans()) else account
        mentions = draw(st.sampled_from(((), (), ("b",), ("a", "c"))))
        messages.append(message(
            draw(at), account, draw(kind), id=f"m{number}", name=named, reply_to=reply, mentions=mentions,
            attached=draw(st.sampled_from((False, False, True))), text=draw(st.sampled_from(tuple(naive.TEXTS))),
        ))  # fmt: skip
    events = [
        {"at": draw(at), "account": draw(st.sampled_from(ACCOUNTS)), "kind": kind}
        for kind in draw(st.lists(st.sampled_from(("joined", "invited", "left", "kicked", "renamed")), max_size=5))
    ]
    seen = base + dt.timedelta(days=draw(st.sampled_from((1, 20, 60))))
    sometimes = st.one_of(st.none(), at)
    roster = []
    if draw(st.booleans()):
        complete = draw(st.sampled_from((True, True, False)))
        for account in draw(st.sets(st.sampled_from(ACCOUNTS))):
            role = draw(st.sampled_from(("member", "member", "owner", "bot")))
            left = draw(sometimes) if draw(st.integers(0, 4)) == 0 else None
            roster.append(listing(account, seen, role=role, joined=draw(sometimes), left=left, complete=complete))
    sizes = [{"at": draw(at), "members": draw(st.integers(0, 9))} for _ in range(draw(st.integers(0, 2)))]
    return {"zone": zone, "messages": messages, "events": events, "roster": roster, "sizes": sizes}


def expected(world, indicator, period):
    needed = naive.reason(world, period, naive.LOOK_BACK.get(indicator, 0))
    return needed or naive.NAIVE[indicator](world, period)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(communities(), min_size=1, max_size=2), st.sampled_from(("day", "week", "month")), st.booleans(),
    st.booleans(), st.booleans(),
)  # fmt: skip
def test_all_equal_their_references(made, by, bots, staff, stated):
    worlds = {f"x:{number}": one for number, one in enumerate(made)}
    roles = {"b": "staff", "c": "bot"} if stated else {}
    decisions = Decisions(roles=tuple(Role(c, a, r) for (c, (a, r)) in itertools.product(worlds, roles.items())))
    session = session_of(worlds)
    first, after = dt.date(2024, 3, 1), dt.date(2024, 4, 20)
    if made[0]["messages"] and made[0]["messages"][0]["at"].month > 6:
        first, after = dt.date(2024, 10, 14), dt.date(2024, 12, 10)
    ids = [*naive.NAIVE, *naive.PARTS]
    table = measure(
        session, ids, by=by, now=NOW, first=first, after=after, communities=list(worlds), decisions=decisions,
        bots=bots, staff=staff,
    )  # fmt: skip
    session.close()
    values = {(r["indicator"], r["community_id"], r["period"], r["part"]): r for r in table.to_pylist()}
    assert len(values) == table.num_rows
    for name, one in worlds.items():
        world = naive.World(
            one["zone"], one["messages"], one["events"], one["roster"], one["sizes"], roles, bots=bots, staff=staff
        )
        for period in periods_between(first, after, by):
            for indicator in naive.NAIVE:
                row, want = values[indicator, name, period.name, None], expected(world, indicator, period)
                where = (indicator, name, period.name, row, want)
                if isinstance(want, str):
                    assert (row["value"], row["unknown"]) == (None, want), where
                else:
                    assert row["unknown"] is None, where
                    assert row["value"] == pytest.approx(want, abs=1e-9), where
            for indicator, count in naive.PARTS.items():
                parts = {
                    key[3]: row["value"] for key, row in values.items() if key[:3] == (indicator, name, period.name)
                }
                whole = parts.pop(None)
                outside = naive.reason(world, period)
                assert whole == (None if outside else naive.posts(world, period))
                assert parts == ({} if outside else dict(count(world, period)))


def test_every_indicator_has_a_reference():
    elsewhere = {"first_response_median", "first_response_p90", "response_rate", "top_words"}
    assert set(INDICATORS) == set(naive.NAIVE) | set(naive.PARTS) | elsewhere
