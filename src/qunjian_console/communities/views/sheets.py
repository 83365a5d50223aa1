"""The register and the duty table as grids that take a paste from Excel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render

from qunjian_console.accounts.models import User
from qunjian_console.audit.services import actor_of, record
from qunjian_console.bridge.decision_sheets import check, communities_of, put, sheet
from qunjian_console.bridge.errors import QunjianError
from qunjian_console.communities.entries import DUTY, REGISTER
from qunjian_console.frame.grids import Column, Grid, Wrong, read_tsv
from qunjian_console.language import current, say

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from qunjian_console.audit.kinds import Kind
    from qunjian_console.bridge.decision_sheets import Name

REGISTERED = (
    Column("community", say("社群编号或群名", "Community id or name"), width=22),
    Column("name", say("称呼", "Called"), width=16),
    Column("type", say("类型", "Type"), width=10),
    Column("purpose", say("用途", "Purpose"), width=20),
    Column("tags", say("标签", "Tags"), width=14),
    Column("size", say("人数", "Size"), "number", width=6),
    Column("exporter", say("导出人", "Exported by"), width=10),
    Column("every_days", say("每几天导出", "Every … days"), width=10),
)
DUTIES = (
    Column("community", say("社群", "Community"), width=22),
    Column("person", say("负责人", "Person"), width=10),
    Column("accounts", say("在群里的账号", "Accounts there"), width=22),
    Column("starts", say("从", "From"), width=11),
    Column("ends", say("到", "To"), width=11),
    Column("shifts", say("班次", "Shifts"), width=36),
)


def register(request: HttpRequest) -> HttpResponse:
    """Show and change which communities the team runs."""
    return _page(request, "register", say("社群登记", "Register"), REGISTERED, REGISTER)


def duty(request: HttpRequest) -> HttpResponse:
    """Show and change who is responsible where and when."""
    return _page(request, "duty", say("排班表", "Duty table"), DUTIES, DUTY)


def _page(request: HttpRequest, name: Name, title: str, columns: tuple[Column, ...], kind: Kind) -> HttpResponse:
    user = request.user
    assert isinstance(user, User)  # noqa: S101 (the guard lets nobody else through)
    stands = sheet(name, current())
    mine = [user.sees(community) for community in stands.communities]
    rows = [list(row) for row, seen in zip(stands.rows, mine, strict=True) if seen]
    others = [row for row, seen in zip(stands.rows, mine, strict=True) if not seen]  # kept as they are, not shown
    stamp, wrong, refused = stands.stamp, list[Wrong](), ""
    if request.method == "POST":
        stamp = request.POST.get("stamp", "")
        try:
            rows = read_tsv(request.POST.get(name, ""), columns)
            wrong = [Wrong(each.row, each.column, str(each.said.said(current()))) for each in check(name, rows)]
            wrong += _out_of_scope(user, rows)
            if not wrong:
                with transaction.atomic():
                    done = put(name, [*rows, *others], stamp)
                    told = {"rows": done.after, "added": done.added, "removed": done.removed}
                    record(kind, actor_of(request), subject=name, after=told)
                messages.success(request, say("已保存 {n} 行", "{n} rows saved", n=len(rows)))
                return redirect(request.path)
        except ValueError as error:
            refused = str(error)
        except QunjianError as error:
            refused = error.sentence(current())
    grid = Grid(name, title, columns, rows, wrong=wrong)
    context = {
        "grid": grid,
        "title": title,
        "stamp": stamp,
        "refused": refused,
        "by_hand": stands.by_hand,
        "page": name,
    }
    return render(request, "communities/sheet.html", context)


def _out_of_scope(user: User, rows: list[list[str]]) -> list[Wrong]:
    """Return the rows about communities that this person does not see; whoever sees all may name new ones."""
    if user.everywhere:
        return []
    said = say("不在你负责的范围内", "outside what you are responsible for")
    return [
        Wrong(number, 0, said)
        for number, community in enumerate(communities_of(rows))
        if any(rows[number]) and not user.sees(community)
    ]
