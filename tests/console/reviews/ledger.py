"""A plan with items of two groups, written straight into the ledger: what was drawn from does not matter here."""

from __future__ import annotations

import datetime as dt
import uuid

from django.utils import timezone
from tests.console.conftest import OTHER, OWN

from qunjian_console.reviews.models import Item, Plan, PlanState
from qunjian_console.reviews.services.deciding import Judgement

FORM = (
    '{"items":[{"id":"greeting","name":{"zh":"称呼","en":"Courtesy"},"weight":40,"scale":3},'
    '{"id":"solved","name":{"zh":"解决","en":"Solved"},"weight":60,"scale":2,"causes":[{"zh":"没看懂","en":"Misread"}]},'
    '{"id":"redline","name":{"zh":"红线","en":"Red line"},"critical":true}]}'
)


def made_plan(items: int = 6, *, form: str = "", by: int = 1, other: int = 0, account: str = "wechat:u") -> Plan:
    """Make an open plan; the last `other` items lie in the group of others."""
    plan = Plan.objects.create(
        name="十一月第一周", state=PlanState.OPEN, wish='{"seed":"s"}', run="r", standard="general", version="1@x",
        form=form, by=by, drawn=timezone.now(),
    )  # fmt: skip
    sent = dt.datetime(2026, 11, 2, 1, tzinfo=dt.UTC)
    Item.objects.bulk_create(
        Item(
            plan=plan, place=n, kind="major" if n % 3 else "unflagged", rank=f"{n:064x}",
            finding=f"f{plan.pk}-{n}" if n % 3 else "", rule="contact.phone" if n % 3 else "",
            community=OTHER if n > items - other else OWN, account=f"{account}{n % 4}", scope="wechat",
            message=f"m{n}", sent=sent,
        )
        for n in range(1, items + 1)
    )  # fmt: skip
    return plan


def said(seen: int = 0, verdict: str = "confirmed", reason: str = "", **more: object) -> Judgement:
    return Judgement(seen=seen, token=uuid.uuid4().hex, verdict=verdict, reason=reason, **more)  # type: ignore[arg-type]
