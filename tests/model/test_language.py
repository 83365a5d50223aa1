"""The language of the person at the terminal."""

from __future__ import annotations

import sys

import pytest

from qunjian.model.language import Phrase, preferred_language

NAMES = ("QUNJIAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows states its language elsewhere")
@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, "zh"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "QUNJIAN_LANG": "zh"}, "zh"),
    ],
)
def test_chosen_by_environment(settings: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert preferred_language() == expected


def test_phrase_fills_both() -> None:
    assert Phrase("共{n}条", "{n} in all").fill(n=3) == Phrase("共3条", "3 in all")
