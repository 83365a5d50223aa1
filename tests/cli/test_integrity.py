"""integrity: signs as words and as JSON lines, and what a wrong call says."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Command, message, write_chat


def test_a_hole_another_export_fills_is_told(place: Path, qunjian: Command) -> None:
    talk = [message(n, 1 + n // 20, n % 4, f"第 {n} 句") for n in range(1, 120)]
    whole, cut = write_chat(place / "whole.json", talk), write_chat(place / "cut.json", talk[:50] + talk[60:])
    qunjian("import", whole)
    said = qunjian("integrity")
    assert (said.code, "没有发现迹象" in said.out) == (0, True)
    qunjian("import", cut)
    (sign,) = qunjian("integrity", "--json").lines()
    assert (sign["kind"], sign["numbers"]["messages"]) == ("hole", 10)
    assert set(sign) == {"kind", "community_id", "first", "last", "numbers", "words", "files", "expected"}
    said = qunjian("integrity")
    assert "另一份导出补上的缺口" in said.out
    assert "不是对任何人的指责" in said.out
    assert qunjian("integrity", "--community", "telegram:77", "--to", "2026-10-01", "--json").lines() == []
    assert qunjian("integrity", "--community", "telegram:78").code == 2


def test_an_erased_member_has_not_vanished_when_a_newer_export_comes(place: Path, qunjian: Command) -> None:
    talk = [message(n, 1 + n // 20, n % 9, f"第 {n} 句") for n in range(1, 140)]
    qunjian("import", write_chat(place / "first.json", talk[:119]))
    assert qunjian("erase", "telegram:user3", "--yes").code == 0
    again = qunjian("import", write_chat(place / "second.json", talk), "--json").json()
    assert (again["kept"], again["rejected"]) == (17, {"erased": 16})
    assert qunjian("integrity", "--json").lines() == []
