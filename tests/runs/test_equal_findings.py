"""The whole standard, its model included, finds the same in batches of any size, in steps, and on Spark."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.lake.made import bring, row

from qunjian.checks.contract import MessageContext
from qunjian.checks.runner import Inspector, compile_rules
from qunjian.model.schemas import FINDING, MESSAGE
from qunjian.runs.cluster_inspection import findings_on_spark
from qunjian.runs.inspecting import inspect
from qunjian.runs.standards import load_packs
from qunjian.standards.rules import Rule
from qunjian.workspace import Workspace

CONTEXT = MessageContext("whole", "1", {}, {("t:g", "t:0"): "staff"})
MOST = 16_384


@pytest.fixture(scope="module")
def rules() -> list[Rule]:
    return [rule for pack in load_packs().values() for rule in pack if not rule.is_question]


@pytest.fixture(scope="module")
def inspector(rules: list[Rule]) -> Inspector:
    return compile_rules(rules)


@pytest.fixture(scope="module")
def batch(rules: list[Rule]) -> pa.RecordBatch:
    """Every text the rules have for a sample, as messages of three accounts over eight days."""
    texts = list(dict.fromkeys(text for rule in rules for text in _texts(rule)))
    random.Random(5).shuffle(texts)
    step = 8 * 24 * 60 // len(texts)
    rows = [row(str(n), minute=n * step, account=f"t:{n % 3}", text=text) for n, text in enumerate(texts)]
    rows += [{**rows[0], "message_id": "none", "text": None}, {**rows[0], "message_id": "empty", "text": ""}]
    return pa.RecordBatch.from_pylist(rows, schema=MESSAGE)


def _texts(rule: Rule) -> Iterator[str]:
    for sample in (*rule.samples.hit, *rule.samples.passed, *rule.samples.cloaked):
        yield from [sample] if isinstance(sample, str) else [line.text for line in sample if line.text]


def cut(inspector: Inspector, batch: pa.RecordBatch, size: int) -> list[dict[str, Any]]:
    parts = [inspector.inspect(batch.slice(at, size), CONTEXT) for at in range(0, batch.num_rows, size)]
    return pa.Table.from_batches(parts, FINDING).to_pylist()


def test_batches_of_any_size(inspector: Inspector, batch: pa.RecordBatch) -> None:
    whole = cut(inspector, batch, MOST)
    assert {each["check"] for each in whole} >= {"phrases", "patterns", "contact", "personal_data", "model"}
    for size, rows in ((7, 1400), (1, 200)):  # the smaller the batches, the longer it takes
        some = batch.slice(0, rows)
        assert cut(inspector, some, size) == cut(inspector, some, MOST)


def test_one_run_or_several(tmp_path: Path, batch: pa.RecordBatch) -> None:
    """Message and window rules of the general standard with the model's pack, in one run and span by span."""
    workspace = Workspace.create(tmp_path / "w")
    written = {"id": "both", "name": "两者", "extends": "general", "rules": {"packs": ["models"]}}
    (workspace.root / "standards").mkdir(exist_ok=True)
    (workspace.root / "standards" / "both.yaml").write_text(json.dumps(written), encoding="utf-8")
    rows = batch.to_pylist()
    bring(workspace.lake, rows)
    found = {"whole": _found(workspace, [(None, None)])}
    days = sorted({each["sent_at"].date() for each in rows})
    spans = [(None, days[1]), *((day, day) for day in days[2:5]), (days[5], None)]
    found["steps"] = _found(workspace, spans)
    assert len(found["whole"]) > 500
    assert found["steps"] == found["whole"]


def _found(workspace: Workspace, spans: list[tuple[dt.date | None, dt.date | None]]) -> list[dict[str, Any]]:
    acts = [inspect(workspace, "both", first=first, last=last).run_id for first, last in spans]
    session = workspace.lake.session()
    try:
        query = "SELECT * EXCLUDE (act_id) FROM finding WHERE list_contains($1, act_id) ORDER BY ALL"
        return session.arrow(query, [acts]).to_pylist()
    finally:
        session.close()


def _spark() -> Any:
    sql = pytest.importorskip("pyspark.sql", reason="Spark is not installed (pip install 'qunjian[spark]')")
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        pytest.skip("Spark needs a Java runtime, and there is none")
    from qunjian.engines.spark import SETTINGS

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = sql.SparkSession.builder.master("local[2]").appName("qunjian")
    asked = {
        **SETTINGS, "spark.ui.enabled": "false", "spark.driver.memory": "1g", "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1", "spark.sql.execution.arrow.maxRecordsPerBatch": "333",
    }  # fmt: skip
    for name, value in asked.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


@pytest.mark.slow
def test_on_spark(rules: list[Rule], inspector: Inspector, batch: pa.RecordBatch) -> None:
    spark = _spark()
    try:
        names = inspector.columns
        messages = spark.createDataFrame(pa.Table.from_batches([batch]).select(names)).repartition(3)
        there = findings_on_spark(messages, rules, CONTEXT).toArrow().cast(FINDING).to_pylist()
    finally:
        spark.stop()
    here = cut(inspector, batch, MOST)
    key = "finding_id"
    assert sorted(there, key=lambda each: each[key]) == sorted(here, key=lambda each: each[key])
