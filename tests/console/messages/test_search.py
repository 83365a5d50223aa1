"""Search in messages: substrings, filters, scope, pages, states, and what the audit log says of it."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client
from django.urls import reverse
from tests.console.conftest import LINES, OTHER, OWN, World, said

from qunjian_console.audit.models import Entry, Part
from qunjian_console.messages.views import search


def hits(client: Client, **asked: str) -> list[str]:
    """Return the texts on the page, newest first, without marks."""
    page = client.get(reverse("messages:search"), asked).content.decode()
    found = re.findall(r'<div class="spoken-text">(.*?)</div>', page, re.S)
    return [re.sub(r"<[^>]*>", "", text) for text in found]


@pytest.fixture
def owner(world: World) -> Client:
    said(OWN)
    return world.client("owner")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"words": "今天的课"}, {LINES[1]}),
        ({"words": "微信 a"}, {"加我微信 a******** 领资料"}),
        ({"words": "没有这句"}, set()),
        ({"words": "收到", "kind": "image"}, set()),
        ({"words": "收到", "kind": "text"}, {"收到"}),
        ({"author": "wechat:u1"}, {LINES[1], "我的电话 138****5678"}),
        ({"author": "成员2"}, {LINES[2], LINES[5]}),
        ({"words": "收到", "first": "2026-11-03"}, set()),
        ({"words": "收到", "first": "2026-11-02", "last": "2026-11-02"}, {"收到"}),
        ({"words": "%"}, set()),
    ],
)
def test_each_filter_finds_what_a_person_would_count(owner: Client, asked: dict[str, str], found: set[str]) -> None:
    assert set(hits(owner, community=OWN, **asked)) == found


def test_pages_follow_each_other_without_a_gap(owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "SIZE", 4)
    seen: list[str] = []
    query = f"?community={OWN}&kind=text"
    for _ in range(2):
        page = owner.get(reverse("messages:search") + query).content.decode()
        seen += [re.sub(r"<[^>]*>", "", one) for one in re.findall(r'<div class="spoken-text">(.*?)</div>', page, re.S)]
        older = re.search(r'rel="next" href="([^"]*)"', page)
        query = older[1].replace("&amp;", "&") if older else ""
    assert query == ""
    assert [each[:4] for each in seen] == [line[:4] for line in reversed(LINES)]


def test_only_the_readers_communities_are_searched(world: World) -> None:
    said(OWN)
    inspector = world.client("inspector")
    assert hits(inspector, words="收到") == ["收到"]
    assert len(hits(world.client("owner"), words="收到")) == 2
    page = inspector.get(reverse("messages:search"), {"words": "收到", "community": OTHER})
    assert b"spoken-text" not in page.content
    world.people["inspector"].scopes.all().delete()
    assert hits(inspector, words="收到") == []


def test_a_search_is_an_entry_whose_words_can_be_erased(owner: Client) -> None:
    hits(owner, words="电话", author="成员1", community=OWN)
    entry = Entry.objects.get(kind="messages.searched")
    assert "电话" not in entry.facts
    assert json.loads(entry.facts)["after"]["count"] == 1
    part = Part.objects.get(entry=entry, slot="subject")
    assert (json.loads(part.body)["after"]["words"], part.about) == ("电话", "account:成员1")


def test_a_page_before_a_search_shows_no_message_and_writes_nothing(owner: Client) -> None:
    assert hits(owner) == []
    assert hits(owner, words="", community="") == []
    assert not Entry.objects.filter(kind="messages.searched").exists()


@pytest.mark.parametrize("asked", [{"first": "x"}, {"first": "2026-11-03", "last": "2026-11-01"}, {"kind": "x"}])
def test_what_makes_no_sense_is_said_at_its_field(owner: Client, asked: dict[str, str]) -> None:
    page = owner.get(reverse("messages:search"), {"words": "收到", **asked}).content.decode()
    assert "is-invalid" in page
    assert "spoken-text" not in page


def test_a_made_up_page_is_the_first(owner: Client) -> None:
    assert hits(owner, words="收到", community=OWN, after="!!") == ["收到"]
