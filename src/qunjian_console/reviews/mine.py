"""What is about a reader themselves: their week, each finding with where it stands, their appeals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from qunjian_console.bridge.communities import community_names
from qunjian_console.bridge.own_findings import OwnFinding, Week, own_finding, own_week, was_announced
from qunjian_console.bridge.rules import RuleText, rule_texts
from qunjian_console.bridge.severities import TITLES
from qunjian_console.policy.rows import Subject
from qunjian_console.reviews.identities import holder_of, linked_accounts, linked_person
from qunjian_console.reviews.models import Appeal, Attachment, Carried, Item, ItemState, Verdict
from qunjian_console.reviews.services.appealing import window_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from qunjian_console.accounts.models import User
    from qunjian_console.policy.rows import Arguments

WAITING = "waiting"  # found by a machine, looked at by nobody: counts nowhere


@dataclass(frozen=True)
class Mine:
    """One finding about the reader, and where it stands: a verdict, or WAITING."""

    finding: OwnFinding
    rule: RuleText
    title: str
    community: str
    stands: str
    item: Item | None
    appeal: Appeal | None
    until: dt.datetime | None

    @property
    def appealable(self) -> bool:
        """Return whether an appeal is possible now."""
        decided = self.item is not None and self.item.state == ItemState.DONE and self.appeal is None
        return decided and self.stands != Verdict.REFUTED and self.until is not None and timezone.now() <= self.until


@dataclass(frozen=True)
class MyWeek:
    """A reader's week; `trial`: the standard was not announced to them by then."""

    week: Week | None
    findings: list[Mine]
    person: str
    accounts: int
    trial: bool

    def standing(self, stands: str) -> list[Mine]:
        """Return those that stand so."""
        return [each for each in self.findings if each.stands == stands]


def my_week(user: User, day: dt.date | None = None) -> MyWeek:
    """Return the week of a day for somebody, else their newest."""
    accounts, person = linked_accounts(user), linked_person(user)
    week = own_week(accounts, day)
    if week is None:
        return MyWeek(None, [], person, len(accounts), trial=True)
    trial = not was_announced(week.standard, week.version, person, week.first)
    return MyWeek(week, _stand(week.findings), person, len(accounts), trial)


def my_finding(finding: str) -> Mine | None:
    """Return one finding and where it stands."""
    found = own_finding(finding)
    return _stand([found])[0] if found is not None else None


def _stand(findings: Sequence[OwnFinding]) -> list[Mine]:
    """Return findings with the verdict that stands: the newest of all plans, else the one taken over."""
    ids = [each.finding_id for each in findings]
    decided = Item.objects.filter(finding__in=ids, state=ItemState.DONE).select_related("plan").order_by("number")
    items = {item.finding: item for item in decided}
    carried = dict(Carried.objects.filter(finding__in=ids).values_list("finding", "verdict"))
    appeals = {
        each.item_id: each
        for each in Appeal.objects.filter(item__in=[item.pk for item in items.values()]).exclude(state="withdrawn")
    }
    windows: dict[int, dt.datetime | None] = {item.pk: window_of(item) for item in items.values()}
    names = community_names()
    found = []
    for each in findings:
        item = items.get(each.finding_id)
        rule = rule_texts(each.standard).get(each.rule) or RuleText(each.rule, each.rule, each.severity, "", (), "")
        stands = item.verdict if item is not None else carried.get(each.finding_id, WAITING)
        found.append(
            Mine(
                each, rule, TITLES.get(each.severity, ""), names.get(each.community_id) or each.community_id, stands,
                item, appeals.get(item.pk) if item else None, windows.get(item.pk) if item else None,
            )
        )  # fmt: skip
    return found


def my_appeals(user: User) -> list[Appeal]:
    """Return a reader's appeals, the newest first, with their judgements."""
    found = Appeal.objects.filter(user=user).select_related("item__plan").prefetch_related("judgments")
    return list(found.order_by("-made")[:50])


def about_finding(arguments: Arguments) -> Subject | None:
    """Return whose message a finding is in, for the policy table."""
    found = own_finding(str(arguments["finding"]))
    return _whose(found.account_id) if found is not None else None


def about_item(arguments: Arguments) -> Subject | None:
    """Return whose message an item is about, for the policy table."""
    account = Item.objects.filter(pk=str(arguments["item"])).values_list("account", flat=True).first()
    return _whose(account) if account else None


def about_appeal(arguments: Arguments) -> Subject | None:
    """Return whose appeal it is, for the policy table."""
    owner = Appeal.objects.filter(pk=str(arguments["appeal"])).values_list("user_id", flat=True).first()
    return Subject(person=owner) if owner is not None else None


def appeal_community(arguments: Arguments) -> Subject | None:
    """Return the community an appeal is about, for the policy table."""
    found = Appeal.objects.filter(pk=str(arguments["appeal"])).values_list("item__community", flat=True).first()
    return Subject(community=found) if found is not None else None


def attachment_community(arguments: Arguments) -> Subject | None:
    """Return the community an attachment's appeal is about, for the policy table."""
    found = Attachment.objects.filter(pk=str(arguments["attachment"]))
    community = found.values_list("appeal__item__community", flat=True).first()
    return Subject(community=community) if community is not None else None


def _whose(account: str) -> Subject | None:
    owner = holder_of(account)
    return Subject(person=owner) if owner is not None else None
