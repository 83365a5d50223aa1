"""The kind `model`: thresholds by severity, places in the original, equal findings however a batch is cut, names."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.checks.rules import messages, rule

from qunjian.assessment.compliance import Tally, compliance, counts_of, vetoes
from qunjian.checks.contract import MessageContext
from qunjian.checks.models import Parameters
from qunjian.checks.registry import parameters_of
from qunjian.checks.runner import compile_rules
from qunjian.model.problems import WrittenError
from qunjian.model.schemas import FINDING
from qunjian.models.explaining import weighed
from qunjian.models.features import grams
from qunjian.models.text_model import TextModel, load_model
from qunjian.runs.rule_files import check_rule_file
from qunjian.runs.standards import open_edition
from qunjian.standards.schema import Penalties
from qunjian.text.folding import Folded

CONTEXT = MessageContext("s", "1")
HARSH, MILD = "你们这些地域黑都是垃圾", "大家早上好"


def made(threshold: float = 0.9, **more: object) -> object:
    return rule("m.offends", {"kind": "model", "model": "offensive", "threshold": threshold}, **more)


RULES = [
    made(),
    rule("m.also", {"kind": "model", "model": "offensive", "threshold": 0.5}, when={"contains": {"words": ["垃圾"]}}),
    rule("m.word", {"kind": "phrases", "words": ["地域黑"], "near": {"words": ["垃圾"], "within": 9}}),
]
INSPECTOR = compile_rules(RULES)  # type: ignore[arg-type]
_PIECES = st.sampled_from([HARSH, MILD, "垃圾", "地域黑", "😀", "\u200b", " ", "骗子去死", "图书馆", ""])
_TEXTS = st.lists(st.none() | st.lists(_PIECES, max_size=4).map("".join), max_size=9)


@settings(deadline=None, max_examples=40)
@given(_TEXTS)
def test_findings_are_equal_for_every_batch_size_and_to_a_check_of_each_text(texts: list[str | None]) -> None:
    batch = messages(texts)
    whole = pa.Table.from_batches([INSPECTOR.inspect(batch, CONTEXT)])
    for size in (1, 2, 3):
        parts = [INSPECTOR.inspect(batch.slice(at, size), CONTEXT) for at in range(0, len(texts), size)]
        assert pa.Table.from_batches(parts, FINDING).to_pylist() == whole.to_pylist()
    model = load_model("offensive")
    naive = [text is not None and text != "" and model.probabilities(pa.array([text]))[0] >= 0.9 for text in texts]
    told = {each["message_id"] for each in whole.to_pylist() if each["rule"] == "m.offends"}
    assert told == {str(number) for number, so in enumerate(naive) if so and texts[number] != "\u200b"}


@settings(deadline=None, max_examples=40)
@given(_TEXTS)
def test_words_near_what_a_model_sees_tell_what_all_words_looked_for_everywhere_tell(texts: list[str | None]) -> None:
    written = [text or "" for text in texts]
    assert INSPECTOR.check(written) == [[each for each in INSPECTOR.explain(text) if each.fired] for text in written]


def test_a_finding_names_the_model_its_probability_and_places_in_the_original() -> None:
    text = "\u200b" + HARSH.replace("垃圾", "\u200b垃\u200b圾")
    (finding,) = (
        each for each in INSPECTOR.inspect(messages([MILD, text]), CONTEXT).to_pylist() if each["rule"] == "m.offends"
    )
    assert (finding["check"], finding["message_id"]) == ("model", "1")
    assert finding["detail"] == f"offensive@{load_model('offensive').version}"
    assert finding["confidence"] == round(float(load_model("offensive").probabilities(pa.array([text]))[0]), 4)
    assert any("垃" in text[span["start"] : span["end"]] for span in finding["spans"])


def test_what_weighed_most_is_what_holds_the_heavy_gram() -> None:
    weights = np.zeros(1 << 16, dtype=np.int8)
    for each in grams(Folded(["苹果"]), 16, TextModel("m", 16, weights, 1, 0).heard):
        weights[each.places] = 50
    found = weighed(TextModel("m", 16, weights, 1.0, 0.0), "今天的 ＡＢ 苹果很甜，苹果好")
    assert {(each.start, each.end) for each in found} == {(7, 9), (12, 14)}
    assert sum(each.share for each in found) == pytest.approx(1)
    assert weighed(TextModel("m", 16, weights, 1.0, 0.0), "今天") == ()


@pytest.mark.parametrize(
    ("detect", "severity", "least"),
    [
        ({}, "notice", 0.95), ({}, "critical", 0.995),
        ({"costs": {"minor": {"false_alarm": 4, "miss": 1}}}, "minor", 0.8),
        ({"threshold": {"major": 0.7}}, "major", 0.7), ({"threshold": {"major": 0.7}}, "minor", 0.98),
        ({"threshold": 0.6}, "critical", 0.6),
    ],
)  # fmt: skip
def test_the_threshold_follows_the_rules_severity(detect: dict[str, object], severity: str, least: float) -> None:
    found = parameters_of(rule("m.x", {"kind": "model", "model": "offensive", **detect}, severity=severity))
    assert isinstance(found, Parameters)
    assert found.least == pytest.approx(least)


@pytest.mark.parametrize(
    ("detect", "said"),
    [
        ({"model": "ofensive"}, "offensive"), ({"model": "offensive", "threshold": 1.2}, "between 0 and 1"),
        ({"model": "offensive", "threshold": 0.9, "costs": {"minor": {"false_alarm": 4}}}, "either"),
        ({"model": "offensive", "costs": {"grave": {"false_alarm": 4}}}, "grave"),
    ],
)  # fmt: skip
def test_a_wrong_rule_is_refused_with_the_nearest_name(detect: dict[str, object], said: str) -> None:
    with pytest.raises(WrittenError) as caught:
        parameters_of(rule("m.x", {"kind": "model", **detect}))
    assert said in str(caught.value)


def test_explain_says_how_sure_the_model_is() -> None:
    (why,) = (each.why for each in INSPECTOR.explain("垃圾分类的时间改到晚上七点") if each.rule == "m.offends")
    assert re.search(r"概率 0\.\d\d 低于门槛 0\.90", why.zh)
    assert "below the threshold" in why.en


def test_a_teams_own_model_lies_beside_its_standards(tmp_path: Path) -> None:
    homes = [tmp_path / "here", tmp_path / "there"]
    versions = []
    for home in homes:
        (home / "models").mkdir(parents=True)
        load_model("offensive").save(home / "models" / "ads.npz")
        written = {
            "id": "own.adverts", "name": "广告", "severity": "minor", "category": "spam", "hint": "提醒",
            "basis": [{"source": "群规"}], "detect": {"kind": "model", "model": "ads", "threshold": 0.9},
            "samples": {"hit": [HARSH] * 3, "pass": [MILD] * 3},
        }  # fmt: skip
        path = home / "packs" / "own" / "adverts.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(written), encoding="utf-8")
        (home / "ours.yaml").write_text(json.dumps({"id": "ours", "name": "我们", "rules": {"packs": ["own"]}}))
        assert check_rule_file(path) == []
        edition = open_edition(home / "ours.yaml")
        assert compile_rules(edition.rules).inspect(messages([HARSH, MILD]), CONTEXT).num_rows == 1
        versions.append(edition.version)
    assert versions[0] == versions[1]  # wherever it lies
    model = load_model("offensive")
    TextModel("ads", model.bits, model.weights, model.scale, model.bias - 1).save(homes[0] / "models" / "ads.npz")
    assert open_edition(homes[0] / "ours.yaml").version != versions[0]
    (homes[0] / "models" / "ads.npz").rename(homes[0] / "models" / "adds.npz")
    assert "offensive" not in str(check_rule_file(homes[0] / "packs" / "own" / "adverts.yaml")[0].where)


def test_a_models_findings_count_once_confirmed_and_a_trial_rules_never() -> None:
    counts = counts_of([made(), rule("t.x", {"kind": "phrases", "words": ["刷广告"]}, lifecycle="trial")])  # type: ignore[list-item]
    assert counts == {"m.offends": "once_confirmed", "t.x": "never"}
    unseen = Tally("g", "m.offends", "critical", "conduct", 9, counts=counts["m.offends"])
    confirmed = Tally("g", "m.offends", "critical", "conduct", 9, confirmed=1, counts=counts["m.offends"])
    trial = Tally("g", "t.x", "critical", "spam", 9, confirmed=9, counts=counts["t.x"])
    assert compliance([unseen, trial], 1000, Penalties()).value == 100
    assert compliance([confirmed], 1000, Penalties()).value == 90  # one critical finding costs ten points in 1,000
    assert compliance([trial], 1000, Penalties(), confirmed_only=True).value == 100
    assert [veto.rule for veto in vetoes([unseen, trial, confirmed], {})] == ["m.offends"]
