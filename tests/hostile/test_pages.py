"""The pages on refusals name the caps that the program has."""

from __future__ import annotations

import pytest
from tests.conftest import PROJECT

from qunjian.sources import caps, columns, json_stream, workbooks

CAPS = {
    "ratio": (caps.MAX_RATIO, "{} 倍", "{} times"),
    "free": (caps.FREE_BYTES >> 20, "{} MB 以内", "below {} MB"),
    "unpacked": (caps.MAX_UNPACKED >> 30, "超过 {} GB", "more than {} GB"),
    "member": (caps.MAX_MEMBER >> 30, "| {} GB |", "| {} GB |"),
    "depth": (caps.MAX_DEPTH, "| {} 层 |", "| {} deep |"),
    "entries": (caps.MAX_ENTRIES, "| {} 个 |", "| {} |"),
    "directory": (caps.MAX_DIRECTORY >> 20, "目录 | {} MB |", "contents of a zip | {} MB |"),
    "name": (caps.MAX_NAME, "| {} 个字", "| {} characters"),
    "workbook": (workbooks.MAX_XML >> 20, "解压后 | {} MB |", "unpacked | {} MB |"),
    "old": (workbooks.MAX_OLD >> 20, "{} MB（旧版 .xls）", "{} MB (an old .xls)"),
    "cells": (workbooks.MAX_CELLS, "| {} 个，", "| {}, the"),
    "record": (json_stream.MAX_RECORD >> 20, "单条记录 | {} MB |", "line or record | {} MB |"),
    "text": (columns.MAX_TEXT >> 20, "消息的文字 | {} MB |", "single message | {} MB |"),
}


@pytest.mark.parametrize("name", CAPS)
def test_a_cap_stands_in_both_pages(name: str) -> None:
    value, zh, en = CAPS[name]
    assert zh.format(value) in (PROJECT / "docs" / "zh" / "refusals.md").read_text("utf-8")
    assert en.format(value) in (PROJECT / "docs" / "en" / "refusals.md").read_text("utf-8")


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_page_is_found(readme: str) -> None:
    assert "refusals.md" in (PROJECT / readme).read_text("utf-8")
