"""Findings page by page and two runs compared: against a naive count over `findings`, and by hand."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Barrier

import pytest

from qunjian.engines.local import Session
from qunjian.model.decisions import Review, Silence
from qunjian.runs.finding_pages import Judged, Standing, Wanted
from qunjian.runs.findings import Filters, findings
from qunjian.runs.importing import Wish, import_files
from qunjian.runs.inspecting import inspect
from qunjian.runs.run_comparison import compare
from qunjian.workspace import Workspace

TODAY = dt.date(2026, 11, 20)
NOTHING = Standing((), (), TODAY)
STARTS = int(dt.datetime(2026, 11, 2, 1, tzinfo=dt.UTC).timestamp())
HARMLESS, CONTACT, FRAUD = "今天的课几点", "加我微信 abcdef123 领资料", "宝妈兼职刷单日结，加我微信 qwer5566"


def write(path: Path, group: str, words: list[str], first: int = 0) -> Path:
    about = {"name": group, "platform": "qq", "type": "group", "groupId": group}
    lines = [json.dumps({"_type": "header", "chatlab": {"version": "0.0.2"}, "meta": about}, ensure_ascii=False)]
    for n, text in enumerate(words, first):
        said = {"_type": "message", "sender": f"u{n % 2}", "accountName": f"成员{n % 2}", "timestamp": STARTS + 60 * n}
        said |= {"type": 0, "content": text, "platformMessageId": f"{group}-{n}"}
        lines.append(json.dumps(said, ensure_ascii=False))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("pages")
    made = Workspace.create(folder / "workspace")
    one = write(folder / "one.jsonl", "1", [HARMLESS, CONTACT, FRAUD, CONTACT, HARMLESS])
    two = write(folder / "two.jsonl", "2", [FRAUD, CONTACT])
    import_files(made, Wish((one, two)))
    inspect(made)
    return made


@contextmanager
def judging(workspace: Workspace, standing: Standing = NOTHING) -> Iterator[Judged]:
    run = workspace.lake.acts("inspect")[0].act_id
    with closing(workspace.lake.session()) as session:
        yield Judged(session, run, standing, "Asia/Shanghai")


def naive(workspace: Workspace) -> list[tuple[str, str, str, str]]:
    run = workspace.lake.acts("inspect")[0].act_id
    return [
        (row.finding_id, row.rule, row.community_id, row.account_id or "")
        for row in findings(workspace, Filters(run=run))
    ]


def test_pages_hold_every_finding_once_in_each_order(workspace: Workspace) -> None:
    every = naive(workspace)
    assert len(every) >= 5
    with judging(workspace) as found:
        assert found.count(Wanted()) == len(every)
        for sort in ("gravest", "newest", "oldest", "surest"):
            pages = [found.rows(Wanted(), sort=sort, first=start, most=2) for start in range(0, len(every), 2)]
            assert Counter(row.finding_id for page in pages for row in page) == Counter(one[0] for one in every)
        newest = found.rows(Wanted(), sort="newest")
    assert [row.sent_at for row in newest] == sorted((row.sent_at for row in newest), reverse=True)
    assert all(row.message is not None and row.message.text for row in newest)


def test_filters_choose_what_a_naive_filter_chooses(workspace: Workspace) -> None:
    every = naive(workspace)
    rule = every[0][1]
    with judging(workspace) as found:
        for wanted, chosen in (
            (Wanted(rules=(rule,)), [one for one in every if one[1] == rule]),
            (Wanted(communities=("qq:2",)), [one for one in every if one[2] == "qq:2"]),
            (Wanted(communities=("qq:none",)), []),
            (Wanted(account="qq:u1"), [one for one in every if one[3] == "qq:u1"]),
            (Wanted(first=dt.date(2026, 11, 3)), []),
            (Wanted(first=dt.date(2026, 11, 2), last=dt.date(2026, 11, 2)), every),
        ):
            assert {row.finding_id for row in found.rows(wanted)} == {one[0] for one in chosen}
            assert found.count(wanted) == len(chosen)


@pytest.mark.parametrize(
    ("community", "account"), [(None, None), ("qq:1", None), ("qq:1", "qq:u1"), (None, "qq:u0"), ("qq:x", None)]
)
def test_a_silence_puts_aside_its_rule_in_its_scope_until_its_last_day(
    workspace: Workspace, community: str | None, account: str | None
) -> None:
    every = naive(workspace)
    rule = Counter(one[1] for one in every).most_common(1)[0][0]
    within = {one[0] for one in every if one[1] == rule and community in (None, one[2]) and account in (None, one[3])}
    for expires, aside in ((TODAY, within), (TODAY - dt.timedelta(days=1), set())):
        silence = Silence(rule, "理由", "钱", expires, community, account)
        with judging(workspace, Standing((silence,), (), TODAY)) as found:
            assert {row.finding_id for row in found.rows(Wanted(states=("silenced",)))} == aside
            assert found.count(Wanted(states=("open",))) == len(every) - len(aside)


def test_the_last_verdict_stands_before_a_silence(workspace: Workspace) -> None:
    (name, rule, *_), *_ = naive(workspace)
    at = dt.datetime(2026, 11, 3, tzinfo=dt.UTC)
    reviews = (Review(name, "refuted", "赵", at + dt.timedelta(hours=1)), Review(name, "confirmed", "赵", at))
    silence = Silence(rule, "理由", "钱", TODAY)
    with judging(workspace, Standing((silence,), reviews, TODAY)) as found:
        assert [row.finding_id for row in found.rows(Wanted(states=("refuted",)))] == [name]
        tallies = Counter({each.state: 0 for each in found.tallies(Wanted())})
        for each in found.tallies(Wanted()):
            tallies[each.state] += each.findings
    assert tallies["refuted"] == 1
    assert tallies.total() == len(naive(workspace))


def test_two_runs_differ_by_what_came_between_and_by_what_they_looked_at(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path / "workspace")
    import_files(made, Wish((write(tmp_path / "a.jsonl", "1", [CONTACT, HARMLESS]),)))
    first = inspect(made)
    import_files(made, Wish((write(tmp_path / "b.jsonl", "1", [HARMLESS, CONTACT], 2),)))
    second = inspect(made)
    narrow = inspect(made, first=dt.date(2026, 11, 3))
    rules = sum(first.findings["rule"].values())  # of one message
    with closing(made.lake.session()) as session:
        visible = made.lake.visible()
        came = compare(session, visible, first.run_id, second.run_id)
        less = compare(session, visible, second.run_id, narrow.run_id)
        same = compare(session, visible, second.run_id, second.run_id)
        elsewhere = compare(session, visible, first.run_id, second.run_id, ("qq:none",))
    assert rules >= 1
    assert {each.why for each in came.appeared} == {"data"}
    assert sum(each.findings for each in came.appeared) == came.kept == rules
    assert came.gone == ()
    assert {each.why for each in less.gone} == {"reach"}
    assert sum(each.findings for each in less.gone) == 2 * rules
    assert (less.appeared, less.new.findings) == ((), 0)
    assert (same.appeared, same.gone, same.kept) == ((), (), 2 * rules)
    assert (elsewhere.appeared, elsewhere.kept) == ((), 0)


def test_another_standard_is_named_as_the_reason(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path / "workspace")
    import_files(made, Wish((write(tmp_path / "a.jsonl", "1", [CONTACT]),)))
    before = inspect(made)
    off = ", ".join(before.findings["rule"])
    (made.standards / "quiet.yaml").write_text(
        f"id: quiet\nextends: general\nname: {{zh: 少, en: quiet}}\nversion: '1'\nrules: {{off: [{off}]}}\n", "utf-8"
    )
    after = inspect(made, "quiet")
    with closing(made.lake.session()) as session:
        found = compare(session, made.lake.visible(), before.run_id, after.run_id)
    assert {each.why for each in found.gone} == {"standard"}
    assert sum(each.findings for each in found.gone) == sum(before.findings["rule"].values())


def test_people_who_open_a_run_at_once_all_see_it(workspace: Workspace) -> None:
    run = workspace.lake.acts("inspect")[0].act_id
    expected = len(naive(workspace))
    for _ in range(10):  # a new shared session each time: the first look has to make what it holds
        with closing(workspace.lake.session()) as shared, ThreadPoolExecutor(8) as people:
            gate = Barrier(8)

            def look(shared: Session = shared, gate: Barrier = gate) -> int:
                with closing(shared.beside()) as own:
                    gate.wait()
                    return Judged(own, run, NOTHING, "Asia/Shanghai").count(Wanted())

            assert [each.result() for each in [people.submit(look) for _ in range(8)]] == [expected] * 8
