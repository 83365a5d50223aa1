"""The pages of plans: made, drawn by the worker, shown, closed; own keys; who is who."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.console.conftest import World
from tests.console.reviews.ledger import made_plan, said

from qunjian_console.audit.services import Actor
from qunjian_console.jobs.models import Job, State
from qunjian_console.jobs.services import claim as next_job
from qunjian_console.jobs.worker import work_off
from qunjian_console.reviews.forms import PlanForm
from qunjian_console.reviews.identities import linked_accounts, own_accounts
from qunjian_console.reviews.keys import ACTIONS, blur_of, keys_of
from qunjian_console.reviews.models import Item, Plan
from qunjian_console.reviews.services.deciding import judge, skip

ASKED = {"name": "十一月", "critical": "100%", "major": "5", "unflagged": "全部", "seed": "abc", "each": "on"}


@pytest.mark.parametrize(
    ("written", "told"),
    [("20%", (0.2, None)), ("12.5 %", (0.125, None)), ("50", (None, 50)), ("全部", (1.0, None)), ("ALL", (1.0, None)),
     ("", (None, 0)), ("0.1%", (0.001, None)), ("２０％", (0.2, None)), ("120%", None), ("-3", None), ("many", None)],
)  # fmt: skip
def test_how_a_quota_is_written(written: str, told: tuple[float | None, int | None] | None) -> None:
    form = PlanForm({**ASKED, "critical": written}, communities={})
    assert form.is_valid() == (told is not None)
    if told is not None:
        quota = form.cleaned_data["critical"]
        assert (quota.share, quota.count) == told


def test_a_plan_is_made_and_drawn_by_the_worker(world: World) -> None:
    lead = world.client("lead")
    made = lead.post("/reviews/new/", ASKED)
    plan = Plan.objects.get()
    assert made.headers["location"] == f"/reviews/{plan.pk}/"
    assert "正在抽取" in lead.get(f"/reviews/{plan.pk}/").content.decode()
    job = next_job("w")
    assert job is not None
    work_off(job)
    job = Job.objects.get()
    assert job.state == State.FAILED  # nothing was inspected in this workspace yet
    assert "还没有质检" in lead.get(f"/reviews/{plan.pk}/").content.decode()


def test_bad_wishes_are_told_at_their_field(world: World) -> None:
    lead = world.client("lead")
    told = lead.post("/reviews/new/", {**ASKED, "major": "百分之五", "first": "2026-11-09", "last": "2026-11-02"})
    assert told.status_code == 200
    assert "写成 20%" in told.content.decode()
    assert "结束早于开始" in told.content.decode()
    nothing = lead.post("/reviews/new/", {"name": "空", "seed": "s"})
    assert "至少要抽一种" in nothing.content.decode()
    assert not Plan.objects.exists()


def test_a_plan_shows_precision_with_its_interval_and_the_skips(world: World) -> None:
    plan = made_plan(9)
    inspector = world.people["inspector"]
    for number, item in enumerate(Item.objects.filter(plan=plan).exclude(finding="").order_by("place")):
        judge(item.pk, inspector, said(verdict="confirmed" if number < 5 else "refuted"), Actor())
    other = Item.objects.filter(plan=plan, finding="").first()
    assert other is not None
    skip(other.pk, inspector, said(reason="<b>看不到</b>"), Actor())
    page = world.client("lead").get(f"/reviews/{plan.pk}/").content.decode()
    # 5 of 6; Wilson's 95 % interval by hand: .436–.970
    assert "83.3 %" in page
    assert "43.6 %" in page
    assert "97.0 %" in page
    assert "&lt;b&gt;看不到" in page
    assert "<b>看不到" not in page


def test_own_keys_are_checked_and_kept(world: World) -> None:
    client: Client = world.client("inspector")
    wanted = {name: key for name, (key, _) in ACTIONS.items()} | {"texts": "always"}
    assert client.post("/reviews/keys/", {**wanted, "confirmed": "K"}).status_code == 302
    assert keys_of(world.people["inspector"])["confirmed"] == "k"
    assert blur_of(world.people["inspector"]) == "always"
    for bad in ("x", "g", "1", ""):
        assert client.post("/reviews/keys/", {**wanted, "confirmed": bad}).status_code == 200
    assert keys_of(world.people["inspector"])["confirmed"] == "k"


def test_the_lead_says_who_is_who(world: World, settings: object) -> None:
    folder = settings.WORKSPACE / "decisions"  # type: ignore[attr-defined]
    folder.mkdir(exist_ok=True)
    (folder / "duty.csv").write_text("社群,运营,账号\nwechat:妈妈群,李运营,wechat:u1 wechat:u2\n", encoding="utf-8")
    operator = world.people["operator"]
    client = world.client("lead")
    assert "李运营" in client.get("/reviews/people/").content.decode()
    sent = {f"person-{operator.pk}": "李运营", f"accounts-{operator.pk}": "qq:9  qq:8"}
    assert client.post("/reviews/people/", sent).status_code == 302
    assert linked_accounts(operator) == {"wechat:u1", "wechat:u2", "qq:9", "qq:8"} == own_accounts(operator)
    client.post("/reviews/people/", {f"person-{operator.pk}": "没有这个人", f"accounts-{operator.pk}": ""})
    assert linked_accounts(operator) == set()


def test_the_queue_gives_and_takes(world: World) -> None:
    plan = made_plan(5)
    client = world.client("inspector")
    page = client.get(f"/reviews/{plan.pk}/work/").content.decode()
    assert page.count('class="review-card') == 3
    items = list(plan.items.order_by("place").values_list("pk", flat=True))
    more = client.post(f"/reviews/{plan.pk}/next/", {"besides": items[:2], "want": 1})
    assert [f'data-item="{pk}"' in more.content.decode() for pk in items] == [False, False, True, False, False]
    as_script = {"accept": "application/json"}
    sent = {"seen": 0, "token": "tokentoken", "verdict": "confirmed"}
    made = client.post(f"/reviews/items/{items[0]}/judge/", sent, headers=as_script)
    assert made.json() == {"version": 1, "score": None}
    assert client.post(f"/reviews/items/{items[0]}/judge/", sent, headers=as_script).json()["version"] == 1
    other = client.post(f"/reviews/items/{items[0]}/judge/", {**sent, "token": "othertoken"}, headers=as_script)
    assert (other.status_code, "inspector" in other.json()["message"]) == (409, True)
    doubt = client.post(f"/reviews/items/{items[1]}/judge/", {**sent, "token": "t2t2t2t2", "verdict": "unsure"},
                        headers=as_script)  # fmt: skip
    assert doubt.status_code == 422
    assert client.post(f"/reviews/items/{items[1]}/judge/", {"seen": "x"}).status_code == 302
    history = client.get(f"/reviews/items/{items[0]}/").content.decode()
    assert "成立" in history
    assert client.post(f"/reviews/{plan.pk}/leave/").status_code == 302
    assert not Item.objects.exclude(holder=None).filter(state="open").exists()
