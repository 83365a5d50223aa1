"""Backups: whole, of one moment, without keys; restored with the right keys only; refused when a bit differs."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from django.urls import reverse
from tests.console.conftest import OWN, World, said

from qunjian.lake.lock import writing
from qunjian.model.errors import BadInputError, LockedError
from qunjian.workspace import Workspace
from qunjian_console.audit.models import Entry
from qunjian_console.bridge import backups
from qunjian_console.bridge.opening import workspace
from qunjian_console.bridge.restoring import restore_new, restore_over
from qunjian_console.jobs import services
from qunjian_console.jobs.models import State
from qunjian_console.jobs.worker import work_off

NOW = dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC)


@pytest.fixture
def root(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a workspace with messages, a database of its own with an audit head, a decision and a draft."""
    for name in ("QUNJIAN_AUDIT_KEY", "DATABASE_URL"):  # what the machine says does not count here
        monkeypatch.delenv(name, raising=False)
    said(OWN)
    root = workspace().root
    (root / "console").mkdir()
    (root / "console" / "audit.key").write_text("the key of the log", encoding="ascii")
    with closing(sqlite3.connect(root / backups.DATABASE)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE audit_head (id INTEGER PRIMARY KEY, number INTEGER, mac TEXT)")
        database.execute("INSERT INTO audit_head VALUES (1, 7, 'abc')")
        database.commit()
    (root / "decisions" / "duty.csv").write_text("x", encoding="utf-8")
    return root


@pytest.fixture
def made(root: Path, tmp_path: Path) -> Path:
    return Path(backups.make_backup(root, tmp_path / "kept", NOW).path)


def files(root: Path) -> dict[str, bytes]:
    """Return every file that a backup must bring back, by its place."""
    passing = ("staging", "spill", "schema", "backups", "cache", "write.lock", "write.holder.json")
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not set(passing) & set(path.relative_to(root).parts)
        and "before-restore" not in str(path) and "sqlite3" not in path.name
    }  # fmt: skip


def test_what_comes_back_is_what_was_there(root: Path, made: Path, tmp_path: Path) -> None:
    done = restore_new(made, tmp_path / "new", backups.keys_of(root))
    assert (done.messages, done.audit_entries) == (12, 7)  # six lines in each of two groups
    assert files(tmp_path / "new") == files(root)
    with closing(sqlite3.connect(tmp_path / "new" / backups.DATABASE)) as database:
        assert database.execute("SELECT * FROM audit_head").fetchall() == [(1, 7, "abc")]
    assert len(Workspace.open(tmp_path / "new").lake.acts("import")) == 1


def test_no_key_is_in_a_backup_and_none_is_restored_without_the_right_ones(
    root: Path, made: Path, tmp_path: Path
) -> None:
    body = b"".join(zipfile.ZipFile(made).read(name) for name in zipfile.ZipFile(made).namelist())
    keys = backups.keys_of(root)
    assert set(keys) == {"lake/erasure.key", "console/audit.key"}
    for key in keys.values():
        assert key not in body
    for wrong in ({}, keys | {"lake/erasure.key": b"x" * 32}):
        with pytest.raises(BadInputError, match="keys of this backup"):
            restore_new(made, tmp_path / "new", wrong)
        assert not (tmp_path / "new").exists()
    (tmp_path / "keys").write_bytes(backups.write_keys(keys))
    assert backups.read_keys(tmp_path / "keys") == keys


@pytest.mark.parametrize("place", [0, 100, 0.3, 0.6, 0.9, -65, -1])
def test_a_bit_that_differs_is_refused_and_nothing_is_left(
    root: Path, made: Path, tmp_path: Path, place: float
) -> None:
    body = bytearray(made.read_bytes())
    body[int(place * len(body)) if isinstance(place, float) else place] ^= 1
    made.write_bytes(body)
    before = files(root)
    with pytest.raises(BadInputError, match="damaged"):
        restore_new(made, tmp_path / "new", backups.keys_of(root))
    with pytest.raises(BadInputError, match="damaged"):
        restore_over(made, root, backups.keys_of(root), NOW)
    assert not (tmp_path / "new").exists()
    assert files(root) == before
    assert not list(tmp_path.rglob(".restoring-*"))


def test_replacing_keeps_the_old_state(root: Path, made: Path) -> None:
    before = files(root)
    (root / "decisions" / "duty.csv").write_text("changed since", encoding="utf-8")
    done = restore_over(made, root, backups.keys_of(root), NOW)
    assert files(root) == before
    assert (Path(done.old) / "decisions" / "duty.csv").read_text(encoding="utf-8") == "changed since"
    assert Workspace.open(Path(done.old)).lake.acts("import")


def test_a_running_console_or_writer_keeps_its_workspace(root: Path, made: Path) -> None:
    before = files(root)
    for folder in ("console", "lake"):
        with writing(root / folder, "serve"), pytest.raises(LockedError):
            restore_over(made, root, backups.keys_of(root), NOW)
    assert files(root) == before


def test_a_folder_that_holds_something_is_not_restored_into(root: Path, made: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").touch()
    with pytest.raises(BadInputError, match="not empty"):
        restore_new(made, tmp_path / "full", backups.keys_of(root))


@pytest.mark.django_db(transaction=True)
def test_the_owner_backs_up_checks_and_takes_it(world: World, root: Path) -> None:
    client = world.client("owner")
    client.post(reverse("workspace:backup-now"))
    _work()
    page = client.get(reverse("workspace:backups")).content.decode()
    name = next(iter(sorted((root / "backups").glob("*.zip")))).name
    assert name in page
    assert "没有校验过" in page
    client.post(reverse("workspace:backup-check", args=[name]))
    _work()
    assert "完好" in client.get(reverse("workspace:backups")).content.decode()
    taken = b"".join(client.post(reverse("workspace:backup-download", args=[name])).streaming_content)
    assert taken == (root / "backups" / name).read_bytes()
    assert "lake/erasure.key" in json.loads(client.post(reverse("workspace:backup-keys")).content)
    (root / "backups" / name).write_bytes(taken[:-100])
    client.post(reverse("workspace:backup-check", args=[name]))
    _work()
    assert "bg-red-lt" in client.get(reverse("workspace:backups")).content.decode()
    kinds = list(Entry.objects.filter(kind__startswith="workspace.").values_list("kind", flat=True).order_by("number"))
    assert kinds == [
        "workspace.backed_up", "workspace.backup_checked", "workspace.backup_taken", "workspace.keys_taken",
        "workspace.backup_checked",
    ]  # fmt: skip
    assert client.post(reverse("workspace:backup-download", args=["..%2Fconsole.sqlite3"])).status_code == 404


def _work() -> None:
    job = services.claim("here")
    assert job is not None
    work_off(job)
    job.refresh_from_db()
    assert job.state == State.DONE, job.error_en
