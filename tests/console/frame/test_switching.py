"""Language and theme: Chinese at first, switched for good, and never a door to elsewhere."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from tests.console.conftest import World
from tests.console.frame.pages import PAGES
from tests.console.policy.test_every_route import ARGUMENTS

from qunjian_console.frame.headers import POLICY


def test_chinese_is_the_default_whatever_the_browser_says(world: World) -> None:
    page = Client(headers={"accept-language": "en"}).get("/sign-in/").content.decode()
    assert '<html lang="zh-Hans"' in page
    assert "登录" in page


def test_a_visitors_choice_is_kept_and_a_persons_choice_follows_them(world: World) -> None:
    client = Client()
    client.post(reverse("frame:language"), {"language": "en", "next": "/sign-in/"})
    assert "Sign in" in client.get("/sign-in/").content.decode()
    signed_in = world.client("lead")
    signed_in.post(reverse("frame:language"), {"language": "en"})
    assert ">Today<" in world.client("lead").get("/").content.decode()


def test_a_theme_is_kept(world: World) -> None:
    client = world.client("lead")
    client.post(reverse("frame:theme"), {"theme": "dark"})
    assert 'data-bs-theme="dark"' in client.get("/").content.decode().partition("<head>")[0]
    client.post(reverse("frame:theme"), {"theme": "<script>"})
    assert 'data-theme="dark"' in client.get("/").content.decode()


@pytest.mark.parametrize("target", ["https://example.com/", "//example.com", "javascript:alert(1)"])
def test_a_switch_never_leads_elsewhere(world: World, target: str) -> None:
    answer = world.client("lead").post(reverse("frame:language"), {"language": "en", "next": target})
    assert answer.headers["location"] == "/"


def _takes_arguments(route: str) -> bool:
    try:
        reverse(route)
    except NoReverseMatch:
        return True
    return False


@pytest.mark.parametrize("route", [name for name in PAGES if not _takes_arguments(name)])
def test_an_english_page_holds_no_chinese_and_the_reverse(world: World, route: str) -> None:
    client = world.client(PAGES[route])
    address = reverse(route, kwargs=ARGUMENTS.get(route, lambda *_: {})(world, PAGES[route], True))
    client.post("/language/", {"language": "en"})
    page = without_names(client.get(address).content.decode())
    assert re.findall(r"[\u3400-\u9fff]+", page) == []
    client.post("/language/", {"language": "zh"})
    page = without_names(client.get(address).content.decode())
    seen = re.sub(r"<[^>]*>", " ", page.partition("<body>")[2])
    assert re.findall(r"[A-Za-z]{3,}", seen) == ["Esc"]


def without_names(page: str) -> str:
    """Return a page without what is not a text of ours: names, codes, the switch to the other language."""
    return re.sub(r'<(\w+)[^>]*translate="no"[^>]*>.*?</\1>', "", page, flags=re.S)


def test_every_answer_carries_the_headers(world: World) -> None:
    for address in ("/sign-in/", "/nothing/", "/health/"):
        answer = Client().get(address)
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["x-frame-options"] == "DENY"
        assert "no-store" in answer.headers["cache-control"]
    assert "unsafe" not in POLICY
