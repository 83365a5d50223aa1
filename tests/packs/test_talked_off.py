"""What offers a banned thing cannot talk its way out: words that warn elsewhere excuse nothing when tacked on."""

from __future__ import annotations

import pytest
from tests.conftest import PROJECT

from qunjian.checks.runner import Inspector, compile_rules
from qunjian.standards.rules import MESSAGE_KINDS, Rule, load_pack

PACKS = (
    "abuse", "advertising", "conduct", "contact", "contraband", "education", "finance", "fraud", "gambling", "group",
    "health", "law", "minors", "privacy", "prize", "rumour", "spam", "vulgar",
)  # fmt: skip


@pytest.fixture(scope="module")
def rules() -> list[Rule]:
    home = PROJECT / "src" / "qunjian" / "checks" / "packs"
    return [rule for pack in PACKS for rule in load_pack(home / pack) if rule.detect.kind in MESSAGE_KINDS]


@pytest.fixture(scope="module")
def inspector(rules: list[Rule]) -> Inspector:
    return compile_rules(rules)


@pytest.mark.parametrize("tail", ["，不怕举报", "，绝不骗人", "，绝对不违法", "，远离警方"])
def test_a_tail_excuses_nothing(rules: list[Rule], inspector: Inspector, tail: str) -> None:
    said = [(rule.id, str(text)) for rule in rules for text in rule.samples.hit if isinstance(text, str)]
    said = [pair for pair, fired in zip(said, _fired(inspector, said, ""), strict=True) if pair[0] in fired]
    missed = [pair for pair, fired in zip(said, _fired(inspector, said, tail), strict=True) if pair[0] not in fired]
    assert [pair for pair in missed if pair != ("abuse.insult", "傻逼！")] == []  # that one is a whole message


def _fired(inspector: Inspector, said: list[tuple[str, str]], tail: str) -> list[set[str]]:
    """Return the rules that see each text, written by a member, with the tail."""
    return [
        {each.rule for each in found} for found in inspector.check([text + tail for _, text in said], role="member")
    ]
