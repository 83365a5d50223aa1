"""import --append, --new, --auto and --watch: what each takes, and that a watched export is read once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.cli.conftest import Command, message, write_chat


def test_append_takes_known_communities_and_new_takes_others(place: Path, chat: Path, qunjian: Command) -> None:
    other = write_chat(place / "other.json", [message(1, 1, 1, "在")], name="球友会", number=78)
    more = write_chat(place / "more.json", [message(7, 5, 1, "新的")])
    refused = qunjian("import", chat, "--append")
    assert (refused.code, "telegram:77" in refused.err) == (2, True)
    assert qunjian("communities", "--json").lines() == []
    assert qunjian("import", chat, "--new", "--json").json()["kept"] == 6
    again = qunjian("import", more, "--new")
    assert (again.code, "telegram:77" in again.err) == (2, True)
    assert qunjian("import", more, "--append", "--json").json()["kept"] == 1
    near = qunjian("import", other, "--append")
    assert (near.code, "最接近的是：telegram:77" in near.err) == (2, True)
    both = qunjian("import", other, more, "--append")  # one stranger refuses the whole import
    assert both.code == 2
    assert [one["id"] for one in qunjian("communities", "--json").lines()] == ["telegram:77"]
    assert qunjian("import", other, more, "--auto", "--json").json()["kept"] == 1


@pytest.mark.parametrize(
    "words", [(), ("x.json", "--append", "--new"), ("x.json", "--watch", "."), ("--watch", ".", "--dry-run")]
)
def test_options_that_do_not_go_together(place: Path, qunjian: Command, words: tuple[str, ...]) -> None:
    said = qunjian("import", *words)
    assert (said.code, "--watch" in said.err) == (2, True)


def looked(qunjian: Command, folder: Path) -> list[tuple[str, str, int | None]]:
    said = qunjian("import", "--watch", folder, "--once", "--steady", "0.2", "--json").lines()
    return [(one["name"], one["state"], one["import"] and one["import"]["kept"]) for one in said]


def test_a_watched_export_is_read_once_wherever_it_moves(place: Path, qunjian: Command) -> None:
    folder = place / "drop"
    folder.mkdir()
    write_chat(folder / "a.json", [message(1, 1, 1, "早"), message(2, 1, 2, "早！")])
    write_chat(folder / "b.json.part", [message(3, 1, 1, "还没写完")])
    assert looked(qunjian, folder) == [("a.json", "imported", 2)]
    (folder / "a.json").rename(folder / "moved.json")
    assert looked(qunjian, folder) == [("moved.json", "known", None)]
    (folder / "b.json.part").rename(folder / "b.json")
    assert looked(qunjian, folder) == [("b.json", "imported", 1), ("moved.json", "known", None)]
    qunjian("undo", qunjian("imports", "--json").lines()[0]["import_id"])
    assert ("moved.json", "imported", 2) in looked(qunjian, folder)


def test_watching_waits_for_a_growing_file_and_ends_cleanly(place: Path, qunjian: Command) -> None:
    folder = place / "drop"
    folder.mkdir()
    command = [sys.executable, "-m", "qunjian", "import", "--watch", str(folder), "--steady", "3"]
    watching = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | {"QUNJIAN_LANG": "en"},
        # Tests that run in the background are started deaf to Ctrl+C; a person's terminal is not.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert watching.stdout
    assert watching.stderr
    assert "Ctrl+C" in watching.stderr.readline()
    whole = write_chat(place / "whole.json", [message(n, 1, 1, f"第{n}句") for n in range(1, 40)]).read_bytes()
    with (folder / "chat.json").open("wb") as file:
        for begin in range(0, len(whole), len(whole) // 4 + 1):  # it grows for longer than a look takes
            file.write(whole[begin : begin + len(whole) // 4 + 1])
            file.flush()
            time.sleep(1)
    assert watching.stdout.readline().strip() == "chat.json"
    assert "kept 39" in watching.stdout.readline()
    watching.send_signal(signal.SIGINT)
    _, err = watching.communicate(timeout=60)
    assert (watching.returncode, "Traceback" in err) == (0, False)
