"""Every route × role × own and other scope, walked from the policy table itself."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.console.conftest import OTHER, OWN, Wish, World, import_files, inspected, said, write_log
from tests.console.reports.made import report_of, schedule_of
from tests.console.reviews.ledger import decided_item, inspected_message, made_plan

from qunjian_console.accounts.models import Invitation, User, Visit
from qunjian_console.accounts.services.people import digest_of
from qunjian_console.audit.services import Actor
from qunjian_console.bridge import opening
from qunjian_console.bridge.drafting import copy_of
from qunjian_console.bridge.inspections import Wanted, judged
from qunjian_console.bridge.opening import workspace
from qunjian_console.bridge.publishing import today
from qunjian_console.bridge.standards import Place
from qunjian_console.ingest.models import StagedFile, Upload
from qunjian_console.ingest.reading import place_of
from qunjian_console.inspections.models import Schedule, Silence, View
from qunjian_console.inspections.refs import FindingKey
from qunjian_console.inspections.refs import ref_of as finding_ref
from qunjian_console.jobs.models import Job
from qunjian_console.messages.refs import ref_of
from qunjian_console.policy.roles import Role
from qunjian_console.policy.table import check_routes, routes, table
from qunjian_console.reviews.models import Appeal, Attachment, Item, Link
from qunjian_console.standards.models import Draft, Release
from qunjian_console.standards.services.drafts import begin
from qunjian_console.standards.services.releases import propose, publish

# Arguments for routes that have some: (world, the role that asks, whether the thing lies in its scope) → arguments.
Maker = Callable[[World, str, bool], dict[str, object]]


def _user(world: World, role: str, own: bool) -> dict[str, object]:
    return {"user": world.people["inspector"].pk}


def _visit(world: World, role: str, own: bool) -> dict[str, object]:
    whose = world.people[role if own else next(each for each in Role.values if each != role)]
    return {"visit": Visit.objects.create(user=whose, session_key=uuid.uuid4().hex).pk}


def _invitation(world: World, role: str, own: bool) -> dict[str, object]:
    return {"invitation": _invite().pk}


def _invite() -> Invitation:
    soon = timezone.now() + dt.timedelta(days=1)
    return Invitation.objects.create(digest=digest_of(uuid.uuid4().hex), name="新人", role="inspector", expires=soon)


def _token(world: World, role: str, own: bool) -> dict[str, object]:
    soon = timezone.now() + dt.timedelta(days=1)
    Invitation.objects.get_or_create(
        digest=digest_of("token"), defaults={"name": "新人", "role": "inspector", "expires": soon}
    )
    return {"token": "token"}


def _job(world: World, role: str, own: bool) -> dict[str, object]:
    return {"job": Job.objects.create(kind="workspace.verify_audit").pk}


def _standard(world: World, role: str, own: bool) -> dict[str, object]:
    return {"origin": "library", "name": "general"}


def _draft(world: World, role: str, own: bool) -> dict[str, object]:
    place = Place("library", "general")
    actor = Actor(world.people["lead"].pk)
    made = begin(place, copy_of(place), "草稿", actor, name=f"ours_{Draft.objects.count()}", version="1")
    return {"draft": made.pk}


def _drafted(world: World, role: str, own: bool) -> dict[str, object]:
    return _draft(world, role, own) | {"rule": "contact.wechat_id"}


def _revision(world: World, role: str, own: bool) -> dict[str, object]:
    return _draft(world, role, own) | {"number": 1}


def _reach(world: World, role: str, own: bool) -> dict[str, object]:
    return {"job": Job.objects.create(kind="standards.reach").pk}


def _release(world: World, role: str, own: bool) -> dict[str, object]:
    draft = Draft.objects.get(pk=_draft(world, role, own)["draft"])
    return {"release": propose(draft, today(), "公告", Actor(world.people["lead"].pk)).pk}


def _published(world: World, role: str, own: bool) -> dict[str, object]:
    found = Release.objects.get(pk=_release(world, role, own)["release"])
    return {"release": publish(found, Actor(world.people["owner"].pk)).pk}


def _rule(world: World, role: str, own: bool) -> dict[str, object]:
    return _standard(world, role, own) | {"rule": "contact.wechat_id"}


def _message(world: World, role: str, own: bool) -> dict[str, object]:
    return {"ref": ref_of(said(OWN if own else OTHER))}


def _upload(world: World, role: str, own: bool) -> dict[str, object]:
    whose = world.people[role if own else next(each for each in Role.values if each != role)]
    return {"upload": Upload.objects.create(by=whose.pk).pk}


def _staged(world: World, role: str, own: bool) -> dict[str, object]:
    return _upload(world, role, own) | {"number": 1}


def _sample(world: World, role: str, own: bool) -> dict[str, object]:
    arguments = _staged(world, role, own)
    staged = StagedFile(
        upload_id=arguments["upload"], number=1, name="a.txt", place="tree/a.txt", folded="a.txt", size=1
    )
    staged.save()
    place_of(staged).parent.mkdir(parents=True)
    place_of(staged).write_text("2026-01-02 03:04 Lin: hi\n", "utf-8")
    return arguments


def _mapping(world: World, role: str, own: bool) -> dict[str, object]:
    folder = workspace().mappings
    (folder / "mine.yaml").write_text("id: mine\n", "utf-8")
    return {"name": "mine"}


def _import(world: World, role: str, own: bool) -> dict[str, object]:
    opened = workspace()
    group = (OWN if own else OTHER).partition(":")[2]
    log = write_log(opened.root.parent / f"{group}.jsonl", group, ["一", "二"])
    return {"import_id": import_files(opened, Wish((log,))).act_id}


def _backup(world: World, role: str, own: bool) -> dict[str, object]:
    folder = opening.workspace().root / "backups"
    folder.mkdir(exist_ok=True)
    (folder / "qunjian-1.backup.zip").write_bytes(b"not one")
    return {"name": "qunjian-1.backup.zip"}


def _report(world: World, role: str, own: bool) -> dict[str, object]:
    return {"report": report_of(OWN if own else OTHER).pk}


def _schedule(world: World, role: str, own: bool) -> dict[str, object]:
    return {"schedule": schedule_of(OWN if own else OTHER, world.people[role]).pk}


def _build(world: World, role: str, own: bool) -> dict[str, object]:
    whose = world.people[role if own else next(each for each in Role.values if each != role)]
    return {"job": Job.objects.create(kind="reports.build", by=whose.pk).pk}


def _imported(world: World, role: str, own: bool) -> dict[str, object]:
    _import(world, role, own)
    return community(world, role, own)


def _run(world: World, role: str, own: bool) -> dict[str, object]:
    return {"run": inspected()}


def _finding(world: World, role: str, own: bool) -> dict[str, object]:
    run = inspected()
    community = OWN if own else OTHER
    with judged(run) as found:
        row = found.rows(Wanted(communities=(community,)), most=1)[0]
    return {"ref": finding_ref(FindingKey(community, run, row.finding_id))}


def _inspection_schedule(world: World, role: str, own: bool) -> dict[str, object]:
    when = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
    made = Schedule.objects.create(every="day", at=dt.time(6), due=when, by=world.people["lead"])
    return {"schedule": made.pk}


def _silence(world: World, role: str, own: bool) -> dict[str, object]:
    made = Silence.objects.create(rule="x.y", community=OWN, reason="理由", owner="钱", expires=dt.date(2099, 1, 1))
    return {"silence": made.pk}


def _view(world: World, role: str, own: bool) -> dict[str, object]:
    return {"view": View.objects.create(name="常看", query="state=all", owner=world.people[role]).pk}


def _plan(world: World, role: str, own: bool) -> dict[str, object]:
    return {"plan": made_plan(2).pk}


def _linked(world: World, role: str, own: bool) -> str:
    """Return an account that is linked to who asks, or to somebody else."""
    whose = world.people[role if own else next(each for each in Role.values if each != role)]
    account = f"wechat:{uuid.uuid4().hex}"
    Link.objects.update_or_create(user=whose, defaults={"accounts": json.dumps([account])})
    return account


def _my_finding(world: World, role: str, own: bool) -> dict[str, object]:
    return {"finding": inspected_message(_linked(world, role, own))}


def _my_item(world: World, role: str, own: bool) -> dict[str, object]:
    return {"item": decided_item(_linked(world, role, own), 0).pk}


def _my_appeal(world: World, role: str, own: bool) -> dict[str, object]:
    whose = world.people[role if own else next(each for each in Role.values if each != role)]
    return {"appeal": _appeal(decided_item("wechat:u", 0), whose).pk}


def _appeal(item: Item, whose: User) -> Appeal:
    now = timezone.now()
    return Appeal.objects.create(
        item=item, user=whose, version=1, reason="不对", first_verdict="confirmed", first_by=0, made=now, due=now
    )


def _appeal_somewhere(world: World, role: str, own: bool) -> dict[str, object]:
    return {"appeal": _appeal(decided_item("wechat:u", 0, other=0 if own else 1), world.people["operator"]).pk}


def _attachment(world: World, role: str, own: bool) -> dict[str, object]:
    number = _appeal_somewhere(world, role, own)["appeal"]
    made = Attachment.objects.create(appeal_id=number, name="a.png", kind="image/png", content=b"x")
    return {"attachment": made.pk}


def _item(world: World, role: str, own: bool) -> dict[str, object]:
    return {"item": made_plan(1, other=0 if own else 1).items.get().pk}


def community(world: World, role: str, own: bool) -> dict[str, object]:
    said(OWN)  # imports both groups
    return {"community": OWN if own else OTHER}


REVIEW_PLANS = ("reviews:plan", "reviews:plan-close", "reviews:work", "reviews:next", "reviews:leave")
REVIEW_ITEMS = ("reviews:item", "reviews:judge", "reviews:skip", "reviews:undo", "reviews:draft")

ARGUMENTS: dict[str, Maker] = {
    "communities:community": community,
    "communities:roster": community,
    "communities:silent": community,
    "accounts:accept": _token,
    "accounts:session-end": _visit,
    "accounts:invitation-withdraw": _invitation,
    "accounts:user": _user,
    "accounts:user-disable": _user,
    "accounts:user-enable": _user,
    "accounts:user-password-link": _user,
    "accounts:user-second-factor-off": _user,
    "ingest:upload": _upload,
    "ingest:add": _upload,
    "ingest:examine": _upload,
    "ingest:choose": _upload,
    "ingest:start": _upload,
    "ingest:discard": _upload,
    "ingest:file": _staged,
    "ingest:file-remove": _staged,
    "ingest:workbench": _staged,
    "ingest:attempt": _sample,
    "ingest:mapping": _mapping,
    "ingest:mapping-download": _mapping,
    "ingest:quality-one": _imported,
    "ingest:quality-moment": _imported,
    "ingest:report": _import,
    "ingest:undo": _import,
    "inspections:run": _run,
    "inspections:finding": _finding,
    "inspections:schedule-pause": _inspection_schedule,
    "inspections:schedule-resume": _inspection_schedule,
    "inspections:schedule-end": _inspection_schedule,
    "inspections:unsilence": _silence,
    "inspections:drop": _view,
    "jobs:job": _job,
    "jobs:cancel": _job,
    "jobs:retry": _job,
    "standards:show": _standard,
    "standards:rule": _rule,
    "standards:check": _standard,
    "messages:around": _message,
    "workspace:backup-check": _backup,
    "workspace:backup-download": _backup,
    "reports:report": _report,
    "reports:view": _report,
    "reports:download": lambda *given: _report(*given) | {"form": "html"},
    "reports:draw": _report,
    "reports:erase": _report,
    "reports:pause": _schedule,
    "reports:resume": _schedule,
    "reports:catch-up": _schedule,
    "reports:unschedule": _schedule,
    "reports:building": _build,
    "reports:cancel": _build,
    "reports:retry": _build,
    "standards:copy": _standard,
    "standards:draft": _draft,
    "standards:draft-history": _draft,
    "standards:draft-restore": _revision,
    "standards:draft-discard": _draft,
    "standards:draft-about": _draft,
    "standards:draft-rules": _draft,
    "standards:draft-targets": _draft,
    "standards:draft-scorecard": _draft,
    "standards:draft-sheet": _draft,
    "standards:draft-sheet-in": _draft,
    "standards:rule-new": _draft,
    "standards:rule-edit": _drafted,
    "standards:rule-try": _drafted,
    "standards:rule-remove": _drafted,
    "standards:rule-from": _message,
    "standards:rule-from-try": _message,
    "standards:reached": _reach,
    "standards:propose": _draft,
    "standards:draft-backtest": _draft,
    "standards:release": _release,
    "standards:release-publish": _release,
    "standards:release-return": _release,
    "standards:release-tell": _published,
    "standards:announcement": _published,
    "standards:announcement-read": _published,
    **dict.fromkeys(REVIEW_PLANS, _plan),
    **dict.fromkeys(REVIEW_ITEMS, _item),
    "reviews:mine-finding": _my_finding,
    "reviews:appeal": _my_item,
    "reviews:appeal-withdraw": _my_appeal,
    "reviews:appeal-final": _my_appeal,
    "reviews:appeal-decide": _appeal_somewhere,
    "reviews:attachment": _attachment,
}
# Routes whose `of` finds a community, without naming it plainly.
OF_A_COMMUNITY = {
    *REVIEW_ITEMS,
    "reviews:appeal-decide",
    "reviews:attachment",
    "standards:rule-from",
    "standards:rule-from-try",
    "inspections:finding",
    "messages:around",
    "ingest:report",
    "ingest:undo",
    "reports:report",
    "reports:view",
    "reports:download",
    "reports:draw",
    "reports:erase",
    "reports:pause",
    "reports:resume",
    "reports:catch-up",
    "reports:unschedule",
}
# Routes whose `of` knows no scope: it only says whether the thing is there.
WITHOUT_SCOPE = {"ingest:mapping", "ingest:mapping-download", "inspections:run", *REVIEW_PLANS} | {
    name for name in ARGUMENTS if name.startswith(("jobs:", "standards:")) and name not in OF_A_COMMUNITY
}


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert check_routes() == []
    assert "overview:today" in routes()
    assert len(routes()) > 15


def _call(client: Client, route: str, arguments: dict[str, object]) -> int:
    address = reverse(route, kwargs=arguments)
    answer = client.post(address) if table()[route].method == "POST" else client.get(address)
    if answer.status_code == 302 and answer.headers["location"].startswith("/sign-in/?"):
        return 401
    return answer.status_code


@pytest.mark.parametrize("route", routes())
@pytest.mark.parametrize("role", Role.values)
def test_a_role_reaches_what_its_row_allows_and_nothing_else(world: World, route: str, role: str) -> None:
    row = table()[route]
    make = ARGUMENTS.get(route, lambda *_: {})
    client = world.client(role)
    mine = _call(client, route, make(world, role, True))
    if row.roles is not None and role not in row.roles:
        assert mine == 403
        return
    assert mine in (200, 302), mine
    if row.of is not None and route not in WITHOUT_SCOPE:
        of_a_community = route in OF_A_COMMUNITY or "community" in make(world, role, False)
        seen_by_all = world.people[role].everywhere and of_a_community
        if route != "accounts:sign-out":
            client = world.client(role)
        assert _call(client, route, make(world, role, False)) in ((200, 302) if seen_by_all else (404,))


@pytest.mark.parametrize("route", routes())
def test_a_stranger_reaches_only_public_routes(world: World, route: str) -> None:
    make = ARGUMENTS.get(route, lambda *_: {})
    answer = _call(Client(), route, make(world, "owner", True))
    assert answer == 401 if table()[route].roles is not None else answer in (200, 302)


@pytest.mark.parametrize("route", [name for name in routes() if table()[name].method == "POST"])
def test_what_changes_something_is_never_done_by_a_link(world: World, route: str) -> None:
    make = ARGUMENTS.get(route, lambda *_: {})
    answer = world.client("owner").get(reverse(route, kwargs=make(world, "owner", True)))
    assert answer.status_code == 405


def test_a_route_without_a_row_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    without = {name: row for name, row in table().items() if name != "jobs:list"}
    monkeypatch.setattr("qunjian_console.policy.guard.table", lambda: without)
    monkeypatch.setattr("qunjian_console.policy.table.table", lambda: without)
    assert [error.id for error in check_routes()] == ["qunjian.E001"]
    monkeypatch.setattr("qunjian_console.frame.navigation.may", lambda *_: False)
    assert world.client("owner").get("/jobs/").status_code == 403
