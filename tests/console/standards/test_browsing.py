"""Standards are read by everybody: the list, one with its rules, a filter, a rule; a broken file says what is wrong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from tests.console.conftest import World

from qunjian.checks import packs
from qunjian.standards.rules import load_pack

GENERAL = {"origin": "library", "name": "general"}
ROW = re.compile(r"/standards/library/general/rules/([a-z_.]+)/")


def test_the_list_shows_the_library_and_the_teams_own(world: World, settings: Any) -> None:
    folder = settings.WORKSPACE / "standards"
    (folder / "ours.yaml").write_text("id: ours\nname: 我们的标准\nextends: general\n", "utf-8")
    page = world.client("operator").get(reverse("standards:list")).content.decode()
    for name in ("通用社群运营标准", "母婴", "付费课程", "我们的标准"):
        assert name in page


def test_a_broken_file_says_where_and_what(world: World, settings: Any) -> None:
    (settings.WORKSPACE / "standards" / "ours.yaml").write_text("id: ours\nname: 甲\nscorcard: {}\n", "utf-8")
    client = world.client("lead")
    assert "ours.yaml:3" in client.get(reverse("standards:list")).content.decode()
    page = client.get(reverse("standards:show", args=["own", "ours"])).content.decode()
    assert "scorecard" in page  # the nearest valid name


def test_one_standard_shows_every_rule_once(world: World) -> None:
    page = world.client("lead").get(reverse("standards:show", kwargs=GENERAL)).content.decode()
    home = Path(packs.__file__).parent if hasattr(packs, "__file__") and packs.__file__ else None
    folder = home or Path(next(iter(packs.__path__)))
    contact = {rule.id for rule in load_pack(folder / "contact")}
    shown = ROW.findall(page)
    assert contact <= set(shown)
    assert len(shown) == len(set(shown)) > 300


@pytest.mark.parametrize(
    ("query", "present", "absent"),
    [
        ({"q": "刷屏"}, "spam.flooding", "contact.wechat_id"),
        ({"severity": "critical"}, "law.", "spam.flooding"),
        ({"pack": "contact"}, "contact.wechat_id", "spam.flooding"),
        ({"q": "绿泡泡联系"}, "contact.coded_platform", "spam.flooding"),
    ],
)
def test_rules_are_found_by_word_severity_and_pack(
    world: World, query: dict[str, str], present: str, absent: str
) -> None:
    shown = ROW.findall(world.client("lead").get(reverse("standards:show", kwargs=GENERAL), query).content.decode())
    assert any(name.startswith(present) for name in shown)
    assert absent not in shown


def test_a_rule_shows_its_basis_words_and_samples(world: World) -> None:
    address = reverse("standards:rule", kwargs=GENERAL | {"rule": "contact.coded_platform"})
    client = world.client("operator")
    page = client.get(address).content.decode()
    for said in ("以暗语指代平台引流", "第七条第九项", "绿泡泡联系", "加个卫星，发你目录", "海洋馆新加企鹅馆"):
        assert said in page
    client.post("/language/", {"language": "en"})
    assert "Code names for other platforms" in client.get(address).content.decode()


@pytest.mark.parametrize(
    "arguments",
    [
        {"origin": "library", "name": "nothing"},
        {"origin": "own", "name": "general"},
        {"origin": "elsewhere", "name": "general"},
        {"origin": "own", "name": "../console/secret"},
    ],
)
def test_what_is_not_there_is_not_found(world: World, arguments: dict[str, str]) -> None:
    if "/" in arguments["name"]:
        assert world.client("owner").get(f"/standards/own/{arguments['name']}/").status_code == 404
    else:
        assert world.client("owner").get(reverse("standards:show", kwargs=arguments)).status_code == 404


def test_a_rule_that_is_not_there_is_not_found(world: World) -> None:
    address = reverse("standards:rule", kwargs=GENERAL | {"rule": "contact.nothing"})
    assert world.client("owner").get(address).status_code == 404
