"""Rules made by hand for the tests of checks."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from qunjian.model.schemas import MESSAGE
from qunjian.standards.rules import Rule

DAWN = dt.datetime(2026, 11, 16, tzinfo=dt.UTC)


def rule(id_: str, detect: dict, **more: object) -> Rule:
    written = {
        "id": id_, "name": "名", "severity": "major", "category": "spam", "hint": "改", "detect": detect,
        "basis": [{"source": "测试"}], "samples": {"hit": ["a", "b", "c"], "pass": ["d", "e", "f"]}, **more,
    }  # fmt: skip
    return Rule.model_validate(_tuples(written))


def _tuples(value: object) -> object:
    if isinstance(value, dict):
        return {key: _tuples(each) for key, each in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def messages(texts: list[str | None], **columns: list[object]) -> pa.RecordBatch:
    rows = [
        {
            "scope": "t:g", "message_id": str(number), "platform": "t", "community_id": "t:g", "channel_id": "",
            "sent_at": DAWN + dt.timedelta(seconds=number), "account_id": f"t:{number % 3}", "kind": "text",
            "text": text, "content_hash": f"h{text}".encode(), **{name: each[number] for name, each in columns.items()},
        }
        for number, text in enumerate(texts)
    ]  # fmt: skip
    return pa.RecordBatch.from_pylist(rows, schema=MESSAGE)
