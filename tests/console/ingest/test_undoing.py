"""Taking an import back: with a reason, by a job, told on its report; asked twice, done once."""

from __future__ import annotations

from pathlib import Path

from django.urls import reverse
from tests.console.conftest import Wish, World, import_files, write_log
from tests.console.ingest.made import work

from qunjian_console.audit.models import Entry
from qunjian_console.bridge.imports import imports, take_back
from qunjian_console.bridge.opening import workspace
from qunjian_console.ingest.models import Undoing


def test_an_import_is_taken_back_with_a_reason(world: World, tmp_path: Path) -> None:
    made = import_files(workspace(), Wish((write_log(tmp_path / "a.jsonl", "妈妈群", ["一", "二"]),)))
    client = world.client("lead")
    address = reverse("ingest:undo", args=[made.act_id])
    assert "2" in client.get(address).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 200
    assert not Undoing.objects.exists()
    answer = client.post(address, {"reason": "时区选错了"})
    assert answer.headers["location"] == reverse("ingest:report", args=[made.act_id])
    assert "正在撤销" in client.get(answer.headers["location"]).content.decode()
    client.post(address, {"reason": "再来一次"})
    work()
    report = client.get(answer.headers["location"]).content.decode()
    assert "时区选错了" in report
    assert "已撤销" in report
    assert imports()[0].undone
    assert [entry.kind for entry in Entry.objects.filter(kind__startswith="ingest.undo").order_by("number")] == [
        "ingest.undo_asked",
        "ingest.undone",
    ]
    assert workspace().lake.session().connection.execute("SELECT count(*) FROM message").fetchone() == (0,)
    assert client.get(address).status_code == 302
    assert take_back(made.act_id) == (0, 0)
