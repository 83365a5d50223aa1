"""Mappings as a newcomer writes them from the tutorial, on published samples of formats no reader knows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qunjian.sources.finding import find_documents
from qunjian.sources.mapping.loading import parse_mapping
from qunjian.sources.reader import Options
from qunjian.sources.registry import detect, run_task, tasks

pytestmark = pytest.mark.realdata

SIGNAL = r"""
id: signal_txt
name: {zh: Signal, en: Signal}
platform: signal
format: log
log: {start: '\[(?P<time>\d{4}-\d{2}-\d{2}, \d{2}:\d{2})\] (?P<who>[^:\n]*): '}
fields: {name: who, text: body}
time: {from: time, formats: ["%Y-%m-%d, %H:%M"], zone: UTC}
"""
META = r"""
id: messenger_json
name: {zh: Messenger, en: Messenger}
platform: messenger
format: json
path: '(?P<file>[^/]+)\.json$'
json: {records: messages}
fields:
  community: {from: context.title, fallback: "{file}"}
  name: sender_name
  text: content
time: {from: timestamp_ms, formats: [epoch_ms]}
attachments: {from: files, pattern: '"uri": "([^"]+)"', kind: file}
"""


def read(page: str, path: Path) -> list[dict[str, Any]]:
    (document,) = find_documents([path])
    mapping = parse_mapping(page.encode(), "page")
    detection = detect(document, mapping.id, (mapping,), Options(zone="UTC"))
    rows: list[dict[str, Any]] = []
    for task in tasks([(0, document, detection)]):
        outcome = run_task(task)
        assert not [reject for part in outcome.parts for reject in part.rejects]
        rows += outcome.messages.to_pylist() if outcome.messages is not None else []
    return rows


def test_signal(real_data: Callable[[str], Path]) -> None:
    rows = read(SIGNAL, real_data("parser_samples") / "chat-miner/signal/test_export.txt")
    assert [row["sent_at"].isoformat() for row in rows] == ["2019-12-24T12:23:00+00:00", "2020-01-17T21:49:00+00:00"]
    assert rows[1]["text"].count("\n") == 1


def test_instagram(real_data: Callable[[str], Path]) -> None:
    rows = read(META, real_data("parser_samples") / "chat-miner/instagram/test_export.json")
    assert [row["sent_at"].timestamp() for row in rows] == [1_579_294_140, 1_577_186_580]


def test_messenger(real_data: Callable[[str], Path]) -> None:
    rows = read(META, real_data("parser_samples") / "chat-analytics/messenger/2A_7M.json")
    assert len(rows) == 7  # so the file's own name says: 2 authors, 7 messages
    assert {row["account_id"] for row in rows} == {"messenger:name:Alice", "messenger:name:Bob"}
    assert [each["name"].rsplit("/", 1)[-1] for row in rows for each in row["attachments"] or []] == ["blabla.docx"]
