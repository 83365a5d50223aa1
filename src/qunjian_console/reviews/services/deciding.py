"""Decides on items: verdicts, skips, and taking back; nothing is overwritten, every decision is added to a line."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from qunjian_console.accounts.selectors import names
from qunjian_console.audit.services import Actor, record
from qunjian_console.bridge.reviewing import fill
from qunjian_console.language import say
from qunjian_console.policy.table import may
from qunjian_console.reviews import entries
from qunjian_console.reviews.identities import own_accounts
from qunjian_console.reviews.models import Act, Decision, Draft, Item, ItemState, PlanState, Verdict
from qunjian_console.reviews.refusals import ConflictError, RefusedError
from qunjian_console.reviews.services.holding import LEASE

if TYPE_CHECKING:
    from qunjian_console.accounts.models import User
    from qunjian_console.audit.kinds import Kind

Marks = dict[str, int | None]


@dataclass(frozen=True)
class Judgement:
    """What a reviewer says of an item they saw in that version; sent again under one token it is decided once."""

    seen: int
    token: str
    verdict: str = ""
    reason: str = ""
    marks: Marks = field(default_factory=dict)
    causes: dict[str, list[int]] = field(default_factory=dict)


def judge(item: int, reviewer: User, said: Judgement, actor: Actor) -> Decision:
    """Give a verdict on an item; raises when another was faster, or it is not theirs to judge."""
    if said.verdict not in Verdict.values:
        raise RefusedError(str(say("没有这种结论。", "There is no such verdict.")))
    if said.verdict == Verdict.UNSURE and not said.reason.strip():
        raise RefusedError(str(say("存疑要写原因。", "Say why you are unsure.")))
    return _decide(item, reviewer, own_accounts(reviewer), said, actor, Act.VERDICT)


def skip(item: int, reviewer: User, said: Judgement, actor: Actor) -> Decision:
    """Leave an item out, with a reason; nobody is asked about it again unless the skip is taken back."""
    if not said.reason.strip():
        raise RefusedError(str(say("跳过要写原因。", "Say why it is skipped.")))
    alone = replace(said, verdict="", marks={}, causes={})
    return _decide(item, reviewer, own_accounts(reviewer), alone, actor, Act.SKIP)


@transaction.atomic
def _decide(item: int, reviewer: User, own: frozenset[str], said: Judgement, actor: Actor, act: Act) -> Decision:
    held = Item.objects.select_for_update().get(pk=item)
    before = Decision.objects.filter(token=said.token).first()
    if before is not None and (before.item_id, before.by) == (item, reviewer.pk):
        return before
    _may_judge(held, reviewer, own)
    if held.state != ItemState.OPEN or held.version != said.seen:
        raise ConflictError(_what_stands(held, said.seen))
    if held.holder not in (None, reviewer.pk) and held.held_until and held.held_until > timezone.now():
        raise ConflictError(_held_by_another(held))
    score = _score(held, said) if act == Act.VERDICT else None
    kind = entries.JUDGED if act == Act.VERDICT else entries.SKIPPED
    return add(held, reviewer.pk, actor, act, kind, said, score)


def add(
    item: Item, by: int, actor: Actor, act: Act, kind: Kind, said: Judgement, score: float | None = None
) -> Decision:
    """Add a decision to the history of a locked item and let the item say what stands now."""
    after: dict[str, object] = {"version": item.version + 1, "verdict": said.verdict, "score": score,
             "finding": item.finding, "reason": said.reason, "marks": said.marks, "causes": said.causes}  # fmt: skip
    known = {*kind.facts, *kind.personal}
    entry = record(
        kind, actor, subject=f"item:{item.pk}", about=f"account:{item.account}" if item.account else "",
        community=item.community, after={name: value for name, value in after.items() if name in known},
    )  # fmt: skip
    newest = Decision.objects.order_by("-number").values_list("at", flat=True).first()
    at = entry.at if newest is None else max(entry.at, newest + dt.timedelta(microseconds=1))
    made = Decision.objects.create(
        number=entry.number, item=item, version=item.version + 1, act=act, verdict=said.verdict, reason=said.reason,
        marks=json.dumps(said.marks), causes=json.dumps(said.causes), score=score, by=by, at=at, token=said.token,
    )  # fmt: skip
    item.version = made.version
    stand(item, made if act != Act.UNDO else None)
    item.save()
    Draft.objects.filter(item=item).delete()
    return made


def stand(item: Item, last: Decision | None) -> None:
    """Let an item say what its newest decision is; None: it is open again."""
    if last is None:
        item.state, item.verdict, item.by, item.at, item.number, item.score = ItemState.OPEN, "", None, None, None, None
        return
    item.state = ItemState.SKIPPED if last.act == Act.SKIP else ItemState.DONE
    item.verdict, item.by, item.at, item.number, item.score = last.verdict, last.by, last.at, last.number, last.score
    item.holder = item.held_until = None


def undo(item: int, reviewer: User, seen: int, token: str, actor: Actor) -> Decision:
    """Take the newest decision back, by one more entry: the item is open again, and theirs."""
    return _undo(item, reviewer, own_accounts(reviewer), seen, token, actor)


@transaction.atomic
def _undo(item: int, reviewer: User, own: frozenset[str], seen: int, token: str, actor: Actor) -> Decision:
    held = Item.objects.select_for_update().get(pk=item)
    before = Decision.objects.filter(token=token).first()
    if before is not None and (before.item_id, before.by) == (item, reviewer.pk):
        return before
    _may_judge(held, reviewer, own)
    last = held.history.order_by("-version").first()
    if last is None or held.state == ItemState.OPEN or held.version != seen:
        raise ConflictError(_what_stands(held, seen))
    if last.act == Act.APPEAL:
        raise RefusedError(str(say("申诉改判的不能撤销。", "What was changed on appeal is not taken back.")))
    if last.by != reviewer.pk and not may(reviewer, "may:undo-any-review"):
        raise RefusedError(str(say("只能撤销自己的判定。", "Only your own decisions can be taken back.")))
    made = add(held, reviewer.pk, actor, Act.UNDO, entries.UNDONE, Judgement(seen, token, last.verdict))
    if last.by == reviewer.pk:
        Item.objects.filter(pk=item).update(holder=reviewer.pk, held_until=timezone.now() + LEASE)
    return made


def _may_judge(item: Item, reviewer: User, own: frozenset[str]) -> None:
    if item.plan.state != PlanState.OPEN:
        raise RefusedError(str(say("这个计划已经结束。", "This plan is closed.")))
    if not reviewer.sees(item.community):
        raise RefusedError(str(say("这个社群不在你的范围内。", "This community is outside your scope.")))
    if item.account and item.account in own:
        raise RefusedError(str(say("不能判定自己的消息。", "Nobody judges their own messages.")))


def _score(item: Item, said: Judgement) -> float | None:
    if not item.plan.form or not said.marks:
        return None
    try:
        filled = fill(item.plan.form, said.marks)
    except ValueError:
        raise RefusedError(str(say("评分表里没有这一档。", "The form has no such level."))) from None
    if filled.missing:
        text = say("评分表还有 {n} 项没有评。", "{n} items of the form are not marked yet.", n=len(filled.missing))
        raise RefusedError(str(text))
    return filled.score.value


def _held_by_another(item: Item) -> str:
    who = names([item.holder or 0]).get(item.holder or 0, "?")
    return str(say("{who} 正在复核这一条。", "{who} is reviewing this item.", who=who))


def _what_stands(item: Item, seen: int) -> str:
    """Return what happened to an item since it was read."""
    last = item.history.order_by("-version").first()
    if last is None:
        return str(say("这一条已经变了，请重新打开。", "This item has changed; open it anew."))
    who = names([last.by]).get(last.by, "?")
    what = Verdict(last.verdict).label if last.verdict and last.act != Act.UNDO else Act(last.act).label
    return str(
        say(
            "{who} 在 {at} 已处理这一条（{what}）；你的结论没有写入，也没有覆盖对方的。",
            "{who} dealt with this item at {at} ({what}); your verdict was not written and overwrote nothing.",
            who=who, what=what, at=f"{timezone.localtime(last.at):%H:%M:%S}",
        )
    )  # fmt: skip
