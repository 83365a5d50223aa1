"""A Slack event log through the import: edits and deletions are applied, whichever way the documents are cut."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest
from tests.cli.conftest import Command

from qunjian.sources.finding import find_documents
from qunjian.workspace import Workspace

EVENTS = Path(str(files("qunjian.sources"))) / "slack" / "samples" / "events.jsonl"


def visible(place: Path) -> dict[str, tuple[str, str]]:
    """Return {message id: (kind, text)} of the visible messages."""
    with closing(Workspace.find(place).lake.session()) as session:
        rows = session.connection.execute("SELECT message_id, kind, text FROM message").fetchall()
    return {name: (kind, text) for name, kind, text in rows}


@pytest.mark.parametrize("cut", [None, 5, 6, 8])
def test_the_last_content_of_a_message_stands(tmp_path: Path, qunjian: Command, cut: int | None) -> None:
    place = tmp_path / "w"
    qunjian("init", place)
    lines = EVENTS.read_text("utf-8").splitlines(keepends=True)[:-1]
    parts = [lines] if cut is None else [lines[:cut], lines[cut:]]
    for number, part in enumerate(parts):
        (tmp_path / f"{number}.jsonl").write_text("".join(part), "utf-8")
    told = qunjian("import", *sorted(tmp_path.glob("*.jsonl")), "-w", place, "--json").json()
    assert (told["read"], told["kept"], told["duplicate"], told["edited"]) == (11, 10, 1, 4)
    assert visible(place) == {
        "1714557600.000100": ("text", "first!"),
        "1714557610.000100": ("text", "see https://example.com"),
        "1714557630.000400": ("recall", ""),
        "1714557650.000600": ("text", "in a thread"),
        "1714557670.000900": ("recall", ""),
    }


@pytest.mark.realdata
@pytest.mark.slow
def test_every_edit_and_deletion_of_a_real_log_is_applied(
    tmp_path: Path, qunjian: Command, real_data: Callable[[str], Path]
) -> None:
    """A naive reader of the same lines keeps, per channel and time, what the last event said."""
    folder = real_data("slack_clojurians")
    last: dict[tuple[str, str], str | None] = {}
    events = 0
    for document in find_documents([folder / "logs"]):
        for line in document.content(2**26).decode("utf-8").splitlines():
            one = json.loads(line)
            kind = one.get("subtype")
            events += kind != "message_replied"
            if kind == "message_changed":
                gone = one["message"].get("subtype") == "tombstone"
                last[one["channel"], one["message"]["ts"]] = None if gone else one["message"].get("text", "")
            elif kind == "message_deleted":
                last[one["channel"], one["deleted_ts"]] = None
            elif kind not in ("message_replied", "channel_join", "channel_leave"):
                last[one["channel"], one["ts"]] = one.get("text", "")
    place = tmp_path / "w"
    qunjian("init", place)
    told = qunjian("import", folder, "-w", place, "--json").json()
    assert told["read"] == events == 11_281 - 656
    assert told["kept"] + told["duplicate"] == told["read"]
    with closing(Workspace.find(place).lake.session()) as session:
        rows = session.connection.execute("SELECT channel_id, message_id, kind, text FROM message").fetchall()
        joins = session.connection.execute("SELECT kind, count(*) FROM membership GROUP BY 1 ORDER BY 1").fetchall()
    assert joins == [("invited", 5), ("joined", 1_137), ("left", 113)]
    shown = {(channel, name): None if kind == "recall" else text for channel, name, kind, text in rows}
    assert shown.keys() == last.keys()
    assert {key for key, text in shown.items() if text is None} == {key for key, text in last.items() if text is None}
    plain = {key: text for key, text in last.items() if text and not set("<&\b") & set(text)}
    assert len(plain) > 5_000
    assert {key: shown[key] for key in plain} == plain
