"""A plan with items of two groups, written straight into the ledger: what was drawn from does not matter here."""

from __future__ import annotations

import datetime as dt
import json
import uuid

from django.utils import timezone
from tests.checks.rules import messages as chat
from tests.console.conftest import OTHER, OWN

from qunjian.lake.records import DocumentEntry
from qunjian.runs.findings import Filters, findings
from qunjian.runs.inspecting import inspect
from qunjian_console.bridge.opening import workspace
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


def inspected_message(account: str, community: str = OWN) -> str:
    """Say something a rule finds, inspect, and return the finding's id."""
    opened = workspace()
    rule = {
        "id": "mine.rude", "name": "催促", "severity": "major", "category": "conduct", "hint": "换个说法",
        "basis": [{"source": "群规"}], "samples": {"hit": ["一", "二", "三"], "pass": ["四", "五", "六"]},
        "detect": {"kind": "phrases", "words": ["赶紧闭嘴"]},
    }  # fmt: skip
    path = opened.standards / "packs" / "mine" / "rude.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(rule, ensure_ascii=False), encoding="utf-8")
    standard = {"id": "team", "name": "我们的标准", "rules": {"packs": ["mine"]}}
    (opened.standards / "team.yaml").write_text(json.dumps(standard, ensure_ascii=False), encoding="utf-8")
    number = uuid.uuid4().hex
    said = {"scope": [f"s{number}"], "community_id": [community], "account_id": [account], "message_id": [number]}
    with opened.lake.importing() as act:
        document = act.open_document(DocumentEntry(f"{number}.json", format="made"))
        act.add(document, chat(["你赶紧闭嘴吧"], **said))
        act.reading(document).include(read=1)
        act.close_document(document)
        act.commit()
    inspect(opened, "team")
    return next(row.finding_id for row in findings(opened, Filters()) if row.message_id == number)


def decided_item(account: str, by: int, *, finding: str = "", other: int = 0) -> Item:
    """Make an item about an account's message that somebody has confirmed."""
    item = made_plan(1, other=other).items.get()
    item.account, item.finding, item.rule = account, finding or f"f-{uuid.uuid4().hex[:8]}", "mine.rude"
    item.state, item.verdict, item.by, item.at = "done", "confirmed", by, timezone.now()
    item.version = 1
    item.save()
    return item
