"""Every shipped window rule hits what its samples say it must, and passes the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

import qunjian.checks
from qunjian.checks.windows.ruling import fires_on
from qunjian.standards.rules import Line, Rule, load_pack

PACKS = Path(qunjian.checks.__file__).parent / "packs"
SAMPLES = [
    pytest.param(rule, sample, hits, id=f"{rule.id}-{'hit' if hits else 'pass'}-{place}")
    for folder in sorted(PACKS.iterdir())
    if any(folder.glob("*.yaml"))
    for rule in load_pack(folder)
    if rule.is_window
    for hits, samples in ((True, rule.samples.hit), (False, rule.samples.passed))
    for place, sample in enumerate(samples, start=1)
]


@pytest.mark.parametrize(("rule", "sample", "hits"), SAMPLES)
def test_samples_hit_and_pass(rule: Rule, sample: tuple[Line, ...], hits: bool) -> None:
    assert fires_on(rule, sample) == hits
