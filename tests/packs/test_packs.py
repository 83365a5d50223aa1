"""Every shipped rule is well formed, rests on something, has honest samples, and its samples come out right."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from tests.conftest import PROJECT

from qunjian.checks.runner import compile_rules
from qunjian.runs.rule_files import check_rule_file
from qunjian.runs.rule_samples import run_samples
from qunjian.runs.standards import load_packs
from qunjian.standards.rules import DETECT_KINDS, MESSAGE_KINDS, WINDOW_KINDS, Rule, load_rule

PACKS = PROJECT / "src" / "qunjian" / "checks" / "packs"
FILES = sorted(PACKS.glob("*/*.yaml"))
# Innocent sentences of many kinds of group, written for this test: no shipped rule may fire on any of them.
INNOCENT = Path(__file__).with_name("innocent.txt").read_text("utf-8").splitlines()


def named(path: Path) -> str:
    return f"{path.parent.name}.{path.stem}"


@pytest.fixture(scope="module")
def rules() -> list[Rule]:
    return [rule for pack in load_packs().values() for rule in pack]


@pytest.mark.parametrize("path", FILES, ids=named)
def test_rule_file_is_right(path: Path) -> None:
    assert check_rule_file(path) == []
    rule = load_rule(path)
    assert rule.id == named(path)
    assert rule.detect.kind in DETECT_KINDS
    said = (*rule.samples.hit, *rule.samples.passed, *rule.samples.cloaked)
    assert len(set(map(str, said))) == len(said)
    least = 5 if rule.detect.kind not in WINDOW_KINDS else 3
    assert min(len(rule.samples.hit), len(rule.samples.passed)) >= least
    if rule.detect.kind in MESSAGE_KINDS:
        assert len(rule.samples.cloaked) >= 2
    for basis in rule.basis:
        assert basis.citation
        assert basis.source or basis.version


def test_there_are_enough_rules_and_their_names_differ(rules: list[Rule]) -> None:
    assert len(rules) >= 250
    assert [name for name, times in Counter(rule.name.zh for rule in rules).items() if times > 1] == []
    assert [name for name, times in Counter(rule.name.en for rule in rules).items() if times > 1] == []


def test_two_letter_words_need_context(rules: list[Rule]) -> None:
    """A two-character word by itself hits innocent text: it belongs into a pattern with what stands around it."""
    short = [
        f"{rule.id}: {word}"
        for rule in rules
        if rule.detect.kind == "phrases"
        for word in rule.detect.parameters["words"]
        if len(word) < 3
    ]
    assert short == []


def test_half_of_the_message_rules_are_phrases_with_keys(rules: list[Rule]) -> None:
    """Patterns see folded text only; phrases are also seen through sound, digits, emoji, splits."""
    kinds = Counter(rule.detect.kind for rule in rules if rule.detect.kind in MESSAGE_KINDS)
    assert kinds["phrases"] * 2 >= kinds.total()


def test_every_sample_comes_out_right(rules: list[Rule]) -> None:
    assert [
        (each.rule, each.expected, each.sample, each.because) for each in run_samples(rules) if not each.right
    ] == []


def test_cloaked_samples_of_phrases_are_seen_only_through_a_disguise(rules: list[Rule]) -> None:
    """A sample that also holds a word as it is written would prove nothing."""
    phrases = [rule.model_copy(update={"lifecycle": "active"}) for rule in rules if rule.detect.kind == "phrases"]
    inspector = compile_rules(phrases)
    open_ = [
        (rule.id, sample, sample[match.start : match.end])
        for rule in phrases
        for role in rule.scope.roles[-1:] or ("member",)
        for sample in rule.samples.cloaked
        if isinstance(sample, str)
        for verdict in inspector.check([sample], role=role)[0]
        if verdict.rule == rule.id
        for match in verdict.matches
        if not match.transformations
    ]
    assert open_ == []


def test_no_pattern_has_to_do_without_a_prefilter(rules: list[Rule]) -> None:
    assert compile_rules(rules).without_prefilter == ()


def test_no_rule_fires_on_innocent_talk(rules: list[Rule]) -> None:
    inspector = compile_rules(rules)
    fired = [
        (text, verdict.rule)
        for role in ("member", "staff")
        for text, verdicts in zip(INNOCENT, inspector.check(INNOCENT, role=role), strict=True)
        for verdict in verdicts
    ]
    assert fired == []
