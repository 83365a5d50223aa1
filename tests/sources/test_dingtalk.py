"""What a DingTalk robot was told is marked as a biased sample wherever it is imported."""

from __future__ import annotations

from pathlib import Path

from tests.sources.conftest import CASES

from qunjian.runs.importing import Wish, import_files
from qunjian.sources.registry import FORMATS
from qunjian.workspace import Workspace


def test_the_import_report_says_that_the_sample_is_biased(tmp_path: Path) -> None:
    (path,) = next(case for case in CASES if case.name == "dingtalk/callbacks.jsonl").paths
    workspace = Workspace.create(tmp_path / "work")
    counts = import_files(workspace, Wish((path,)))
    (document,) = counts.documents
    assert any("有偏样本" in warning and "biased sample" in warning for warning in document.warnings)
    assert (counts.total.kept, counts.total.rejected["private_chat"]) == (9, 1)


def test_the_list_of_formats_says_so_too() -> None:
    assert "有偏样本" in FORMATS["dingtalk"].title.zh
    assert "biased sample" in FORMATS["dingtalk"].title.en
