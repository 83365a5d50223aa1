"""The doctor tells what is there from what is not, and says how to mend it."""

from __future__ import annotations

import datetime as dt

import pytest

from qunjian.runs import doctor
from qunjian.runs.doctor import allows, check_disk, check_fonts, check_holidays, check_package, check_python
from qunjian.runs.glyphs import drawn, draws_boxes


@pytest.mark.parametrize(
    ("wanted", "version", "good"),
    [
        (">=1.6,<2", "1.6.6", True),
        (">=1.6,<2", "1.6", True),
        (">=1.6,<2", "1.5.9", False),
        (">=1.6,<2", "2.0.0", False),
        (">=1.4,<3", "2.0.0", True),
        (">=1.1", "1.1.20251105", True),
        (">=1.7", "1.9.0.post1", True),
        (">=0.9", "0.10", True),
        ("", "0.1", True),
    ],
)
def test_bounds_of_versions(wanted: str, version: str, good: bool) -> None:
    assert allows(wanted, version) is good


def test_an_old_python_is_refused_with_a_mend() -> None:
    assert check_python((3, 11, 0)).state == "ok"
    old = check_python((3, 10, 14))
    assert old.state == "failed"
    assert "3.11" in old.mend.zh


def test_a_missing_package_and_an_old_one_are_named() -> None:
    missing = check_package("no-such-package-here", ">=1")
    assert (missing.state, missing.found.en) == ("failed", "not installed")
    assert "no-such-package-here" in missing.mend.en
    old = check_package("msgspec", ">=99")
    assert old.state == "failed"
    assert ">=99" in old.found.en
    assert check_package("msgspec", ">=0.1").state == "ok"


def test_every_required_package_is_there() -> None:
    found = list(doctor.check_packages())
    assert {"package.msgspec", "package.pillow", "package.duckdb"} <= {check.id for check in found}
    assert not [check for check in found if check.state != "ok"]


def test_boxes_are_seen_where_no_font_has_the_characters() -> None:
    """Private-use characters stand for Chinese on a machine without Chinese fonts: no font has them."""
    assert draws_boxes(("\U000f0001", "\U000f0002", "\U000f0003"))
    assert not draws_boxes(("A", "B", "C"))
    assert drawn("A") != drawn("B")


def test_missing_fonts_warn_but_do_not_fail() -> None:
    assert check_fonts(lambda: False).state == "ok"
    boxes = check_fonts(lambda: True)
    assert boxes.state == "warning"
    assert "fonts-noto-cjk" in boxes.mend.zh


@pytest.mark.parametrize(("free", "state"), [(50 << 30, "ok"), (1 << 30, "warning"), (100 << 20, "failed")])
def test_disk(free: int, state: str) -> None:
    assert check_disk(free).state == state


def test_holidays_run_out_with_a_warning() -> None:
    assert check_holidays(dt.date(2026, 11, 22)).state == "ok"
    assert check_holidays(dt.date(2093, 1, 1)).state == "warning"


def test_optional_parts_never_fail() -> None:
    found = {check.id: check for check in doctor.check_optional()}
    assert set(found) == {"java", "spark", "kernel", "ocr", "node", "chromium"}
    assert {check.state for check in found.values()} <= {"ok", "absent"}
    assert all(check.mend.zh and check.mend.en for check in found.values() if check.state == "absent")
