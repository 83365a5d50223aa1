"""Every page in a real browser: both languages, light and dark, desktop and phone: accessible, silent, no overflow."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from tests.console.browser.conftest import Watched
from tests.console.conftest import World
from tests.console.frame.pages import OPEN, PAGES
from tests.console.ingest.made import send
from tests.console.ingest.test_workbench import ODD
from tests.console.reports.made import report_of, schedule_of

from qunjian_console.accounts.services.people import invite
from qunjian_console.audit.services import Actor
from qunjian_console.bridge.albums import draw
from qunjian_console.bridge.communities import community_names
from qunjian_console.bridge.conversations import Key
from qunjian_console.bridge.drafting import copy_of
from qunjian_console.bridge.imports import imports
from qunjian_console.bridge.inspections import Wanted, judged, runs
from qunjian_console.bridge.mappings import kept
from qunjian_console.bridge.publishing import today
from qunjian_console.bridge.reading import reading
from qunjian_console.bridge.reports import policy_of
from qunjian_console.bridge.reviewing import Quota
from qunjian_console.bridge.reviewing import Wanted as ToReview
from qunjian_console.bridge.standards import Place
from qunjian_console.inspections.models import Schedule, View
from qunjian_console.inspections.refs import FindingKey
from qunjian_console.inspections.refs import ref_of as finding_ref
from qunjian_console.inspections.services.silencing import silence
from qunjian_console.jobs.models import Job, State
from qunjian_console.messages.refs import ref_of
from qunjian_console.reviews.models import Plan
from qunjian_console.reviews.services.appealing import appeal
from qunjian_console.reviews.services.deciding import Judgement, judge, skip
from qunjian_console.reviews.services.planning import fill_from_lake, make
from qunjian_console.reviews.services.working import link
from qunjian_console.standards.models import Release
from qunjian_console.standards.services.drafts import begin
from qunjian_console.standards.services.releases import propose, publish

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ONLY = os.environ.get("QUNJIAN_PAGES", "")  # the pages of one app, while you work at it
ROLES = {route: role for route, role in {**PAGES, **dict.fromkeys(OPEN, "")}.items() if route.startswith(ONLY)}
# Pages that show something only when asked.
QUERIES = {
    "messages:search": "?words=价",
    "inspections:findings": "?state=all",
    "inspections:silence": "?rule=contact.wechat_id",
}
SHOTS = os.environ.get("QUNJIAN_SCREENSHOTS")  # a folder: the pictures of every page are kept there


@pytest.fixture
def furnished(world: World, settings: Any, demo: Path) -> dict[str, dict[str, object]]:
    """Return arguments for routes that have some, in a world where something happened."""
    settings.WORKSPACE = demo
    for user in world.people.values():
        user.everywhere = True
        user.save()
    with transaction.atomic():
        invite("赵质检", "inspector", [], Actor(world.people["owner"].pk, "192.0.2.7"), everywhere=True)
    made = {"kind": "workspace.demo", "by": world.people["lead"].pk, "step_zh": "读取（MB）", "step_en": "reading (MB)"}
    Job.objects.create(**made, state=State.FAILED, error_zh="磁盘已满", error_en="the disk is full", attempt=2)
    job = Job.objects.create(**made, state=State.DONE, done=3, total=3, result='{"messages": 15000}')
    draw(None, lambda *_: None)
    lively = next(iter(community_names()))
    exports = sorted(path for path in (demo / "exports").iterdir() if path.is_file())
    upload = send(world.client("lead"), {path.name: path.read_bytes() for path in exports} | {"odd.csv": ODD})
    run = runs()[0].run
    with judged(run) as judgement:
        row = judgement.rows(Wanted(severities=("major",)), most=1)[0]
    lead = world.people["lead"]
    Schedule.objects.create(every="week", weekday=1, at=dt.time(6), window="week", by=lead, due=timezone.now())
    silence(row.rule, community=row.community_id, account="", reason="已与群主约定", user=lead,
            expires=timezone.localdate() + dt.timedelta(days=9), actor=Actor(lead.pk))  # fmt: skip
    View.objects.create(name="本周严重", query="severity=critical", owner=lead, shared=True)
    general = {"origin": "library", "name": "general"}
    page = next((demo / "reports").glob("*.html")).read_bytes()
    report = report_of(lively, page=page, policy=policy_of(page))
    schedule_of(lively, world.people["lead"])
    failed = {"kind": "reports.build", "by": world.people["manager"].pk, "state": State.FAILED}
    built = Job.objects.create(**failed, error_zh="磁盘已满", error_en="the disk is full")
    place = Place("library", "general")
    actor = Actor(world.people["lead"].pk)
    draft = {"draft": begin(place, copy_of(place), "通用标准（我们的）", actor, name="ours", version="1").pk}
    announced = {"release": release_of(world, place).pk}
    plan = drawn_plan(world)
    return {
        "reports:report": {"report": report.pk},
        "reports:building": {"job": built.pk},
        **appealed(world, plan),
        "reviews:plan": {"plan": plan.pk},
        "reviews:work": {"plan": plan.pk},
        "reviews:item": {"item": plan.items.exclude(verdict="").first().pk},
        "accounts:user": {"user": world.people["inspector"].pk},
        "ingest:upload": {"upload": upload.pk},
        "ingest:file": {"upload": upload.pk, "number": 1},
        "ingest:workbench": {"upload": upload.pk, "number": upload.files_count},
        "ingest:mapping": {"name": kept()[0][0]},
        "ingest:quality-one": {"community": lively},
        "ingest:report": {"import_id": imports()[0].import_id},
        "ingest:undo": {"import_id": imports()[0].import_id},
        "jobs:job": {"job": job.pk},
        **{f"communities:{name}": {"community": lively} for name in ("community", "roster", "silent")},
        "standards:show": general,
        "standards:rule": general | {"rule": "contact.wechat_id"},
        "standards:check": general,
        "inspections:run": {"run": run},
        "inspections:finding": {"ref": finding_ref(FindingKey(row.community_id, run, row.finding_id))},
        "messages:around": {"ref": ref_of(found_message())},
        **dict.fromkeys((name for name in PAGES if name.startswith("standards:draft")), draft),
        "standards:rule-new": draft,
        "standards:propose": draft,
        "standards:rule-from": {"ref": ref_of(found_message())},
        "standards:release": announced,
        "standards:announcement": announced,
        "standards:rule-edit": draft | {"rule": "contact.coded_platform"},
    }


def release_of(world: World, place: Place) -> Release:
    """Return a published version, put up by the lead and published by the owner."""
    lead, owner = Actor(world.people["lead"].pk), Actor(world.people["owner"].pk)
    draft = begin(place, copy_of(place), "通用标准（我们的）", lead, name="ours_2", version="1")
    made = propose(draft, today() + dt.timedelta(days=7), "刷屏改为严重，下周起生效。", lead)
    return publish(made, owner)


def drawn_plan(world: World) -> Plan:
    """Return a plan drawn from the demo, some of it reviewed by the lead."""
    lead = world.people["lead"]
    actor = Actor(lead.pk, "192.0.2.7")
    quotas = {"critical": Quota(share=1.0), "major": Quota(count=3), "minor": Quota(count=4, each=False)}
    plan = make("十一月第一周", ToReview("seed", quotas, Quota(count=2)), actor)
    fill_from_lake(plan.pk, with_form=True)
    for number, item in enumerate(plan.items.all()[:8]):
        verdict = "confirmed" if number % 3 else "refuted"
        judge(item.pk, lead, Judgement(0, f"token-{number}", verdict, "看过前后文"), actor)
    skip(plan.items.all()[9].pk, lead, Judgement(0, "token-skip", reason="图片打不开"), actor)
    return plan


def appealed(world: World, plan: Plan) -> dict[str, dict[str, object]]:
    """Link the operator to an account of the plan, and appeal against what was confirmed of it."""
    operator, actor = world.people["operator"], Actor()
    about = plan.items.filter(verdict="confirmed").exclude(account="").exclude(finding="").order_by("place")
    one = about[0]
    other = about.exclude(pk=one.pk)[0]
    link(operator, "", [one.account, other.account], actor)
    made = appeal(one.pk, operator, "这是引用别人的话，不是我发的广告", actor)
    return {
        "reviews:mine-finding": {"finding": other.finding},
        "reviews:appeal": {"item": other.pk},
        "reviews:appeal-decide": {"appeal": made.pk},
    }


def found_message() -> Key:
    """Return a message of the demo in which a hidden word was found."""
    with reading() as at:
        query = (
            "SELECT community_id, scope, message_id FROM finding WHERE act_id = ? AND len(spans) > 0 "
            "ORDER BY len(transformations) DESC, sent_at LIMIT 1"
        )
        row = at.session.connection.execute(query, [at.newest_run]).fetchone()
    assert row is not None
    return Key(*row)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page(furnished: dict[str, dict[str, object]], open_as: Any, language: str, theme: str) -> None:
    axe, found = Axe(), []
    for route, role in ROLES.items():
        watched: Watched = open_as(role, language=language, theme=theme)
        watched.open(reverse(route, kwargs=furnished.get(route, {})) + QUERIES.get(route, ""))
        for width in (1280, 390):
            watched.page.set_viewport_size({"width": width, "height": 900})
            if SHOTS:
                name = f"{route.replace(':', '-')}-{language}-{theme}-{width}.png"
                watched.page.screenshot(path=str(Path(SHOTS, name)), full_page=True)
            found += [f"{route} {width}: {what}" for what in (*watched.wrong, *_faults(watched.page, axe))]
            watched.wrong.clear()
    assert not found, "\n".join(found)


def _faults(page: Any, axe: Axe) -> list[str]:
    violations = axe.run(page).response["violations"]
    faults = [f"{each['id']}: {node['html'][:150]}" for each in violations for node in each["nodes"]]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return faults + ([f"{wide} px wider than the window"] if wide > 0 else [])


def test_the_keyboard(furnished: dict[str, dict[str, object]], open_as: Any) -> None:
    watched: Watched = open_as("owner")
    watched.open("/")
    page = watched.page
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    assert not Axe().run(page).response["violations"]
    page.keyboard.press("?")
    assert not page.locator("#keys").is_visible()
    page.keyboard.press("g")
    page.keyboard.press("u")
    page.wait_for_url("**/users/")
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.wait_for_url(watched.server + "/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className").startswith("visually-hidden-focusable")
    assert watched.wrong == []
