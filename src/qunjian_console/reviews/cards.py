"""An item as the queue shows it: the message in its context, the finding, the rule, the form, what was filled in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qunjian_console.bridge.communities import community_names
from qunjian_console.bridge.conversations import Key, Line
from qunjian_console.bridge.reviewing import Form, ReviewItem, read_form
from qunjian_console.bridge.rules import RuleText, rule_texts
from qunjian_console.bridge.severities import TITLES
from qunjian_console.language import current, say
from qunjian_console.messages.services import open_around, reader
from qunjian_console.reviews.keys import blur_of
from qunjian_console.reviews.models import Blur, Draft, Item, Plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

# Reasons at hand, by number: for doubt and for skipping.
REASONS = (
    say("缺少上下文", "Too little context"),
    say("图片或语音看不到", "Picture or voice not to be seen"),
    say("规则没有写清楚", "The rule is not clear"),
    say("不在我的能力范围", "Beyond what I can judge"),
    say("消息已删除或撤回", "The message is gone"),
)
_LEVELS = {
    2: (say("不合格", "Fails"), say("合格", "Meets")),
    3: (say("差", "Poor"), say("一般", "Fair"), say("好", "Good")),
    4: (say("差", "Poor"), say("较差", "Weak"), say("较好", "Fair"), say("好", "Good")),
    5: (say("很差", "Bad"), say("差", "Poor"), say("一般", "Fair"), say("好", "Good"), say("很好", "Very good")),
}


@dataclass(frozen=True)
class Level:
    """One step of a scale, and the key that chooses it."""

    level: int
    key: int
    title: str


@dataclass(frozen=True)
class Question:
    """One item of the form."""

    item: ReviewItem
    name: str
    group: str
    levels: tuple[Level, ...]
    causes: tuple[str, ...]


@dataclass(frozen=True)
class Card:
    """Everything one screen shows of an item."""

    item: Item
    community: str
    lines: tuple[Line, ...]
    rule: RuleText | None
    severity: str
    title: str
    questions: tuple[Question, ...]
    draft: str
    blurred: bool


def cards(request: HttpRequest, plan: Plan, items: Sequence[Item]) -> list[Card]:
    """Return the cards of items; that the reader saw their messages is written down."""
    habit = blur_of(reader(request))
    names, texts = community_names(), rule_texts(plan.standard)
    drafts = dict(Draft.objects.filter(item__in=items, user=reader(request)).values_list("item_id", "body"))
    form = read_form(plan.form) if plan.form else None
    return [
        _card(
            item, open_around(request, Key(item.community, item.scope, item.message), run=plan.run), names,
            texts.get(item.rule), form, drafts.get(item.pk, ""), habit,
        )
        for item in items
    ]  # fmt: skip


def _card(
    item: Item,
    lines: tuple[Line, ...],
    names: dict[str, str],
    rule: RuleText | None,
    form: Form | None,
    draft: str,
    habit: str,
) -> Card:
    severity = item.kind if item.flagged else ""
    harsh = severity == "critical" or (rule is not None and rule.category == "conduct")
    if item.rule and rule is None:
        rule = RuleText(item.rule, item.rule, severity, "", (), "")
    return Card(
        item, names.get(item.community) or item.community, lines, rule, severity, TITLES.get(severity, ""),
        tuple(_question(each) for each in form.items) if form else (), draft,
        habit == Blur.ALWAYS or (harsh and habit == Blur.HARSH),
    )  # fmt: skip


def _question(item: ReviewItem) -> Question:
    language = current()
    titles = _LEVELS[item.scale]
    return Question(
        item, getattr(item.name, language), getattr(item.group, language) if item.group else "",
        tuple(Level(level, level + 1, title) for level, title in enumerate(titles)),
        tuple(getattr(cause, language) for cause in item.causes),
    )  # fmt: skip
