"""The kinds of window check a rule file may name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.checks.windows import (
    duplicates,
    facts_in_answers,
    flood,
    mass_sends,
    mention_all,
    staff_first_response,
)

if TYPE_CHECKING:
    from qunjian.checks.windows.contract import WindowKind

WINDOW_KINDS: dict[str, WindowKind] = {
    kind.name: kind
    for kind in (
        duplicates.DUPLICATES,
        duplicates.CROSS_COMMUNITY_DUPLICATES,
        flood.FLOOD,
        mention_all.MENTION_ALL,
        mass_sends.MASS_SENDS,
        staff_first_response.STAFF_FIRST_RESPONSE,
        facts_in_answers.FACTS_IN_ANSWERS,
    )
}
