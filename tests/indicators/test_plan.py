"""The plan: only portable operations, compiled SQL and documentation pages current, names and reasons complete."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import ibis
import msgspec
import pytest

from qunjian.engines import portable
from qunjian.indicators.plan import compiled, expressions, stored
from qunjian.indicators.reasons import REASONS
from qunjian.indicators.record import UNITS
from qunjian.indicators.registry import INDICATORS, find
from qunjian.model.errors import UnknownNameError

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted([*(ROOT / "src/qunjian/indicators").glob("*.py"), *(ROOT / "src/qunjian/aggregates").glob("*.py")])


def test_expressions_use_portable_operations_only():
    fills, facts = expressions()
    assert {name: portable.offences(one) for name, one in (fills | facts).items() if portable.offences(one)} == {}


def test_offences_are_found():
    table = ibis.table({"a": "int64", "b": "int64", "t": "string"}, name="t")
    assert portable.offences(table.select(x=table.a / table.b)) == ["Divide outside ratio()"]
    assert portable.offences(table.select(x=portable.ratio(table.a, table.b))) == []
    assert portable.offences(table.select(x=table.a // table.b)) == [
        "FloorDivide by something that may be zero or negative"
    ]
    assert portable.offences(table.select(x=table.t.lower())) == ["Lowercase"]
    assert portable.offences(table.select(x=table.t.re_search("a"))) == ["RegexSearch"]
    assert portable.offences(table.aggregate(x=table.a.approx_median())) == ["ApproxMedian"]


def test_compiled_plan_is_current():
    assert msgspec.json.encode(compiled()) == msgspec.json.encode(stored()), "run scripts/indicators_compiled.py"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_division_and_no_ibis_at_import(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = [name.name for node in tree.body if isinstance(node, ast.Import) for name in node.names]
    assert "ibis" not in imported
    if path.parent.name == "aggregates" or path.stem in {"activity", "members", "lifecycle", "retention", "content"}:
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)]


def test_measuring_does_not_import_ibis():
    code = "import sys, qunjian.indicators.measure; print('ibis' in sys.modules, 'scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_every_indicator_is_complete():
    for one in INDICATORS.values():
        assert one.unit in UNITS
        assert one.definition.zh
        assert one.definition.en
        assert {one.empty, one.absent, *(f"no_{field}" for field in one.needs)} <= set(REASONS)
        assert not one.needs_any or f"no_{one.needs_any[0]}" in REASONS
    assert len({one.title.zh for one in INDICATORS.values()}) == len(INDICATORS)


def test_unknown_names_get_the_nearest():
    with pytest.raises(UnknownNameError) as error:
        find("speaker")
    assert error.value.sentence("zh") == "没有名为“speaker”的指标。最接近的是：speakers、new_speakers、gini_speakers"
