"""A message in its context: neighbours by hand count, masks, marks, scope, and every look in the audit log."""

from __future__ import annotations

import json

from django.urls import reverse
from tests.console.conftest import LINES, OTHER, OWN, World, said

from qunjian.runs.inspecting import inspect
from qunjian.text.keys import TRANSFORMATIONS
from qunjian_console.audit.models import Entry
from qunjian_console.bridge import naming, opening
from qunjian_console.bridge.conversations import Key, lines_around
from qunjian_console.messages.refs import key_of, ref_of


def address(key: Key) -> str:
    return reverse("messages:around", kwargs={"ref": ref_of(key)})


def texts(key: Key, before: int, after: int) -> list[str]:
    return ["".join(part.text for part in line.parts) for line in lines_around(key, before=before, after=after)]


def test_neighbours_stand_before_and_after_in_their_order(world: World) -> None:
    assert texts(said(OWN, 1), 1, 1) == LINES[:3]
    assert texts(said(OWN, 0), 5, 2) == LINES[:3]
    assert texts(said(OWN, 5), 1, 9) == ["我的电话 138****5678", "收到"]
    centres = [line.centre for line in lines_around(said(OWN, 2), before=2, after=1)]
    assert centres == [False, False, True, False]


def test_what_identifies_is_masked_unless_whoever_may_asks(world: World) -> None:
    key = said(OWN, 4)
    shown = world.client("lead").get(address(key)).content.decode()
    assert "138****5678" in shown
    assert "13812345678" not in shown
    assert "成*" in shown
    assert "成员1" not in shown
    whole = world.client("lead").get(address(key), {"whole": "1"}).content.decode()
    assert "13812345678" in whole
    assert "成员1" in whole
    assert "13812345678" not in world.client("inspector").get(address(key), {"whole": "1"}).content.decode()


def test_every_look_is_one_entry_that_names_the_messages(world: World) -> None:
    key = said(OWN, 0)
    world.client("lead").get(address(key), {"whole": "1"})
    world.client("inspector").get(address(key))
    unmasked, viewed = Entry.objects.filter(kind__startswith="messages.").order_by("number")
    assert (unmasked.kind, viewed.kind) == ("messages.unmasked", "messages.viewed")
    assert viewed.actor == world.people["inspector"].pk
    assert viewed.community == OWN
    after = json.loads(viewed.facts)["after"]
    assert after["count"] == len(LINES)
    assert f"{key.scope}/{key.message_id}" in after["messages"]
    assert after["on"] == "messages:around"


def test_findings_are_marked_in_the_original_and_their_disguises_named(world: World) -> None:
    key = said(OWN, 3)
    inspect(opening.workspace())
    line = next(line for line in lines_around(key) if line.centre)
    marked = "".join(part.text for part in line.parts if part.mark)
    assert "".join(part.text for part in line.parts).startswith("加我微信 a")
    assert marked
    assert "abcdef123" not in marked
    assert {sign.name for sign in line.signs} - {sign.rule for sign in line.signs}
    assert "found-" in world.client("lead").get(address(key)).content.decode()


def test_every_disguise_has_a_name() -> None:
    assert set(TRANSFORMATIONS) < set(naming.TRANSFORMATIONS)


def test_what_lies_elsewhere_looks_as_if_it_were_not_there(world: World) -> None:
    inspector = world.client("inspector")
    other = said(OTHER, 0)
    assert inspector.get(address(other)).status_code == 404
    # A message of another community under the name of one's own.
    assert inspector.get(address(Key(OWN, other.scope, other.message_id))).status_code == 404
    assert inspector.get(address(Key(OWN, "wechat", "nothing"))).status_code == 404
    assert not Entry.objects.filter(kind__startswith="messages.").exists()


def test_a_word_that_names_no_message_is_refused(world: World) -> None:
    assert [key_of(ref) for ref in ("x", "!!", "W10", "eyJhIjoxfQ", "é")] == [None] * 5
    assert key_of(ref_of(Key("甲", "乙", "丙"))) == Key("甲", "乙", "丙")
    assert world.client("owner").get("/messages/around/W10/").status_code == 404
