"""The shipped models: whole, with a card of the same version, as good as they say."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.evasion.disguises import built_in

from qunjian.models.card import read_card
from qunjian.models.evaluating import evaluate
from qunjian.models.shelf import shipped
from qunjian.models.text_model import load_model


@pytest.mark.parametrize("name", shipped())
def test_a_card_of_its_version_lies_beside_each_model(name: str) -> None:
    card = read_card(name)
    assert card.version == load_model(name).version
    assert all(data.licence for data in card.data)
    assert card.figures
    assert card.limits.zh


def test_offensive_language_on_texts_it_has_not_seen(real_data: Callable[[str], Path]) -> None:
    with (real_data("labelled") / "cold" / "test.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    texts, labels = [row["TEXT"] for row in rows], [row["label"] == "1" for row in rows]
    model = load_model("offensive")
    plain = evaluate(model, texts, labels)
    # The best cheap linear models known for these texts: accuracy .805, macro-F1 .80.
    assert plain.accuracy.value >= 0.805
    assert plain.macro_f1 is not None
    assert plain.macro_f1 >= 0.80
    forms, chance = built_in()["homophone"].forms, random.Random(7)
    cloaked = [
        "".join(chance.choice(found) if (found := forms(c)) and chance.random() < 0.4 else c for c in text)
        for text in texts
    ]
    hidden = evaluate(model, cloaked, labels)
    assert plain.accuracy.value - hidden.accuracy.value <= 0.02
