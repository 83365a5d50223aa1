"""From the files of a form to the report: what was seen before, what was kept, and what a killed worker leaves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.console.conftest import OWN, Wish, World, import_files, write_log
from tests.console.ingest.made import everywhere, send, send_paths, work

from qunjian_console.audit.models import Entry
from qunjian_console.bridge.imports import imports
from qunjian_console.bridge.opening import workspace
from qunjian_console.ingest import handlers, services, staging
from qunjian_console.ingest.models import Stage, StagedFile, Upload
from qunjian_console.ingest.reading import glance_of
from qunjian_console.jobs.models import Job, State

ROSTER = "社群,账号,昵称,角色\n妈妈群,u0,成员0,群主\n妈妈群,u9,成员9,成员\n".encode()
DUTY = "社群,运营,账号,班次\n妈妈群,王运营,u0,周一至周五 09:00-18:00\n".encode()
REGISTER = "社群,名称,类型,导出人,导出周期\n妈妈群,妈妈群,母婴,王运营,每周\n".encode()
COMMITTED = pytest.mark.django_db(transaction=True)  # files go when the ledger has committed, and not before
ODD = '{"_type":"message","sender":"u1","content":"什么时候"}\n'


def log(tmp_path: Path, group: str, words: list[str]) -> Path:
    return write_log(tmp_path / f"{group}.jsonl", group, words)


def test_a_plain_form_brings_files_to_a_preview_and_the_lake_stays_empty(world: World, tmp_path: Path) -> None:
    client = world.client("owner")
    words = ["早上好", "我的微信号是 abcd123456", "<script>alert(1)</script>"]
    files = [SimpleUploadedFile(path.name, path.read_bytes()) for path in (log(tmp_path, "妈妈群", words),)]
    answer = client.post(reverse("ingest:receive"), {"files": [*files, SimpleUploadedFile("notes.bin", b"??")]})
    upload = Upload.objects.get()
    assert answer.headers["location"] == reverse("ingest:upload", args=[upload.pk])
    page = client.get(answer.headers["location"]).content.decode()
    assert "妈妈群" in page
    assert "ChatLab" in page
    assert "认不出" in page
    preview = client.get(reverse("ingest:file", args=[upload.pk, 1])).content.decode()
    assert "早上好" in preview
    assert "abcd123456" not in preview
    assert "<script>alert" not in preview
    assert Entry.objects.filter(kind="ingest.previewed").count() == 1
    assert imports() == []


@COMMITTED
def test_an_import_is_a_job_and_its_report_adds_up(world: World, tmp_path: Path) -> None:
    everywhere(world, "lead")
    client = world.client("lead")
    path = log(tmp_path, "妈妈群", ["一", "二", "三"])
    path.write_text(path.read_text("utf-8") + ODD, "utf-8")
    upload = send_paths(client, [path])
    client.post(reverse("ingest:start", args=[upload.pk]))
    assert "data-live" in client.get(reverse("ingest:upload", args=[upload.pk])).content.decode()
    work()
    upload.refresh_from_db()
    line = imports()[0]
    assert (upload.stage, upload.import_id, line.mark) == (Stage.DONE, line.import_id, str(upload.pk))
    assert (line.total.read, line.total.kept, line.rejected) == (4, 3, 1)
    done = client.get(reverse("ingest:upload", args=[upload.pk])).content.decode()
    assert reverse("ingest:report", args=[line.import_id]) in done
    assert "读到 4，保留 3" in done
    report = client.get(reverse("ingest:report", args=[line.import_id])).content.decode()
    assert "没有时间" in report
    assert "什么时候" not in report
    assert world.people["lead"].name in report
    assert not staging.folder_of(upload.pk).exists()
    assert not StagedFile.objects.exists()


def test_a_worker_killed_after_the_commit_brings_nothing_twice(world: World, tmp_path: Path) -> None:
    upload = send_paths(world.client("owner"), [log(tmp_path, "妈妈群", ["一", "二"])])
    wish = handlers.ImportWish(str(upload.pk))
    with pytest.MonkeyPatch.context() as patch:  # the worker dies between the lake's commit and the ledger's
        patch.setattr(handlers.transaction, "atomic", lambda: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            handlers.IMPORT.run(wish, lambda *_: None)
    assert [line.total.kept for line in imports()] == [2]
    brought = handlers.IMPORT.run(wish, lambda *_: None)
    assert brought.kept == 2
    assert len(imports()) == 1
    upload.refresh_from_db()
    assert upload.stage == Stage.DONE
    assert handlers.IMPORT.run(wish, lambda *_: None).import_id == upload.import_id


@COMMITTED
def test_a_refused_import_keeps_the_files_and_says_why(world: World) -> None:
    client = world.client("owner")
    upload = send(client, {"notes.txt": b"nothing anybody knows\n"})
    client.post(reverse("ingest:start", args=[upload.pk]))
    work()
    assert Job.objects.get(kind="ingest.import").state == State.FAILED
    page = client.get(reverse("ingest:upload", args=[upload.pk])).content.decode()
    assert "认不出任何一个文件的格式" in page
    assert staging.tree(upload.pk).joinpath("notes.txt").exists()
    client.post(reverse("ingest:discard", args=[upload.pk]))
    assert not staging.folder_of(upload.pk).exists()


def test_choices_are_checked_and_change_what_is_seen(world: World, tmp_path: Path) -> None:
    client = world.client("owner")
    upload = send_paths(client, [log(tmp_path, "妈妈群", ["一"])])
    wrong = client.post(reverse("ingest:choose", args=[upload.pk]), {"zone": "Asia/Shanhai"})
    assert wrong.status_code == 400
    assert "Asia/Shanghai" in wrong.content.decode()
    client.post(reverse("ingest:choose", args=[upload.pk]), {"zone": "Europe/Berlin", "community": "wechat:新群"})
    glance = glance_of(upload.files.get())
    assert glance is not None
    assert (glance.seen[0].zone, glance.seen[0].zone_basis) == ("Europe/Berlin", "asked")
    assert list(glance.seen[0].communities) == ["wechat:新群"]


def test_rosters_duties_and_registers_come_the_same_way(world: World, tmp_path: Path) -> None:
    client = world.client("owner")
    chat = log(tmp_path, "妈妈群", ["一"]).read_bytes()
    files = {"群/妈妈群.jsonl": chat, "群/名单.csv": ROSTER, "群/排班.csv": DUTY, "登记.csv": REGISTER}
    upload = send(client, files)
    page = client.get(reverse("ingest:upload", args=[upload.pk])).content.decode()
    assert "排班表" in page
    assert "社群登记表" in page
    client.post(reverse("ingest:start", args=[upload.pk]))
    work()
    decided = workspace().decisions()
    assert [(one.community_id, one.person, one.accounts) for one in decided.duties] == [
        ("wechat:妈妈群", "王运营", ("wechat:u0",))
    ]
    assert [(one.community_id, one.every_days) for one in decided.register] == [("wechat:妈妈群", 7)]
    assert "新增 1 行" in client.get(reverse("ingest:upload", args=[upload.pk])).content.decode()
    assert imports()[0].files == 2


def test_who_sees_some_communities_brings_only_those(world: World, tmp_path: Path) -> None:
    client = world.client("lead")
    for group, state in (("读书会", State.FAILED), ("妈妈群", State.DONE)):
        upload = send_paths(client, [log(tmp_path, group, ["一"])])
        client.post(reverse("ingest:start", args=[upload.pk]))
        work()
        assert Job.objects.get(pk=Upload.objects.get(pk=upload.pk).job).state == state
    assert [line.communities for line in imports()] == [(OWN,)]


def test_an_import_of_several_communities_shows_each_only_their_own(world: World, tmp_path: Path) -> None:
    logs = log(tmp_path, "妈妈群", ["一"]), log(tmp_path, "读书会", ["一", "二"])
    made = import_files(workspace(), Wish(logs))
    address = reverse("ingest:report", args=[made.act_id])
    whole, part = (world.client(role).get(address).content.decode() for role in ("owner", "lead"))
    assert "读书会" in whole
    assert "读书会" not in part
    assert "妈妈群" in part
    assert "范围" not in whole
    assert world.client("lead").get(reverse("ingest:undo", args=[made.act_id])).status_code == 404


def test_the_same_bytes_are_known_again(world: World, tmp_path: Path) -> None:
    path = log(tmp_path, "妈妈群", ["一"])
    made = import_files(workspace(), Wish((path,)))
    client = world.client("owner")
    upload = send(client, {"换了名字.jsonl": path.read_bytes()})
    page = client.get(reverse("ingest:upload", args=[upload.pk])).content.decode()
    assert "内容与导入过的" in page
    assert reverse("ingest:report", args=[made.act_id]) in page


def test_many_files_are_looked_at_a_while_at_a_time(world: World, tmp_path: Path) -> None:
    client = world.client("owner")
    upload = send(client, {f"{n}.jsonl": log(tmp_path, f"群{n}", ["一"]).read_bytes() for n in range(5)})
    upload.files.update(glance="")
    assert services.examine(upload, seconds=0) == 4
    answer = client.post(reverse("ingest:examine", args=[upload.pk]), headers={"accept": "application/json"})
    assert answer.json() == {"left": 0}


@COMMITTED
def test_a_file_can_be_taken_out(world: World, tmp_path: Path) -> None:
    client = world.client("owner")
    upload = send(client, {"a.txt": b"a", "b.txt": b"b"})
    client.post(reverse("ingest:file-remove", args=[upload.pk, 1]))
    assert [file.name for file in upload.files.all()] == ["b.txt"]
    assert [path.name for path in staging.tree(upload.pk).iterdir()] == ["b.txt"]


def test_the_list_tells_what_the_command_line_brought_too(world: World, tmp_path: Path) -> None:
    import_files(workspace(), Wish((log(tmp_path, "妈妈群", ["一"]),)))
    page = world.client("auditor").get(reverse("ingest:imports")).content.decode()
    assert "命令行" in page
    assert "drop.js" in page
    assert 'id="drop"' not in page


def test_no_words_of_a_file_stand_in_the_ledger(world: World, tmp_path: Path) -> None:
    upload = send_paths(world.client("owner"), [log(tmp_path, "妈妈群", ["绝密的话"])])
    told = json.dumps(list(upload.files.values("name", "place", "glance")), ensure_ascii=False)
    assert "绝密" not in told
    assert "成员0" not in told
