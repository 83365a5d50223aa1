"""Findings on media are the same for batches of 1, 2, 3 and all, and the commands work end to end."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
from tests.media.made import code_picture, encoded, put, telegram

from qunjian.checks.contract import MessageContext
from qunjian.checks.media.running import MediaInspector, media_rules
from qunjian.checks.media.samples import lists_of_examples, media_of
from qunjian.model.schemas import MESSAGE
from qunjian.runs.standards import load_packs
from qunjian.standards.rules import Line


def test_any_batch_size_gives_the_same_findings() -> None:
    rules = media_rules([rule for pack in load_packs().values() for rule in pack])
    samples = [line for rule in rules for each in (*rule.samples.hit, *rule.samples.passed) for line in each]
    lines = [line for line in samples if isinstance(line, Line)]
    rows = [
        {"scope": "s", "message_id": str(n), "platform": "s", "community_id": "s:g", "account_id": f"s:{n % 3}",
         "kind": line.kind, "text": line.text, "sent_at": line.instant, "content_hash": bytes([n % 256]) * 16}
        for n, line in enumerate(lines)
    ]  # fmt: skip
    (batch,) = pa.Table.from_pylist(rows, MESSAGE).combine_chunks().to_batches()
    attached = [media_of(line) for line in lines]
    context = MessageContext("x", "1", roles={("s:g", "s:2"): "admin"})
    inspector = MediaInspector(rules, lists_of_examples(rules))
    whole = inspector.inspect(batch, attached, context).to_pylist()
    assert len(whole) > 20
    assert len({row["finding_id"] for row in whole}) == len(whole)
    for size in (1, 2, 3):
        parts = [
            row
            for first in range(0, len(rows), size)
            for row in inspector.inspect(batch.slice(first, size), attached[first : first + size], context).to_pylist()
        ]
        assert parts == whole


def test_the_commands_from_import_to_the_list(tmp_path: Path) -> None:
    put(tmp_path / "a", "photos/a.png", encoded(code_picture("https://weixin.qq.com/g/AwYAAKq3Zx81")))
    telegram(tmp_path / "a", [{"photo": "photos/a.png"}, {"photo": "photos/none.jpg"}])

    def run(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "qunjian", *words], cwd=tmp_path, capture_output=True, text=True, check=False,
            env={"LANG": "zh_CN.UTF-8", "QUNJIAN_WORKSPACE": str(tmp_path / "w"), "PATH": ""},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("init", str(tmp_path / "w"))
    run("import", "a")
    told = run("inspect")
    assert "图片 2 张，读了 1 张，其中有码 1 张" in told
    assert "没有读 1 张：导出写了文件名，但文件不在" in told
    assert json.loads(run("inspect", "--json"))["media"]["telegram:700100"]["unread"] == {"absent": 1}
    assert "weixin.qq.com/g/…" in run("media", "show", "--codes")
    assert json.loads(run("media", "read", "--json"))["left"] == 0
    assert "1 张" in run("media", "add", "a/photos/a.png", "--why", "外部群")
    assert "外部群" in run("media", "list")
    assert "group.listed_picture" in json.loads(run("inspect", "--json"))["findings"]["rule"]
