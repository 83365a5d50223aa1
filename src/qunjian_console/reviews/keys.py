"""Which key does what in the review queue: shown beside each button, and everybody's own to change."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from qunjian_console.language import say
from qunjian_console.reviews.models import Blur, Habit

if TYPE_CHECKING:
    from qunjian_console.accounts.models import User

# What each key does; numbers mark the form and choose reasons, so they are taken.
ACTIONS: dict[str, tuple[str, str]] = {
    "confirmed": ("c", say("成立", "Confirmed")),
    "refuted": ("x", say("误报", "Refuted")),
    "unsure": ("d", say("存疑（写原因）", "Unsure (with a reason)")),
    "skip": ("s", say("跳过（写原因）", "Skip (with a reason)")),
    "undo": ("z", say("撤销上一条", "Take the last one back")),
    "reason": ("r", say("写说明", "Write a note")),
    "blur": ("b", say("模糊或看清", "Blur or show")),
    "pause": ("p", say("暂停，遮住内容", "Pause and cover")),
    "leave": ("q", say("放回并离开", "Put back and leave")),
}
TAKEN = frozenset("g?/0123456789")


def keys_of(user: User) -> dict[str, str]:
    """Return the key of each action, as this person set them."""
    habit = Habit.objects.filter(user=user).first()
    own = json.loads(habit.keys) if habit is not None else {}
    return {name: own.get(name, key) for name, (key, _) in ACTIONS.items()}


def blur_of(user: User) -> str:
    """Return which texts this person wants blurred."""
    habit = Habit.objects.filter(user=user).first()
    return habit.blur if habit is not None else Blur.HARSH
