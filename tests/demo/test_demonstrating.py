"""`qunjian demo` makes a whole workspace, and never touches a folder that is not its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from qunjian.model.errors import BadInputError
from qunjian.runs.demonstrating import clear


def ours(root: Path) -> Path:
    (root / "lake").mkdir(parents=True)
    for name in ("truths.json", "qunjian.toml"):
        (root / name).write_text("{}")
    return root


def qunjian(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "qunjian", *words], capture_output=True, text=True, encoding="utf-8", check=False
    )


def test_a_new_or_empty_folder_is_taken(tmp_path: Path) -> None:
    clear(tmp_path / "new", force=False)
    clear(tmp_path, force=False)
    assert tmp_path.is_dir()


def test_an_earlier_demo_is_replaced_only_by_force(tmp_path: Path) -> None:
    root = ours(tmp_path / "demo")
    with pytest.raises(BadInputError) as refused:
        clear(root, force=False)
    assert "--force" in refused.value.sentence("zh")
    assert (root / "truths.json").is_file()
    clear(root, force=True)
    assert list(root.iterdir()) == []


def test_what_no_demo_made_is_left_alone_even_by_force(tmp_path: Path) -> None:
    root = ours(tmp_path / "demo")
    (root / "thesis.docx").write_text("mine")
    for force in (False, True):
        with pytest.raises(BadInputError) as refused:
            clear(root, force=force)
        assert "thesis.docx" in refused.value.sentence("zh")
    assert {path.name for path in root.iterdir()} == {"lake", "truths.json", "qunjian.toml", "thesis.docx"}
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_text("")
    with pytest.raises(BadInputError):
        clear(tmp_path / "photos", force=True)
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInputError):
        clear(tmp_path / "file", force=True)
    assert (tmp_path / "file").is_file()


def test_the_whole_demo(tmp_path: Path) -> None:
    root = tmp_path / "demo"
    made = qunjian("demo", str(root), "--json")
    assert made.returncode == 0, made.stderr
    told = json.loads(made.stdout)
    assert {
        "folder",
        "seed",
        "effect",
        "messages",
        "kept",
        "rejected",
        "findings",
        "period",
        "report",
        "planted",
    } <= set(told)
    assert len(told["messages"]) == 5
    assert set(told["rejected"]) <= {"before_first_record"}
    assert told["findings"]["rule"]["privacy.phone_number"] == 8
    assert told["period"] == "2026-W46"
    page = Path(told["report"]).read_text(encoding="utf-8")
    assert "暖芽宝妈互助群" in page
    report = json.loads(Path(told["report"]).with_suffix(".json").read_text(encoding="utf-8"))
    summary = " ".join(block.get("text", "") for block in report["parts"][0]["blocks"])
    assert "「折腾研究所·数码闲聊」退群人次异常偏多" in summary
    assert "「暖芽宝妈互助群」自 2026-W43 起，晚间" in summary
    assert "晚枫观鸟小组" not in summary
    again = qunjian("demo", str(root))
    assert again.returncode == 2
    assert "--force" in again.stderr
    doctor = qunjian("doctor", "--json", "-w", str(root))
    checks = {check["id"]: check for check in json.loads(doctor.stdout)["checks"]}
    assert checks["workspace"]["state"] == "ok"


def test_an_effect_past_one_is_refused(tmp_path: Path) -> None:
    made = qunjian("demo", str(tmp_path / "demo"), "--effect", "3")
    assert made.returncode == 2
    assert not (tmp_path / "demo").exists()
