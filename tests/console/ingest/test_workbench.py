"""The mapping workbench: guessed, marked, tried, kept; read by the next look; its text edited and downloaded."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse
from tests.console.conftest import World
from tests.console.ingest.made import send, work

from qunjian_console.audit.models import Entry
from qunjian_console.bridge.imports import imports
from qunjian_console.bridge.opening import workspace
from qunjian_console.ingest.models import Upload
from qunjian_console.ingest.reading import glance_of

ODD = (
    "导出自 某后台\n"
    "房间;发送时间;发言人;内容\n"
    "书友会;05/01/2026 15:07;林;今天读哪一章？\n"
    "书友会;06/01/2026 09:00;<img src=x>;第三章\n"
).encode()
MARKS = {
    "title": "某后台", "platform": "im", "format": "csv", "delimiter": ";", "skip_lines": "1", "header": "on",
    "form": "auto", "found": "on", "field-0": "房间", "role-0": "community", "field-1": "发送时间", "role-1": "time",
    "field-2": "发言人", "role-2": "name", "field-3": "内容", "role-3": "text",
}  # fmt: skip


def staged(client: Client) -> tuple[Upload, list[Any]]:
    upload = send(client, {"odd.csv": ODD})
    return upload, [upload.pk, 1]


def test_a_sample_is_guessed_and_tried(world: World) -> None:
    client = world.client("owner")
    _, where = staged(client)
    page = client.get(reverse("ingest:workbench", args=where)).content.decode()
    assert "今天读哪一章" in page
    assert "<img src=x>" not in page
    assert Entry.objects.filter(kind="ingest.previewed").count() == 1
    tried = client.post(reverse("ingest:attempt", args=where), MARKS).content.decode()
    assert "<!doctype" not in tried
    assert "时间看不懂" in tried
    assert "%d/%m/%Y %H:%M" in tried
    assert "%m/%d/%Y %H:%M" in tried
    read = client.post(reverse("ingest:attempt", args=where), MARKS | {"form": "%d/%m/%Y %H:%M"}).content.decode()
    assert "2026-01-05 15:07:00" in read
    assert "时间看不懂" not in read


def test_each_mistake_is_told_at_its_control(world: World) -> None:
    client = world.client("owner")
    _, where = staged(client)
    for change, control in (
        ({"zone": "Asia/Shanhai"}, "id_zone"),
        ({"form": "%Q"}, "id_form"),
        ({"title": ""}, "id_title"),
        ({"platform": "I M"}, "id_platform"),
        ({"role-2": ""}, "roles"),
        ({"format": "log", "start": "(?P<who"}, "id_start"),
        ({"format": "log", "start": "(?P<who>.*)(?=x)"}, "id_start"),
    ):
        told = client.post(reverse("ingest:attempt", args=where), MARKS | change).content.decode()
        assert f'data-fault="{control}"' in told, (change, told)


def test_a_kept_mapping_reads_this_file_and_the_next(world: World) -> None:
    client = world.client("owner")
    upload, where = staged(client)
    answer = client.post(reverse("ingest:workbench", args=where), MARKS | {"form": "%d/%m/%Y %H:%M", "keep": "1"})
    assert answer.headers["location"] == reverse("ingest:upload", args=[upload.pk])
    assert Entry.objects.filter(kind="ingest.mapping_kept").count() == 1
    client.post(reverse("ingest:start", args=[upload.pk]))
    work()
    assert [(line.total.kept, line.communities) for line in imports()] == [(2, ("im:书友会",))]
    later = send(client, {"x/odd.csv": ODD + "书友会;07/01/2026 09:00;林;好\n".encode()})
    glance = glance_of(later.files.get())
    assert glance is not None
    assert glance.seen[0].format == "mapping:odd"
    again = client.post(reverse("ingest:workbench", args=[later.pk, 1]), MARKS | {"keep": "1"}).content.decode()
    assert "已经有一个映射" in again


def test_its_text_is_edited_checked_and_downloaded(world: World) -> None:
    client = world.client("owner")
    _, where = staged(client)
    client.post(reverse("ingest:workbench", args=where), MARKS | {"keep": "1"})
    assert "某后台" in client.get(reverse("ingest:mappings")).content.decode()
    address = reverse("ingest:mapping", args=["odd"])
    page = client.get(reverse("ingest:mapping-download", args=["odd"])).content.decode()
    assert page == (workspace().mappings / "odd.yaml").read_text("utf-8")
    wrong = client.post(address, {"page": page.replace("skip_lines", "skip_line")})
    assert wrong.status_code == 400
    assert "skip_lines" in wrong.content.decode()
    renamed = client.post(address, {"page": page.replace("id: odd", "id: even")})
    assert renamed.status_code == 400
    assert client.post(address, {"page": page.replace("某后台", "新名")}).status_code == 302
    assert "新名" in client.get(reverse("ingest:mappings")).content.decode()
    assert client.get(reverse("ingest:mapping", args=["none"])).status_code == 404
