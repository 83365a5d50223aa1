"""Register and duty table in the browser: pasted as Excel copies them, faults at their cell, no row lost."""

from __future__ import annotations

import re

import pytest
from tests.console.conftest import OTHER, OWN, World, said

from qunjian_console.audit.models import Entry
from qunjian_console.bridge.opening import workspace

DUTY, REGISTER = "/communities/duty/", "/communities/register/"


def stamp(page: bytes) -> str:
    found = re.search(r'name="stamp" value="(\w+)"', page.decode())
    assert found
    return found[1]


@pytest.fixture
def groups(world: World) -> World:
    said(OWN)  # imports both groups
    return world


def test_a_pasted_duty_table_is_kept_and_written_down(groups: World) -> None:
    client = groups.client("lead")
    rows = "妈妈群\t沈若禾\tu0\t2026-08-24\t\t周一至周五 09:00-18:00\r\n"
    done = client.post(DUTY, {"duty": rows, "stamp": stamp(client.get(DUTY).content)}, follow=True)
    assert "已保存 1 行" in done.content.decode()
    (duty,) = workspace().decisions().duties
    assert (duty.community_id, duty.person, duty.accounts) == (OWN, "沈若禾", ("wechat:u0",))
    last = Entry.objects.order_by("-pk").first()
    assert last is not None
    assert (last.kind, last.subject) == ("communities.duty", "duty")


def test_a_fault_is_told_at_its_cell_and_nothing_is_kept(groups: World) -> None:
    client = groups.client("lead")
    sent = {"duty": "妈妈裙\t沈若禾\t\t\t\t早班", "stamp": stamp(client.get(DUTY).content)}
    page = client.post(DUTY, sent).content.decode()
    assert 'data-grid-goto="0:0"' in page
    assert 'data-grid-goto="0:5"' in page
    assert "妈妈裙" in page
    assert workspace().decisions().duties == ()


def test_rows_of_communities_out_of_scope_are_neither_shown_nor_lost(groups: World) -> None:
    owner, lead = groups.client("owner"), groups.client("lead")
    both = f"{OWN}\t妈妈群\n{OTHER}\t读书会"
    owner.post(REGISTER, {"register": both, "stamp": stamp(owner.get(REGISTER).content)})
    page = lead.get(REGISTER).content
    assert "妈妈群" in page.decode()
    assert "读书会" not in page.decode()
    lead.post(REGISTER, {"register": f"{OWN}\t宝妈一群", "stamp": stamp(page)})
    assert {each.community_id: each.name for each in workspace().decisions().register} == {
        OWN: "宝妈一群",
        OTHER: "读书会",
    }
    refused = lead.post(REGISTER, {"register": f"{OTHER}\t别人的", "stamp": stamp(lead.get(REGISTER).content)})
    assert "不在你负责的范围内" in refused.content.decode()


def test_of_two_people_who_opened_the_same_sheet_the_second_is_told(groups: World) -> None:
    client = groups.client("owner")
    opened = stamp(client.get(REGISTER).content)
    client.post(REGISTER, {"register": f"{OWN}\t先到", "stamp": opened})
    page = client.post(REGISTER, {"register": f"{OWN}\t后到", "stamp": opened}).content.decode()
    assert "你打开之后有人改过这张表" in page
    assert "后到" in page
    assert [each.name for each in workspace().decisions().register] == ["先到"]
