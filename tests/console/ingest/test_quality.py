"""Data quality in the console: the grid within scope, the signs by a job, the way to the files and the messages."""

from __future__ import annotations

from pathlib import Path

from django.urls import reverse
from tests.console.conftest import OTHER, OWN, Wish, World, import_files, write_log
from tests.console.ingest.made import everywhere, send, work

from qunjian_console.bridge.opening import workspace
from qunjian_console.bridge.quality import signs


def two_exports(folder: Path) -> None:
    """Import two exports of one group, the second without ten messages in a row that the first has."""
    whole = write_log(folder / "完整.jsonl", "妈妈群", [f"第 {n} 句话说得很长" for n in range(60)])
    lines = whole.read_text("utf-8").splitlines()
    part = folder / "缺口.jsonl"
    part.write_text("\n".join([*lines[:20], *lines[30:]]) + "\n", "utf-8")
    import_files(workspace(), Wish((whole,)))
    import_files(workspace(), Wish((part,)))


def test_signs_are_looked_for_by_a_job_and_lead_to_files_and_messages(world: World, tmp_path: Path) -> None:
    two_exports(tmp_path)
    everywhere(world, "lead")
    client = world.client("lead")
    page = client.get(reverse("ingest:quality")).content.decode()
    assert "还没有看" in page
    client.post(reverse("ingest:quality-look"))
    assert 'data-live="2"' in client.get(reverse("ingest:quality")).content.decode()
    work()
    found = signs()
    assert found is not None
    assert {one.kind for one in found} >= {"hole"}
    page = client.get(reverse("ingest:quality")).content.decode()
    assert "连续 10 条" in page
    assert "不是对任何人的指责" in page
    one = client.get(reverse("ingest:quality-one", args=[OWN])).content.decode()
    assert "缺口.jsonl" in one
    assert "连续 10 条" in one
    at = next(sign.first for sign in found if sign.kind == "hole")
    assert at is not None
    moment = client.get(reverse("ingest:quality-moment", args=[OWN]), {"at": at.isoformat()})
    assert moment.status_code == 302
    assert "第 19 句话" in client.get(moment.headers["location"]).content.decode()


def test_an_import_looks_by_itself_and_a_change_makes_the_signs_old(world: World, tmp_path: Path) -> None:
    client = world.client("owner")
    data = write_log(tmp_path / "a.jsonl", "妈妈群", ["一", "二"]).read_bytes()
    upload = send(client, {"a.jsonl": data})
    client.post(reverse("ingest:start", args=[upload.pk]))
    work()
    assert signs() == ()
    assert "没有发现迹象" in client.get(reverse("ingest:quality")).content.decode()
    import_files(workspace(), Wish((write_log(tmp_path / "b.jsonl", "读书会", ["一"]),)))
    assert signs() is None


def test_everybody_sees_their_own_communities_only(world: World, tmp_path: Path) -> None:
    import_files(workspace(), Wish((write_log(tmp_path / "a.jsonl", "妈妈群", ["一"]),)))
    import_files(workspace(), Wish((write_log(tmp_path / "b.jsonl", "读书会", ["一"]),)))
    page = world.client("manager").get(reverse("ingest:quality")).content.decode()
    assert "妈妈群" in page
    assert "读书会" not in page
    assert world.client("manager").get(reverse("ingest:quality-one", args=[OTHER])).status_code == 404
    assert world.client("operator").get(reverse("ingest:quality")).status_code == 403
    assert "读书会" in world.client("owner").get(reverse("ingest:quality")).content.decode()


def test_a_register_shows_who_is_missing(world: World) -> None:
    client = world.client("owner")
    register = "社群,名称,导出人,导出周期\nwechat:没来的群,没来的群,王运营,每周\n".encode()
    upload = send(client, {"登记.csv": register})
    client.post(reverse("ingest:start", args=[upload.pk]))
    work()
    page = client.get(reverse("ingest:quality")).content.decode()
    assert "没来的群" in page
    assert "从未收到" in page
    assert ">缺<" in page
    assert "王运营" in client.get(reverse("ingest:quality-one", args=["wechat:没来的群"])).content.decode()
