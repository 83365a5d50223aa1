"""Appeals from the operator's page to final judgement: windows, second persons, files, rates; nobody else's."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from tests.console.conftest import OTHER, OWN, World, person
from tests.console.reviews.ledger import decided_item, inspected_message

from qunjian_console.accounts.models import User
from qunjian_console.audit.services import Actor
from qunjian_console.reviews.models import Appeal, Attachment, Item, Judgment
from qunjian_console.reviews.overturning import overturned
from qunjian_console.reviews.refusals import ConflictError, RefusedError
from qunjian_console.reviews.services.appealing import Ruling, appeal, ask_for_final, decide, withdraw
from qunjian_console.reviews.services.working import link

HERE = Actor(None)
MINE = "wechat:me"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@pytest.fixture
def operator(world: World) -> User:
    link(world.people["operator"], "", [MINE], HERE)
    return world.people["operator"]


@pytest.fixture
def item(world: World, operator: User) -> Item:
    return decided_item(MINE, world.people["inspector"].pk)


def second(world: World) -> User:
    return person("inspector", name="second")


def test_a_second_person_accepts_and_the_result_changes(world: World, operator: User, item: Item) -> None:
    made = appeal(item.pk, operator, "那是引用别人的话", HERE)
    decide(made.pk, second(world), Ruling("accepted", "确是引用"), HERE)
    item.refresh_from_db()
    made.refresh_from_db()
    assert (item.verdict, item.state, item.version) == ("refuted", "done", 2)
    assert (made.state, made.first_verdict, made.first_by) == ("decided", "confirmed", world.people["inspector"].pk)
    assert [each.act for each in item.history.all()] == ["appeal"]


def test_kept_then_final_with_a_third_score(world: World, operator: User, item: Item) -> None:
    Item.objects.filter(pk=item.pk).update(score=40.0)
    made = appeal(item.pk, operator, "分太低", HERE, asked=90)
    judge = second(world)
    decide(made.pk, judge, Ruling("kept", "依据充分"), HERE)
    item.refresh_from_db()
    assert (item.version, item.score) == (1, 40.0)
    ask_for_final(made.pk, operator, HERE)
    with pytest.raises(RefusedError, match="主管"):
        decide(made.pk, person("inspector", name="third"), Ruling("kept", "同上"), HERE)
    decide(made.pk, world.people["lead"], Ruling("third", "各有道理", "confirmed", 70.0), HERE)
    item.refresh_from_db()
    made.refresh_from_db()
    assert (item.score, item.verdict, made.state) == (70.0, "confirmed", "final")
    assert list(Judgment.objects.values_list("final", "outcome", "score")) == [
        (False, "kept", 40.0), (True, "third", 70.0)
    ]  # fmt: skip
    with pytest.raises(RefusedError):
        ask_for_final(made.pk, operator, HERE)
    with pytest.raises(ConflictError):
        decide(made.pk, world.people["lead"], Ruling("kept", "再来"), HERE)


def test_who_may_not_decide(world: World, operator: User, item: Item) -> None:
    made = appeal(item.pk, operator, "不对", HERE)
    with pytest.raises(RefusedError, match="换一个人"):
        decide(made.pk, world.people["inspector"], Ruling("kept", "我判的"), HERE)
    own = second(world)
    link(own, "", [MINE], HERE)
    with pytest.raises(RefusedError, match="自己"):
        decide(made.pk, own, Ruling("accepted", "是我的号"), HERE)
    with pytest.raises(RefusedError):
        decide(made.pk, world.people["lead"], Ruling("kept", " "), HERE)
    with pytest.raises(RefusedError):
        decide(made.pk, world.people["lead"], Ruling("third", "没写结论"), HERE)
    assert not Judgment.objects.exists()


def test_what_cannot_be_appealed(world: World, operator: User, item: Item) -> None:
    other = decided_item("wechat:else", world.people["inspector"].pk)
    with pytest.raises(RefusedError, match="自己"):
        appeal(other.pk, operator, "替他说话", HERE)
    with pytest.raises(RefusedError, match="理由"):
        appeal(item.pk, operator, "  ", HERE)
    late = decided_item(MINE, 1)
    Item.objects.filter(pk=late.pk).update(at=timezone.now() - dt.timedelta(days=8))
    with pytest.raises(RefusedError, match="7"):
        appeal(late.pk, operator, "晚了", HERE)
    waiting = decided_item(MINE, 1)
    Item.objects.filter(pk=waiting.pk).update(state="open", verdict="", at=None, by=None)
    with pytest.raises(RefusedError, match="还没有结论"):
        appeal(waiting.pk, operator, "先说", HERE)
    made = appeal(item.pk, operator, "一次", HERE)
    with pytest.raises(RefusedError, match="申诉过"):
        appeal(item.pk, operator, "两次", HERE)
    withdraw(made.pk, operator, HERE)
    again = appeal(item.pk, operator, "撤回后再提", HERE)
    with pytest.raises(RefusedError):
        withdraw(again.pk, world.people["lead"], HERE)
    for number in range(9):
        appeal(decided_item(MINE, 1).pk, operator, f"第{number}件", HERE)
    with pytest.raises(RefusedError, match="10"):
        appeal(decided_item(MINE, 1).pk, operator, "太多", HERE)


def test_the_rate_of_changes_by_hand(world: World, operator: User) -> None:
    judge, lead = second(world), world.people["lead"]
    for number in range(4):
        held = decided_item(MINE, world.people["inspector"].pk)
        made = appeal(held.pk, operator, "不对", HERE)
        decide(made.pk, judge, Ruling("accepted" if number == 0 else "kept", "看过"), HERE)
    ask_for_final(made.pk, operator, HERE)
    decide(made.pk, lead, Ruling("partly", "一半", "unsure"), HERE)
    rates = overturned(world.people["owner"])
    # 2 of 4 changed; Wilson's 95 % interval: .150–.850
    for rate in (dict(rates.rules)["mine.rude"], dict(rates.reviewers)[world.people["inspector"].pk]):
        assert (rate.hits, rate.of) == (2, 4)
        assert (rate.low, rate.high) == (pytest.approx(0.150, abs=5e-4), pytest.approx(0.850, abs=5e-4))


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [("证据.png", PNG, ""), ("x.pdf", b"%PDF-1.7 ...", ""), ("a.svg", b"<svg onload=alert(1)>", "PNG"),
     ("evil.png", b"<html><script>", "PNG"), ("big.png", PNG + b"0" * 2 * 1024 * 1024, "2 MB")],
)  # fmt: skip
def test_files_beside_an_appeal(world: World, operator: User, item: Item, name: str, content: bytes, told: str) -> None:
    client = world.client("operator")
    sent = {"reason": "见附件", "files": [SimpleUploadedFile(name, content)]}
    answer = client.post(f"/reviews/items/{item.pk}/appeal/", sent)
    if told:
        assert told in answer.content.decode()
        assert not Appeal.objects.exists()
        return
    assert answer.status_code == 302
    kept = Attachment.objects.get()
    assert bytes(kept.content) == content
    got = world.client("lead").get(f"/reviews/attachments/{kept.pk}/")
    assert got.content == content
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/reviews/attachments/{kept.pk}/").status_code == 403


def test_the_operators_page_and_the_way_to_an_appeal(world: World, operator: User) -> None:
    found = inspected_message(MINE)
    client = world.client("operator")
    page = client.get("/reviews/mine/").content.decode()
    assert "待复核" in page
    assert f"/reviews/mine/{found}/" in page
    assert "试算" in page
    item = decided_item(MINE, world.people["inspector"].pk, finding=found)
    evidence = client.get(f"/reviews/mine/{found}/").content.decode()
    assert "赶紧闭嘴" in evidence
    assert f"/reviews/items/{item.pk}/appeal/" in evidence
    assert client.post(f"/reviews/items/{item.pk}/appeal/", {"reason": "<b>引用</b>"}).status_code == 302
    page = client.get("/reviews/mine/").content.decode()
    assert "&lt;b&gt;引用" in page
    made = Appeal.objects.get()
    lead = world.client("lead")
    assert "待裁定" in lead.get("/reviews/appeals/").content.decode()
    sent = {"outcome": "accepted", "reason": "是引用"}
    assert lead.post(f"/reviews/appeals/{made.pk}/", sent).status_code == 302
    page = client.get("/reviews/mine/").content.decode()
    assert "接受" in page
    assert "误报" in page
    assert client.post(f"/reviews/appeals/{made.pk}/final/").status_code == 302
    made.refresh_from_db()
    assert made.state == "final_open"


def test_who_is_linked_to_nothing_sees_nothing(world: World) -> None:
    inspected_message(MINE)
    page = world.client("operator").get("/reviews/mine/").content.decode()
    assert "还不知道你在群里是谁" in page


def test_an_overdue_appeal_says_so(world: World, operator: User, item: Item) -> None:
    made = appeal(item.pk, operator, "不对", HERE)
    assert "逾期" not in world.client("lead").get("/reviews/appeals/").content.decode()
    Appeal.objects.filter(pk=made.pk).update(due=timezone.now() - dt.timedelta(hours=1))
    assert "逾期" in world.client("lead").get("/reviews/appeals/").content.decode()


def test_appeals_of_other_communities_are_not_there(world: World, operator: User) -> None:
    hidden = decided_item(MINE, world.people["inspector"].pk, other=1)
    assert hidden.community == OTHER
    assert OWN != OTHER
    appeal(hidden.pk, operator, "别处的申诉", HERE)
    assert "别处的申诉" not in world.client("lead").get("/reviews/appeals/").content.decode()
    assert "别处的申诉" in world.client("owner").get("/reviews/appeals/").content.decode()
