"""Text models: the arithmetic against a naive reference, the same bytes twice, cloaked twins, and clear refusals."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pytest

from qunjian.model.errors import BadInputError
from qunjian.models.evaluating import compare, evaluate, threshold_for
from qunjian.models.features import LENGTHS, grams, readings
from qunjian.models.proposing import propose
from qunjian.models.text_model import TextModel, load_model, quantised
from qunjian.models.training import Recipe, train
from qunjian.text.folding import Folded

# Two invented ways of talking: the label is "quarrels". Made from lists, so that no one's words are used.
_WHO, _MILD = ("你们", "楼上", "那个人", "某些同学"), ("说得有道理", "讲得很清楚", "今天真早", "辛苦了")
_HARSH = ("蠢得像猪", "滚远一点", "脑子进水", "真不要脸")
_TAIL = ("。", "！", "，大家觉得呢", "，我先走了", "")
_TEXTS = [f"{who}{how}{tail}{n}" for who in _WHO for how in (*_MILD, *_HARSH) for tail in _TAIL for n in range(4)]
_LABELS = [any(each in text for each in _HARSH) for text in _TEXTS]
_RECIPE = Recipe(bits=12, iterations=30)


@pytest.fixture(scope="module")
def model() -> TextModel:
    return train("quarrels", _TEXTS, _LABELS, _RECIPE)


def test_grams_are_all_runs_of_one_to_three_characters_within_a_row_each_once() -> None:
    folded = Folded(["甲乙丙丁", "", "甲", "甲甲甲甲"])
    rows = Counter(row for each in list(grams(folded, 20, readings()))[: len(LENGTHS)] for row in each.rows.tolist())
    assert rows == {0: 4 + 3 + 2, 2: 1, 3: 3}


def test_a_homophone_keeps_every_gram_of_syllables_and_none_of_characters() -> None:
    written, cloaked = (list(grams(Folded([text]), 20, readings())) for text in ("加微信", "家唯心"))
    for one, other in zip(written[3:], cloaked[3:], strict=True):
        assert one.places.tolist() == other.places.tolist()
    assert not {*written[0].places.tolist()} & {*cloaked[0].places.tolist()}


def test_a_margin_is_the_sum_of_weights_over_the_root_of_their_number(model: TextModel) -> None:
    texts = [*_TEXTS[:7], "", "新的话 without any 标点", "🐔你太美"]
    for text, margin in zip(texts, model.margins(pa.array(texts)).tolist(), strict=True):
        places = [
            place for each in grams(Folded([text]), model.bits, readings()) for place in set(each.places.tolist())
        ]
        naive = sum(int(model.weights[place]) for place in places) * model.scale / math.sqrt(max(1, len(places)))
        assert math.isclose(margin, naive + model.bias, rel_tol=1e-12)


def test_batches_do_not_change_a_score(model: TextModel) -> None:
    column = pa.array(_TEXTS)
    together = model.margins(column)
    assert together.tolist() == [float(model.margins(column.slice(n, 1))[0]) for n in range(len(column))]


def test_it_learns_the_difference_and_sees_it_through_homophones(model: TextModel) -> None:
    fresh = ["这位脑子进水了吧", "群主讲得很清楚呀", "闹字进谁", "港得恨轻楚"]
    assert (model.margins(pa.array(fresh)) > 0).tolist() == [True, False, True, False]


def test_the_same_texts_make_the_same_model(model: TextModel, tmp_path: Path) -> None:
    again = train("quarrels", _TEXTS, _LABELS, _RECIPE)
    assert again.version == model.version
    model.save(tmp_path / "m.npz")
    assert load_model(tmp_path / "m.npz").version == model.version


def test_a_model_keeps_the_readings_it_learnt(model: TextModel, tmp_path: Path) -> None:
    other = readings().copy()
    other[[ord(each) for each in "脑子进水"]] = ord("x")
    changed = msgspec.structs.replace(model, heard=other)
    changed.save(tmp_path / "m.npz")
    kept = load_model(tmp_path / "m.npz")
    assert kept.version == changed.version != model.version
    texts = pa.array(["你们脑子进水"])
    assert kept.margins(texts).tolist() == changed.margins(texts).tolist() != model.margins(texts).tolist()


def test_too_few_texts_are_refused() -> None:
    with pytest.raises(BadInputError, match="50"):
        train("few", _TEXTS[:30], _LABELS[:30], _RECIPE)


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04nothing", b"\x93NUMPY"])
def test_a_file_that_is_no_model_is_refused_in_a_sentence(damage: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bad.npz"
    path.write_bytes(damage)
    with pytest.raises(BadInputError):
        load_model(path)


def test_weights_keep_their_order_when_they_become_small_numbers() -> None:
    weights = np.array([0.0, -1.0, 0.5, 0.25, 1.0])
    small, scale = quantised(weights)
    assert np.allclose(small * scale, weights, atol=scale / 2)


def test_figures_against_a_hand_count() -> None:
    class Said(TextModel):
        def _margins(self, folded: Folded, first: int, last: int) -> np.ndarray:
            return np.array([float(folded.row(row)) for row in range(first, last)])

    model = Said("said", 2, np.zeros(4, np.int8), 1.0, 0.0)
    texts, labels = ["2", "1", "-1", "-2", "3", "-3"], [True, False, True, False, True, False]
    found = evaluate(model, texts, labels)  # 2 of 3 told rightly, 1 of 3 wrongly, 1 missed
    assert (found.accuracy.value, found.precision.value, found.recall.value) == (4 / 6, 2 / 3, 2 / 3)
    assert found.false_alarms.value == 1 / 3
    assert found.macro_f1 == pytest.approx(2 / 3)
    assert sum(each.n for each in found.calibration) == 6
    assert evaluate(model, [], []).accuracy.value is None


def test_two_models_are_compared_on_what_only_one_gets_right(model: TextModel) -> None:
    blind = TextModel("blind", 12, np.zeros(4096, np.int8), 1.0, 1.0)
    found = compare(model, blind, _TEXTS, _LABELS)
    assert (found.both + found.only_first, found.only_second) == (len(_TEXTS), 0)
    assert found.p_value < 0.001
    assert compare(model, model, _TEXTS, _LABELS).p_value == 1


def test_a_dear_false_alarm_raises_the_threshold() -> None:
    assert threshold_for(false_alarm=4, miss=1) == 0.8


def test_the_doubtful_are_proposed_first_each_text_once(model: TextModel) -> None:
    texts = ["你们蠢得像猪", "今天真早", "今天真早", "嗯嗯", "滚远一点！", "辛苦了"]
    places = propose(model, texts, count=4)
    assert len({texts[place] for place in places}) == len(places) == 4
    doubt = np.abs(model.margins(pa.array([texts[place] for place in places])))
    assert doubt[0] == min(np.abs(model.margins(pa.array(texts))))
