"""A rule from a message: filled in, right at once, saved to a draft; the looks at messages are in the audit log."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.console.conftest import Wish as ImportWish
from tests.console.conftest import World, import_files, write_log
from tests.console.standards.conftest import sent_by, text_of

from qunjian.workspace import Workspace
from qunjian_console.audit.models import Entry
from qunjian_console.bridge import drafting
from qunjian_console.bridge.conversations import Key
from qunjian_console.bridge.reading import reading
from qunjian_console.messages.refs import ref_of
from qunjian_console.standards.models import Draft

TALK = (
    "有人低价转课吗，私聊", "想低价转课的加我 13812345678", "今天天气不错", "课程几点开始", "谁有课件",
    "我转发了课程表", "低价转课，先到先得", "午饭吃什么", "老师讲得好", "作业交了吗",
)  # fmt: skip


@pytest.fixture
def ref(world: World, settings: Any, tmp_path: Any) -> str:
    log = write_log(tmp_path / "log.jsonl", "妈妈群", TALK)
    import_files(Workspace.open(settings.WORKSPACE), ImportWish((log,)))
    with reading() as at:
        row = at.session.connection.execute(
            "SELECT community_id, scope, message_id FROM message WHERE text LIKE '想低价%'"
        ).fetchone()
    return ref_of(Key(*row))


def test_a_rule_is_made_from_a_message_as_it_is_suggested(world: World, ref: str) -> None:
    client = world.client("owner")
    begun = time.process_time()
    page = client.get(reverse("standards:rule-from", args=[ref])).content.decode()
    form = sent_by(page)
    assert "低价转课" in form["words"]
    assert form["hit"].startswith("想低价转课的加我")
    assert "13812345678" not in page  # masked as everywhere
    assert "有人低价转课吗，私聊" in form["hit"]
    assert "低价转课" not in form["passed"]
    assert "条样例都符合" in page  # right at once
    answer = client.post(reverse("standards:rule-from", args=[ref]), form)
    assert answer.status_code == 302, text_of(answer)
    assert time.process_time() - begun < 60
    draft = Draft.objects.get()
    rule = drafting.whole_at(draft.digest).by_id()["own_general_ours.rule_1"]
    assert "低价转课" in rule.detect.parameters["words"]
    viewed = Entry.objects.filter(kind="messages.viewed")
    assert viewed.exists()


def test_it_goes_to_the_draft_that_is_chosen(world: World, ref: str) -> None:
    client = world.client("lead")
    client.post(reverse("standards:copy", args=["library", "general"]))
    draft = Draft.objects.get()
    form = sent_by(client.get(reverse("standards:rule-from", args=[ref])).content.decode())
    assert form["draft"] in ("", str(draft.pk))
    for _ in range(2):
        assert (
            client.post(reverse("standards:rule-from", args=[ref]), form | {"draft": str(draft.pk)}).status_code == 302
        )
    draft.refresh_from_db()
    assert draft.head == 3
    own = [name for name in drafting.whole_at(draft.digest).by_id() if name.startswith("own_")]
    assert own == ["own_general_ours.rule_1", "own_general_ours.rule_2"]


def test_it_is_tried_while_typed(world: World, ref: str) -> None:
    client = world.client("lead")
    form = sent_by(client.get(reverse("standards:rule-from", args=[ref])).content.decode())
    form["hit"] += "毫不相干的话\n"
    assert "1 条样例不符" in client.post(reverse("standards:rule-from-try", args=[ref]), form).content.decode()
    assert not Draft.objects.exists()


def test_a_message_out_of_scope_is_not_there(world: World, ref: str) -> None:
    client: Client = world.client("lead")
    world.people["lead"].scopes.all().delete()
    assert client.get(reverse("standards:rule-from", args=[ref])).status_code == 404
