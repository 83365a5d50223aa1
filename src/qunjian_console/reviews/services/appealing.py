"""Appeals: made within a window, decided by a second person, judged finally by a QA lead, withdrawn."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from qunjian_console.audit.services import Actor, record
from qunjian_console.bridge.reviewing import appeal_days
from qunjian_console.language import say
from qunjian_console.policy.roles import Role
from qunjian_console.reviews import entries
from qunjian_console.reviews.attachments import Upload
from qunjian_console.reviews.identities import linked_accounts, own_accounts
from qunjian_console.reviews.models import (
    Act,
    Appeal,
    AppealState,
    Attachment,
    Item,
    ItemState,
    Judgment,
    Outcome,
    Verdict,
)
from qunjian_console.reviews.refusals import ConflictError, RefusedError
from qunjian_console.reviews.services.deciding import Judgement, add

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian_console.accounts.models import User

MOST_OPEN = 10  # appeals of one person that wait at once
LEADS = (Role.OWNER, Role.LEAD)


@dataclass(frozen=True)
class Ruling:
    """How an appeal is decided: kept as it was, as asked, in part, or a third result."""

    outcome: str
    reason: str
    verdict: str = ""
    score: float | None = None


def window_of(item: Item) -> dt.datetime | None:
    """Return until when an appeal against what stands is possible."""
    days, _ = appeal_days(item.plan.standard)
    return None if item.at is None else item.at + dt.timedelta(days=days)


def appeal(
    item: int, user: User, reason: str, actor: Actor, *, asked: float | None = None, files: Sequence[Upload] = ()
) -> Appeal:
    """Make an appeal against what was decided on one's own message."""
    mine = linked_accounts(user)
    days = appeal_days(Item.objects.select_related("plan").get(pk=item).plan.standard)
    return _appeal(item, user, mine, days, reason, actor, asked, files)


@transaction.atomic
def _appeal(
    item: int, user: User, mine: frozenset[str], days: tuple[int, int], reason: str, actor: Actor,
    asked: float | None, files: Sequence[Upload],
) -> Appeal:  # fmt: skip
    held = Item.objects.select_for_update().get(pk=item)
    if held.account not in mine:
        raise RefusedError(str(say("只能对自己的结果申诉。", "Only one's own results can be appealed.")))
    if held.state != ItemState.DONE or held.at is None or held.by is None:
        raise RefusedError(str(say("还没有结论，不计入，不用申诉。", "Not decided yet: it counts nowhere.")))
    if not reason.strip():
        raise RefusedError(str(say("请写理由。", "Give a reason.")))
    if timezone.now() > held.at + dt.timedelta(days=days[0]):
        raise RefusedError(str(say("申诉期（{n} 天）已过。", "The window of {n} days is over.", n=days[0])))
    if held.appeals.exclude(state=AppealState.WITHDRAWN).exists():
        raise RefusedError(str(say("这一条已经申诉过。", "This was appealed already.")))
    waiting = Appeal.objects.filter(user=user, state__in=(AppealState.OPEN, AppealState.FINAL_OPEN)).count()
    if waiting >= MOST_OPEN:
        raise RefusedError(str(say("同时最多 {n} 件申诉在等。", "At most {n} appeals can wait at once.", n=MOST_OPEN)))
    now = timezone.now()
    made = Appeal.objects.create(
        item=held, user=user, version=held.version, reason=reason.strip(), asked_score=asked,
        first_verdict=held.verdict, first_score=held.score, first_by=held.by, made=now,
        due=now + dt.timedelta(days=days[1]),
    )  # fmt: skip
    Attachment.objects.bulk_create(
        Attachment(appeal=made, name=file.name, kind=file.kind, content=file.content) for file in files
    )
    _note(entries.APPEALED, made, actor, {"reason": made.reason, "files": len(files)})
    return made


@transaction.atomic
def withdraw(number: int, user: User, actor: Actor) -> None:
    """Take one's own appeal back before it is decided."""
    held = Appeal.objects.select_for_update().get(pk=number)
    if held.user_id != user.pk or held.state != AppealState.OPEN:
        raise RefusedError(str(say("只能撤回自己还没裁定的申诉。", "Only one's own undecided appeals are withdrawn.")))
    held.state = AppealState.WITHDRAWN
    held.save(update_fields=["state"])
    _note(entries.APPEAL_WITHDRAWN, held, actor)


