"""The page that checks pasted texts: marks what fires, names the disguise, explains a rule, keeps nothing."""

from __future__ import annotations

import re

from django.urls import reverse
from tests.console.conftest import World

from qunjian_console.audit.models import Entry

ADDRESS = {"origin": "library", "name": "general"}


def page_for(world: World, **given: str) -> str:
    return world.client("inspector").post(reverse("standards:check", kwargs=ADDRESS), given).content.decode()


def test_a_hit_is_marked_where_it_stands_and_leads_to_its_rule(world: World) -> None:
    page = page_for(world, texts="今天鸡蛋便宜\n想要全集的綠泡泡聯系")
    assert re.findall(r"<mark><bdi[^>]*>([^<]*)</bdi></mark>", page)[0] == "綠泡泡聯系"
    assert reverse("standards:rule", kwargs=ADDRESS | {"rule": "contact.coded_platform"}) in page
    assert "繁体" in page
    assert "2 条中 1 条命中" in page


def test_it_says_why_a_rule_does_not_hit(world: World) -> None:
    page = page_for(world, texts="今天鸡蛋便宜", rule="contact.coded_platform")
    assert "没有出现要找的词句或样式" in page
    page = page_for(world, texts="绿泡泡联系是什么意思", rule="contact.coded_platform")
    assert "没有命中，因为" in page


def test_an_unknown_rule_is_answered_with_the_nearest(world: World) -> None:
    assert (
        "contact.coded_platform" in page_for(world, texts="你好", rule="contact.code_platform").partition("datalist")[0]
    )


def test_a_stranger_s_text_stays_text(world: World) -> None:
    page = page_for(world, texts='<script>alert(1)</script>加个卫星，发你目录\u202e"')
    assert "<script>alert" not in page
    assert "U+202E" in page


def test_what_was_pasted_is_kept_nowhere(world: World) -> None:
    client = world.client("inspector")
    before = Entry.objects.count()
    client.post(reverse("standards:check", kwargs=ADDRESS), {"texts": "加个卫星，发你目录"})
    assert Entry.objects.count() == before


def test_too_many_texts_are_refused_with_a_reason(world: World) -> None:
    assert "一次最多 200 条" in page_for(world, texts="你好\n" * 201)
