"""Damaged exports: what must come of each was said when it was made, and nothing else comes."""

from __future__ import annotations

import pytest
from tests.hostile.damage import KINDS, Damaged, Kind, Said, variants
from tests.sources.conftest import check_counts

from qunjian.model.errors import LimitError, QunjianError
from qunjian.sources import columns
from qunjian.sources.document import memory_document
from qunjian.sources.reader import Options
from qunjian.sources.registry import detect, run_task, tasks

PER_KIND = 200


def outcome(name: str, data: bytes, forced: str, size: int = 4 << 20) -> tuple[list[str], int]:
    """Return the texts read, in order, and the number of rejects; counts must add up."""
    document = memory_document(name, data)
    detection = detect(document, forced, (), Options(zone="UTC", slice_bytes=size))
    texts: list[str] = []
    rejected = 0
    for task in tasks([(0, document, detection)]):
        found = run_task(task)
        check_counts(found)
        texts += found.messages.column("text").to_pylist() if found.messages is not None else []
        rejected += sum(len(part.rejects) for part in found.parts)
    return texts, rejected


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_variant_comes_out_as_was_said(kind: Kind) -> None:
    cases = variants(kind, PER_KIND)
    assert len(cases) == PER_KIND
    wrong = [
        f"{number} {case.name}: {problem}" for number, case in enumerate(cases) if (problem := _problem(kind, case))
    ]
    assert wrong == []


def _problem(kind: Kind, case: Damaged) -> str:
    """Return what came out otherwise than was said; "" when nothing did."""
    try:
        texts, rejected = outcome(kind.file, case.data, kind.format)
    except QunjianError as error:
        said = error.sentence("zh")
        return "" if case.refused and case.refused in said else f"refused: {said}"
    if case.refused:
        return f"not refused: {texts}"
    if texts != case.texts:
        return f"texts {texts} instead of {case.texts}"
    return "" if rejected == case.rejected else f"{rejected} rejected instead of {case.rejected}"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_message_past_the_cap_is_refused_in_a_sentence(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "MAX_TEXT", 1 << 20)
    one, two = Said("成员1", "好" * 300_000, 1), Said("成员2", "好" * 400_000, 2)
    assert outcome(kind.file, kind.document([kind.written(one)]), kind.format) == ([one.text], 0)
    with pytest.raises(LimitError, match="a message is larger than 1 MB"):
        outcome(kind.file, kind.document([kind.written(one), kind.written(two)]), kind.format)
