"""A file that cannot be read refuses itself, not the folder it lies in; if nothing can be read, nothing is written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.cli.conftest import Command, message, write_chat

# A chat whose outline breaks off before its messages, and a roster that does not say whose it is.
UNSOUND = {
    "broken.json": '{"name" "g", "type": "private_group", "messages": [{"date_unixtime": "1", "from_id": "a"}]',
    "roster.csv": "account,name,role\nu1,A,owner\n",
}


@pytest.fixture
def folder(place: Path) -> Path:
    found = place / "exports"
    found.mkdir()
    for name, text in UNSOUND.items():
        (found / name).write_text(text, "utf-8")
    return found


def test_the_sound_files_of_a_folder_are_imported(folder: Path, qunjian: Command) -> None:
    write_chat(folder / "sound.json", [message(n, 1, 1, f"话{n}") for n in range(1, 4)])
    said = qunjian("import", folder, "--json")
    told = said.json()
    assert said.code == 2
    assert (told["files"], told["read"], told["kept"], told["rejected"]) == (3, 5, 3, {"unreadable_file": 2})
    by_name = {line["name"]: line for line in told["documents"]}
    assert by_name["exports/sound.json"]["rejected"] == {}
    for name, reason in (("broken.json", "not a whole Telegram JSON"), ("roster.csv", "which community")):
        line = by_name[f"exports/{name}"]
        assert (line["read"], line["kept"], line["rejected"]) == (1, 0, {"unreadable_file": 1})
        assert any(reason in warning for warning in line["warnings"]), line["warnings"]
    assert qunjian("communities", "--json").lines()[0]["messages"] == 3


def test_many_files_parsed_elsewhere_fail_alone_too(folder: Path, qunjian: Command) -> None:
    """Past two megabytes other processes parse."""
    write_chat(folder / "sound.json", [message(n, 1, 1, "话" * 400) for n in range(1, 3_001)])
    told = qunjian("import", folder, "--json").json()
    assert (told["kept"], told["rejected"]) == (3_000, {"unreadable_file": 2})


def test_when_no_file_is_sound_nothing_is_written(folder: Path, qunjian: Command) -> None:
    said = qunjian("import", folder)
    assert (said.code, "broken.json" in said.err, "重新导出" in said.err) == (2, True, True)
    assert qunjian("imports", "--json").lines() == []


def test_an_import_again_after_the_file_was_mended(folder: Path, qunjian: Command) -> None:
    write_chat(folder / "sound.json", [message(n, 1, 1, f"话{n}") for n in range(1, 4)])
    qunjian("import", folder)
    shutil.rmtree(folder)
    folder.mkdir()
    write_chat(folder / "sound.json", [message(n, 1, 1, f"话{n}") for n in range(1, 4)])
    write_chat(folder / "broken.json", [message(n, 2, 2, f"新{n}") for n in range(4, 6)])
    said = qunjian("import", folder, "--json")
    assert (said.code, said.json()["kept"], said.json()["duplicate"]) == (0, 2, 3)
