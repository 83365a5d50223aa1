"""Who is in a community: masked, page by page, each look an entry; the silent only for a stated purpose."""

from __future__ import annotations

from pathlib import Path

from django.urls import reverse
from tests.console.conftest import OTHER, OWN, Wish, World, import_files, said

from qunjian_console.audit.models import Entry
from qunjian_console.bridge.opening import workspace


def roster(folder: Path) -> None:
    """Import the two groups, and a roster of four, two of whom never spoke."""
    said(OWN)
    table = folder / "roster.csv"
    lines = ["社群,账号,昵称,角色", *(f"{OWN},{account},{name},成员" for account, name in PEOPLE)]
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    import_files(workspace(), Wish((table,)))


PEOPLE = (("wechat:u0", "成员零"), ("wechat:u1", "成员一"), ("wechat:q8", "钱安静"), ("wechat:q9", "孙无声"))


def test_members_are_masked_and_the_look_is_written_down(world: World) -> None:
    said(OWN)
    page = world.client("lead").get(reverse("communities:roster", args=[OWN])).content.decode()
    assert page.count("<tr>") == 4
    assert "成*" in page
    assert "成员1" not in page
    last = Entry.objects.order_by("-pk").first()
    assert last is not None
    assert (last.kind, last.subject) == ("communities.roster", f"community:{OWN}")
    assert world.client("lead").get(reverse("communities:roster", args=[OTHER])).status_code == 404


def test_the_silent_are_a_number_until_somebody_says_what_for(world: World, tmp_path: Path) -> None:
    roster(tmp_path)
    client, address = world.client("lead"), reverse("communities:silent", args=[OWN])
    asked = client.get(address).content.decode()
    assert "从未发言的 2 人" in asked
    assert "钱" not in asked
    assert "invalid-feedback" in client.post(address, {"purpose": "x"}).content.decode()
    assert not Entry.objects.filter(kind="communities.silent").exists()
    shown = client.post(address, {"purpose": "核对名单后欢迎新成员"}).content.decode()
    assert shown.count("<tr>") == 3
    assert "钱*" in shown
    assert Entry.objects.filter(kind="communities.silent").count() == 1