@transaction.atomic
def ask_for_final(number: int, user: User, actor: Actor) -> None:
    """Take a decided appeal to final judgement, once."""
    held = Appeal.objects.select_for_update().get(pk=number)
    if held.user_id != user.pk or held.state != AppealState.DECIDED:
        raise RefusedError(
            str(say("只有裁定后才能申请终审，一次。", "Final judgement is asked for once, when decided."))
        )
    patience = held.due - held.made
    held.state, held.due = AppealState.FINAL_OPEN, timezone.now() + patience
    held.save(update_fields=["state", "due"])
    _note(entries.APPEAL_RAISED, held, actor)


def decide(number: int, judge: User, ruling: Ruling, actor: Actor) -> Judgment:
    """Decide an appeal, or judge it finally; what it changes is one more decision on the item."""
    return _decide(number, judge, own_accounts(judge), ruling, actor)


@transaction.atomic
def _decide(number: int, judge: User, own: frozenset[str], ruling: Ruling, actor: Actor) -> Judgment:
    held = Appeal.objects.select_for_update().get(pk=number)
    item = Item.objects.select_for_update().get(pk=held.item_id)
    final = held.state == AppealState.FINAL_OPEN
    why = why_not(held, item, judge, own)
    if why is not None:
        raise RefusedError(why)
    if ruling.outcome not in Outcome.values or not ruling.reason.strip():
        raise RefusedError(str(say("要选结果、写理由。", "Choose an outcome and give a reason.")))
    verdict, score = _result(held, item, ruling)
    kind = entries.APPEAL_FINAL if final else entries.APPEAL_DECIDED
    if (verdict, score) != (item.verdict, item.score):
        said = Judgement(item.version, f"appeal-{number}-{int(final)}", verdict, ruling.reason.strip()[:1000])
        add(item, judge.pk, actor, Act.APPEAL, entries.JUDGED, said, score)
    entry = _note(kind, held, actor, {"outcome": ruling.outcome, "reason": ruling.reason.strip()})
    held.state = AppealState.FINAL if final else AppealState.DECIDED
    held.save(update_fields=["state"])
    return Judgment.objects.create(
        appeal=held, number=entry, final=final, outcome=ruling.outcome, verdict=verdict, score=score,
        reason=ruling.reason.strip(), by=judge.pk, at=timezone.now(),
    )  # fmt: skip


def why_not(held: Appeal, item: Item, judge: User, own: frozenset[str]) -> str | None:
    """Return why somebody may not decide an appeal; None where they may."""
    if held.state not in (AppealState.OPEN, AppealState.FINAL_OPEN):
        raise ConflictError(str(say("这件申诉已经处理过了。", "This appeal was dealt with already.")))
    if item.account in own or held.user_id == judge.pk:
        return str(say("不能裁定自己的申诉。", "Nobody decides their own appeal."))
    if held.first_by == judge.pk:
        return str(say("原来判定的人不能裁定，要换一个人。", "Whoever decided first does not decide the appeal."))
    if held.state == AppealState.FINAL_OPEN:
        if judge.role not in LEADS:
            return str(say("终审只由质检主管做。", "Final judgement is the QA lead's."))
        if held.judgments.filter(by=judge.pk).exists():
            return str(say("裁定过的人不能再终审。", "Whoever decided it does not judge it finally."))
    return None


def _result(held: Appeal, item: Item, ruling: Ruling) -> tuple[str, float | None]:
    """Return what stands after a ruling."""
    if ruling.outcome == Outcome.KEPT:
        return item.verdict, item.score
    if ruling.outcome == Outcome.ACCEPTED:
        verdict = Verdict.REFUTED if held.asked_score is None else item.verdict
        return verdict, held.asked_score if held.asked_score is not None else item.score
    if ruling.verdict not in Verdict.values:
        raise RefusedError(str(say("部分接受或另定要写明结论。", "Say which verdict stands now.")))
    if ruling.score is not None and not 0 <= ruling.score <= 100:
        raise RefusedError(str(say("得分在 0 到 100 之间。", "A score lies between 0 and 100.")))
    return ruling.verdict, ruling.score if ruling.score is not None else item.score


def _note(kind: object, held: Appeal, actor: Actor, values: dict[str, object] | None = None) -> int:
    item = held.item
    about = f"account:{item.account}"
    return record(
        kind, actor, subject=f"appeal:{held.pk}", about=about, community=item.community, after=values or {}  # type: ignore[arg-type]
    ).number  # fmt: skip
