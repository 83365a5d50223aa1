"""Publishing: a second person, a first day that is not past, an announcement; the command line follows the ledger."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.urls import reverse
from tests.console.conftest import Wish as ImportWish
from tests.console.conftest import World, import_files, person, write_log
from tests.console.standards.conftest import sent_by, text_of

from qunjian.runs.inspection import chosen_edition
from qunjian.workspace import Workspace
from qunjian_console.audit.models import Entry
from qunjian_console.bridge import publishing
from qunjian_console.jobs import services as jobs
from qunjian_console.jobs.models import Job, State
from qunjian_console.jobs.worker import work_off
from qunjian_console.standards.models import Draft, DraftState, InForce, Release, ReleaseState

pytestmark = pytest.mark.django_db(transaction=True)  # what is handed out is written after the commit


@pytest.fixture
def second(world: World) -> Any:
    """Return the client of a second QA lead, who wrote in no draft."""
    world.people["second"] = person("lead", everywhere=True, name="second")
    return world.client("second")


def proposed(world: World, draft: Draft, **changed: str) -> Any:
    client = world.client("lead")
    address = reverse("standards:propose", args=[draft.pk])
    form = sent_by(client.get(address).content.decode())
    return client.post(address, form | changed)


def changed(world: World, draft: Draft) -> None:
    client = world.client("lead")
    address = reverse("standards:rule-edit", args=[draft.pk, "spam.flooding"])
    form = sent_by(client.get(address).content.decode())
    assert client.post(address, form | {"severity": "major"}).status_code == 302


def test_a_second_person_publishes_and_the_command_line_follows(
    world: World, draft: Draft, second: Any, settings: Any
) -> None:
    changed(world, draft)
    today = publishing.today()
    starts = today + dt.timedelta(days=3)
    assert proposed(world, draft, starts=starts.isoformat(), announcement="刷屏改为严重").status_code == 302
    release = Release.objects.get()
    mine = world.client("lead")
    assert "需要另一个人发布" in text_of(
        mine.post(reverse("standards:release-publish", args=[release.pk]), follow=True)
    )
    assert Release.objects.get().state == ReleaseState.PROPOSED
    assert "规则 spam.flooding 的严重度由 minor 改为 major" in text_of(
        second.get(reverse("standards:release", args=[release.pk]))
    )
    second.post(reverse("standards:release-publish", args=[release.pk]))
    release.refresh_from_db()
    assert release.state == ReleaseState.PUBLISHED
    assert Draft.objects.get().state == DraftState.PUBLISHED

    workspace = Workspace.open(settings.WORKSPACE)
    written = json.loads((settings.WORKSPACE / "decisions" / "standard.jsonl").read_text("utf-8"))
    assert written == {
        "standard": "general_ours", "version": release.version, "starts": starts.isoformat(),
        "content": release.content,
    }  # fmt: skip
    decisions = workspace.decisions()
    before = chosen_edition(workspace, None, decisions, starts - dt.timedelta(days=1))
    after = chosen_edition(workspace, None, decisions, starts)
    assert before.standard.id == "general"
    assert (after.standard.id, after.version) == ("general_ours", release.version)
    severity = {rule.id: rule.severity for rule in after.rules}
    assert severity["spam.flooding"] == "major"


def test_who_wrote_in_the_draft_does_not_publish_it(world: World, draft: Draft, second: Any) -> None:
    changed(world, draft)
    owner = world.client("owner")
    address = reverse("standards:draft-about", args=[draft.pk])
    form = sent_by(owner.get(address).content.decode())
    owner.post(address, form | {"zh": "我们的标准"})
    proposed(world, draft)
    release = Release.objects.get()
    owner.post(reverse("standards:release-publish", args=[release.pk]))
    assert Release.objects.get().state == ReleaseState.PROPOSED
    second.post(reverse("standards:release-publish", args=[release.pk]))
    assert Release.objects.get().state == ReleaseState.PUBLISHED


def test_one_alone_says_why_and_the_waiver_is_logged(world: World, draft: Draft) -> None:
    changed(world, draft)
    world.people["owner"].is_active = False
    world.people["owner"].save()
    proposed(world, draft)
    release = Release.objects.get()
    client = world.client("lead")
    client.post(reverse("standards:release-publish", args=[release.pk]))
    assert Release.objects.get().state == ReleaseState.PROPOSED  # without a reason
    client.post(reverse("standards:release-publish", args=[release.pk]), {"reason": "团队只有我一人"})
    release.refresh_from_db()
    assert (release.state, release.waived) == (ReleaseState.PUBLISHED, True)
    facts = json.loads(Entry.objects.get(kind="standards.published_alone").facts)["after"]
    assert facts["reason"] == "团队只有我一人"


def test_nothing_begins_in_the_past(world: World, draft: Draft, second: Any) -> None:
    yesterday = publishing.today() - dt.timedelta(days=1)
    assert "不能早于今天" in text_of(proposed(world, draft, starts=yesterday.isoformat()))
    proposed(world, draft, starts=publishing.today().isoformat())
    Release.objects.update(starts=yesterday)
    release = Release.objects.get()
    assert "已过" in text_of(second.post(reverse("standards:release-publish", args=[release.pk]), follow=True))
    assert not InForce.objects.exists()


def test_a_rule_that_gets_its_samples_wrong_is_not_published(world: World, draft: Draft) -> None:
    client = world.client("lead")
    address = reverse("standards:rule-edit", args=[draft.pk, "contact.coded_platform"])
    form = sent_by(client.get(address).content.decode())
    assert client.post(address, form | {"hit": form["hit"] + "毫不相干的话\n"}).status_code == 302
    assert "contact.coded_platform" in text_of(proposed(world, draft))
    assert not Release.objects.exists()


def test_a_proposal_is_sent_back_and_the_draft_is_open_again(world: World, draft: Draft, second: Any) -> None:
    changed(world, draft)
    proposed(world, draft)
    release = Release.objects.get()
    lead = world.client("lead")
    address = reverse("standards:rule-edit", args=[draft.pk, "spam.flooding"])
    form = sent_by(lead.get(address).content.decode())
    assert "不能再改" in text_of(lead.post(address, form | {"severity": "critical"}))
    second.post(reverse("standards:release-return", args=[release.pk]), {"reason": "先听听运营的意见"})
    draft.refresh_from_db()
    assert draft.state == DraftState.OPEN
    assert Release.objects.get().reason == "先听听运营的意见"
    assert proposed(world, draft).status_code == 302


def test_the_announcement_reaches_those_bound_and_counts_from_the_day_they_know(
    world: World, draft: Draft, second: Any, settings: Any
) -> None:
    (settings.WORKSPACE / "decisions" / "duty.csv").write_text("社群,运营\n妈妈群,王芳\n", "utf-8")
    changed(world, draft)
    proposed(world, draft, announcement="<b>刷屏</b>改为严重")
    release = Release.objects.get()
    second.post(reverse("standards:release-publish", args=[release.pk]))
    operator = world.client("operator")
    assert "有一份标准要你知悉" in text_of(operator.get(reverse("standards:list")))
    page = operator.get(reverse("standards:announcement", args=[release.pk])).content.decode()
    assert "&lt;b&gt;刷屏" in page
    operator.post(reverse("standards:announcement-read", args=[release.pk]))
    operator.post(reverse("standards:announcement-read", args=[release.pk]))
    assert "有一份标准要你知悉" not in text_of(operator.get(reverse("standards:list")))
    second.post(reverse("standards:release-tell", args=[release.pk]), {"people": ["王芳", "无此人"], "how": "群公告"})
    release.refresh_from_db()
    told = {
        (each.person, each.version, each.on) for each in Workspace.open(settings.WORKSPACE).decisions().announcements
    }
    today = publishing.today()
    assert told == {("operator", release.version, today), ("王芳", release.version, today)}
    shown = text_of(second.get(reverse("standards:release", args=[release.pk])))
    assert "群公告" in shown
    assert Entry.objects.filter(kind="standards.read").count() == 1


def test_decisions_written_by_hand_are_taken_over(world: World, draft: Draft, second: Any, settings: Any) -> None:
    folder = settings.WORKSPACE / "decisions"
    (folder / "standard.jsonl").write_text(
        '{"standard":"mother_baby","version":"1.0","starts":"2026-01-01"}\n', "utf-8"
    )
    (folder / "announcement.jsonl").write_text(
        '{"standard":"mother_baby","person":"王芳","on":"2026-01-01"}\n', "utf-8"
    )
    proposed(world, draft)
    second.post(reverse("standards:release-publish", args=[Release.objects.get().pk]))
    decisions = Workspace.open(settings.WORKSPACE).decisions()
    assert [each.standard for each in decisions.in_force] == ["mother_baby", "general_ours"]
    assert [each.person for each in decisions.announcements] == ["王芳"]


@pytest.mark.slow
def test_the_back_test_tells_what_would_be_new_and_keeps_no_text(
    world: World, draft: Draft, settings: Any, tmp_path: Any
) -> None:
    workspace = Workspace.open(settings.WORKSPACE)
    noon = dt.datetime.combine(publishing.today(), dt.time(4), tzinfo=dt.UTC)
    said = ["低价转课，私聊", "今天天气好", "想低价转课的来", "吃饭了吗"]
    import_files(workspace, ImportWish((write_log(tmp_path / "log.jsonl", "妈妈群", said, noon),)))
    client = world.client("lead")
    form = sent_by(client.get(reverse("standards:rule-new", args=[draft.pk])).content.decode())
    form |= {
        "name_zh": "转课", "hint_zh": "提醒", "words": "低价转课\n", "basis": "\t\t\t群规\tyes\n",
        "hit": "低价转课甲\n低价转课乙\n低价转课丙\n", "passed": "甲乙丙\n丁戊己\n庚辛壬\n",
    }  # fmt: skip
    assert client.post(reverse("standards:rule-new", args=[draft.pk]), form).status_code == 302
    client.post(reverse("standards:draft-backtest", args=[draft.pk]))
    _work()
    page = client.get(reverse("standards:propose", args=[draft.pk]))
    assert "own_general_ours.rule_1" in text_of(page)
    job = Job.objects.get(kind="standards.backtest")
    assert (job.shown["messages"], job.shown["newly_hit"], job.shown["newly_missed"]) == (4, 2, 0)
    assert "转课" not in job.result
    client.post(reverse("standards:reach"), form)
    _work()
    reached = Job.objects.get(kind="standards.reach")
    assert (reached.shown["hits"], reached.shown["messages"]) == (2, 4)
    assert "共 4 条消息" in client.get(reverse("standards:reached", args=[reached.pk])).content.decode()


def _work() -> None:
    job = jobs.claim("here")
    assert job is not None
    work_off(job)
    job.refresh_from_db()
    assert job.state == State.DONE, job.error_en
