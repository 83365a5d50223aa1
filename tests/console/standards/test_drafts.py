"""A draft: copied, changed rule by rule, restored, discarded; two who save at once never overwrite each other."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.console.conftest import World
from tests.console.standards.conftest import RULE, sent_by, text_of

from qunjian.runs.standards import open_edition
from qunjian_console.audit.models import Entry
from qunjian_console.bridge import drafting
from qunjian_console.standards.models import Draft, DraftState


def rule_address(draft: Draft, rule: str = RULE) -> str:
    return reverse("standards:rule-edit", args=[draft.pk, rule])


def test_a_copy_says_what_the_original_says_under_a_name_of_its_own(world: World, draft: Draft) -> None:
    copied = drafting.edition_at(draft.digest)
    original = open_edition("general")
    assert copied.rules == original.rules
    assert copied.standard.id == "general_ours"
    assert copied.standard.indicators == original.standard.indicators
    kinds = {each.kind for each in drafting.changes(draft.digest)}
    assert kinds == {"standard"}  # only its name and version
    world.client("lead").post(reverse("standards:copy", args=["library", "general"]))
    assert Draft.objects.latest("pk").standard == "general_ours_2"


def test_opening_and_saving_a_rule_as_it_is_changes_nothing(world: World, draft: Draft) -> None:
    client = world.client("lead")
    for rule in (RULE, "contact.wechat_id", "spam.flooding", "privacy.id_card", "law.sedition"):
        if rule not in drafting.whole_at(draft.digest).by_id():
            continue
        page = client.get(rule_address(draft, rule)).content.decode()
        assert client.post(rule_address(draft, rule), sent_by(page)).status_code == 302, rule
    assert {each.kind for each in drafting.changes(draft.digest)} == {"standard"}
    assert drafting.draft_at(draft.digest).rules == {}


def test_words_are_added_tried_and_told_in_the_diff(world: World, draft: Draft) -> None:
    client = world.client("lead")
    form = sent_by(client.get(rule_address(draft)).content.decode())
    form["words"] += "粉色小书搜\n"
    form["hit"] += "粉色小书搜我昵称\n"
    assert client.post(rule_address(draft), form).status_code == 302
    draft.refresh_from_db()
    assert draft.head == 2
    told = text_of(client.get(reverse("standards:draft", args=[draft.pk])))
    assert "规则 contact.coded_platform 的检测方式" in told
    assert "粉色小书搜" in told
    entry = Entry.objects.filter(kind="standards.draft_saved").get()
    assert '"about":"contact.coded_platform"' in entry.facts.replace(" ", "")


def test_a_mistake_is_told_at_its_row_and_nothing_is_saved(world: World, draft: Draft) -> None:
    client = world.client("lead")
    form = sent_by(client.get(rule_address(draft)).content.decode())
    form["words"] = "公主号搜\n\u200b\u200b\n"
    form["passed"] = "只有一条\n"
    form["severity"] = "criticl"
    page = client.post(rule_address(draft), form).content.decode()
    draft.refresh_from_db()
    assert draft.head == 1
    for said in ("没有可比对的字", "至少要 3 条，现有 1 条", "critical"):
        assert said in page
    assert "只有一条" in page  # what was typed is still there


def test_a_rule_is_tried_while_it_is_typed(world: World, draft: Draft) -> None:
    client = world.client("lead")
    form = sent_by(client.get(rule_address(draft)).content.decode())
    form["hit"] += "完全无关的一句话\n"
    form["passed"] += "加个卫星，发你目录\n"
    told = client.post(reverse("standards:rule-try", args=[draft.pk, RULE]), form).content.decode()
    assert "2 条样例不符" in told
    assert "应命中而没有" in told
    assert "没有出现要找的词句或样式" in told
    draft.refresh_from_db()
    assert draft.head == 1


def test_two_who_change_different_rules_both_keep_their_change(world: World, draft: Draft) -> None:
    lead, owner = world.client("lead"), world.client("owner")
    other = "contact.live_lure"
    mine = sent_by(lead.get(rule_address(draft)).content.decode())
    theirs = sent_by(owner.get(rule_address(draft, other)).content.decode())
    assert owner.post(rule_address(draft, other), theirs | {"severity": "critical"}).status_code == 302
    assert lead.post(rule_address(draft), mine | {"severity": "major"}).status_code == 302
    draft.refresh_from_db()
    rules = drafting.whole_at(draft.digest).by_id()
    assert (rules[RULE].severity, rules[other].severity) == ("major", "critical")


def test_two_who_change_the_same_rule_never_overwrite_each_other(world: World, draft: Draft) -> None:
    lead, owner = world.client("lead"), world.client("owner")
    mine = sent_by(lead.get(rule_address(draft)).content.decode())
    theirs = sent_by(owner.get(rule_address(draft)).content.decode())
    assert owner.post(rule_address(draft), theirs | {"severity": "critical"}).status_code == 302
    answer = lead.post(rule_address(draft), mine | {"severity": "major"})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "没有覆盖" in page
    assert "owner" in page
    draft.refresh_from_db()
    assert drafting.whole_at(draft.digest).by_id()[RULE].severity == "critical"
    again = sent_by(page)
    assert again["severity"] == "major"
    assert lead.post(rule_address(draft), again).status_code == 302  # told once, then it is meant
    draft.refresh_from_db()
    assert drafting.whole_at(draft.digest).by_id()[RULE].severity == "major"


def test_every_state_can_be_restored(world: World, draft: Draft) -> None:
    client = world.client("lead")
    form = sent_by(client.get(rule_address(draft)).content.decode())
    client.post(rule_address(draft), form | {"severity": "critical"})
    client.post(reverse("standards:rule-remove", args=[draft.pk, "spam.flooding"]), {"base": "2"})
    draft.refresh_from_db()
    assert "spam.flooding" not in drafting.whole_at(draft.digest).by_id()
    client.post(reverse("standards:draft-restore", args=[draft.pk, 2]))
    draft.refresh_from_db()
    whole = drafting.whole_at(draft.digest)
    assert draft.head == 4
    assert "spam.flooding" in whole.by_id()
    assert whole.by_id()[RULE].severity == "critical"
    assert "恢复旧版" in text_of(client.get(reverse("standards:draft-history", args=[draft.pk])))


def test_a_new_rule_gets_a_pack_of_the_team_s_own(world: World, draft: Draft) -> None:
    client = world.client("lead")
    form = sent_by(client.get(reverse("standards:rule-new", args=[draft.pk])).content.decode())
    form |= {
        "name_zh": "私下转课", "hint_zh": "移除并说明退课流程", "words": "转让课程\n低价转课\n",
        "basis": "\t\t\t群规第三条\tyes\n", "hit": "低价转课，私聊\n有人要转让课程吗\n转让课程名额一个\n",
        "passed": "课程什么时候开始\n可以退课吗\n今天讲得好\n",
    }  # fmt: skip
    answer = client.post(reverse("standards:rule-new", args=[draft.pk]), form)
    assert answer.status_code == 302, text_of(answer)
    draft.refresh_from_db()
    edition = drafting.edition_at(draft.digest)
    made = next(rule for rule in edition.rules if rule.name.zh == "私下转课")
    assert made.id == "own_general_ours.rule_1"
    page = client.post(
        reverse("standards:check", args=["draft", draft.pk]), {"texts": "低 价 转 课，私聊"}
    ).content.decode()
    assert "私下转课" in page


def test_a_discarded_draft_is_gone_from_the_list_and_closed(world: World, draft: Draft) -> None:
    client = world.client("lead")
    form = sent_by(client.get(rule_address(draft)).content.decode())
    client.post(reverse("standards:draft-discard", args=[draft.pk]))
    assert reverse("standards:draft", args=[draft.pk]) not in client.get(reverse("standards:list")).content.decode()
    assert "不能再改" in client.post(rule_address(draft), form | {"severity": "critical"}).content.decode()
    assert Draft.objects.get(pk=draft.pk).state == DraftState.DISCARDED


@pytest.mark.parametrize("role", ["inspector", "operator", "manager"])
def test_a_draft_is_not_shown_to_whom_it_does_not_concern(world: World, draft: Draft, role: str) -> None:
    client = world.client(role)
    assert client.get(reverse("standards:show", args=["draft", draft.pk])).status_code == 404
    assert client.get(reverse("standards:check", args=["draft", draft.pk])).status_code == 404
    assert "草稿" not in text_of(client.get(reverse("standards:list")))
