"""Plants 20 demo worlds, leaves 20 clean, runs the whole pipeline on each, and prints hits and false alarms per truth.

The same question is asked of every world, planted or clean: does the report say so? A yes in a planted world is a hit,
a yes in a clean one a false alarm. Messages are counted one by one too: how many planted ones have a finding, and how
many findings a clean world has, by rule. Intervals are Wilson's, 95 %.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from scipy.stats import binomtest

from qunjian.runs.demo.records import Truth, Truths
from qunjian.runs.demo.season import week_name
from qunjian.runs.demonstrating import prepare
from qunjian.runs.inspecting import inspect
from qunjian.runs.reporting import gather
from qunjian.statistics.intervals import wilson
from qunjian.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qunjian.insight.records import Anomaly
    from qunjian.reports.material import Material

WEEKS = tuple(week_name(week) for week in range(9, 13))
SPAM_RULES = ("fraud.", "spam.", "contact.")
CLAIM_RULES = ("advertising.", "health.")
WHAT_PLANTED = ("spammer_across_groups", "advertising_claim", "leaked_phones")


class Finding(msgspec.Struct, frozen=True):
    """As much of a finding as a judge needs."""

    rule: str
    severity: str
    community_id: str
    account_id: str | None
    at: int


class World(msgspec.Struct, frozen=True):
    """What the pipeline said of one world, and what is true of it."""

    truths: Truths
    findings: tuple[Finding, ...]
    material: Material
    staff: frozenset[str]
    messages: int
    seconds: float

    def truth(self, kind: str) -> Truth:
        return next(one for one in self.truths.truths if one.kind == kind)

    def anomalies(self) -> tuple[Anomaly, ...]:
        return tuple(found for found in self.material.anomalies if found.period in WEEKS)


def run(folder: Path, seed: int, effect: float) -> World:
    """Generate, import, inspect and gather the report of the last week, which tests the weeks before it too."""
    began = time.perf_counter()
    workspace, truths, imported = prepare(folder, seed=seed, effect=effect)
    inspect(workspace)
    material = gather(workspace, "weekly", WEEKS[-1])
    decisions = workspace.decisions()
    staff = frozenset(account for duty in decisions.duties for account in duty.accounts)
    return World(
        truths, tuple(findings_of(workspace)), material, staff, imported.total.kept, time.perf_counter() - began
    )


def findings_of(workspace: Workspace) -> Iterable[Finding]:
    session = workspace.lake.session()
    try:
        rows = session.connection.execute(
            "SELECT rule, severity, community_id, account_id, epoch_us(sent_at) FROM finding ORDER BY ALL"
        ).fetchall()
    finally:
        session.close()
    return [Finding(*row) for row in rows]


def evenings_stop(world: World) -> bool:
    """An anomaly says that evening posts of the group fell, in one of the four weeks."""
    where = world.truth("evening_posts_stop").community_ids
    return any(
        found.measure == "evening_posts" and found.community_id in where and found.fell for found in world.anomalies()
    )


def spammer(world: World) -> bool:
    """Two of the three groups each have an account of no operator with three findings of contact, fraud or spam."""
    where = world.truth("spammer_across_groups").community_ids
    counts = Counter(
        (one.community_id, one.account_id)
        for one in world.findings
        if one.rule.startswith(SPAM_RULES) and one.community_id in where and one.account_id not in world.staff
    )
    return len({community for (community, _), count in counts.items() if count >= 3}) >= 2


def slow_operator(world: World) -> bool:
    """The operator has clearly more findings of late answers than days on duty explain (binomial, one-sided 1 %).

    Where two operators share a group the report gives no median per person, so the findings are what it says of them.
    """
    truth = world.truth("slow_operator")
    late = Counter(one.account_id for one in world.findings if one.rule == "conduct.slow_reply")
    own = late[truth.account_ids[0]]
    where = truth.community_ids[0]
    duties = [duty for duty in world.material.decisions.duties if duty.community_id == where]
    everyone = sum(late[account] for duty in duties for account in duty.accounts)
    days = {duty.person: len(duty.shifts[0].weekdays) for duty in duties}
    fair = days[truth.persons[0]] / sum(days.values())
    return everyone > 0 and float(binomtest(own, everyone, fair, alternative="greater").pvalue) < 0.01


def claims(world: World) -> bool:
    """An operator's account has a finding of the packs advertising or health."""
    where = world.truth("advertising_claim").community_ids
    return any(
        one.rule.startswith(CLAIM_RULES) and one.community_id in where and one.account_id in world.staff
        for one in world.findings
    )


def phones(world: World) -> bool:
    """The course has a finding of a telephone number."""
    where = world.truth("leaked_phones").community_ids
    return any(one.rule == "privacy.phone_number" and one.community_id in where for one in world.findings)


def leavers(world: World) -> bool:
    """An anomaly says that more people left the group than usual in the last week."""
    where = world.truth("leavers_after_event").community_ids
    return any(
        found.measure == "leaves" and found.community_id in where and not found.fell
        for found in world.anomalies()
        if found.period == WEEKS[-1]
    )


def quiet_flagged(world: World) -> bool:
    """The quiet group, which is fine, has an anomaly or a finding graver than minor: always a false alarm."""
    where = world.truth("quiet_group_is_fine").community_ids
    odd = any(found.community_id in where for found in world.anomalies())
    grave = any(one.community_id in where and one.severity in ("critical", "major") for one in world.findings)
    return odd or grave


QUESTIONS = {
    "evening_posts_stop": evenings_stop,
    "spammer_across_groups": spammer,
    "slow_operator": slow_operator,
    "advertising_claim": claims,
    "leaked_phones": phones,
    "leavers_after_event": leavers,
    "quiet_group_is_fine": quiet_flagged,
}


def noticed(world: World, kind: str) -> tuple[int, int]:
    """Return how many of the planted messages of a truth have any finding, and how many there are."""
    flagged = {(one.community_id, one.account_id, one.at) for one in world.findings}
    evidence = world.truth(kind).evidence
    hits = sum((one.community_id, one.account_id, _micros(one.at)) in flagged for one in evidence)
    return hits, len(evidence)


def _micros(at: str) -> int:
    return int(dt.datetime.fromisoformat(at).timestamp()) * 1_000_000


def share(hits: int, of: int) -> str:
    if of == 0:
        return "-"
    low, high = (float(bound) for bound in wilson(hits, of))
    return f"{hits}/{of} = {hits / of:.2f} [{low:.2f}, {high:.2f}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--effect", type=float, default=1.0)
    parser.add_argument("--json", type=Path, help="also write every answer here")
    wanted = parser.parse_args()
    answers: list[dict[str, object]] = []
    worlds: dict[bool, list[World]] = {True: [], False: []}
    try:
        for seed in range(wanted.first, wanted.first + wanted.seeds):
            for effect in (wanted.effect, 0.0):
                answers.append(tried(worlds, seed, effect))
                print(json.dumps(answers[-1]), flush=True)
    except KeyboardInterrupt:
        print("stopped: the figures are of the worlds above")
    report(worlds, answers, wanted.effect)
    if wanted.json:
        wanted.json.write_text(json.dumps(answers, indent=1), encoding="utf-8")


def tried(worlds: dict[bool, list[World]], seed: int, effect: float) -> dict[str, object]:
    """Run one world, keep it, and return what the report said of it."""
    with tempfile.TemporaryDirectory() as folder:
        world = run(Path(folder) / "demo", seed, effect)
    worlds[effect > 0].append(world)
    said = {kind: ask(world) for kind, ask in QUESTIONS.items()}
    noted = {kind: noticed(world, kind) for kind in WHAT_PLANTED}
    return {"seed": seed, "effect": effect, "seconds": round(world.seconds, 1), **said, "messages_noticed": noted}


def report(worlds: dict[bool, list[World]], answers: list[dict[str, object]], effect: float) -> None:
    print(f"\neffect {effect:g}: {len(worlds[True])} worlds planted, {len(worlds[False])} clean\n")
    print("| truth | hits | false alarms |\n|---|---|---|")
    for kind in QUESTIONS:
        by = {
            planted: [bool(one[kind]) for one in answers if (one["effect"] != 0.0) == planted]
            for planted in (True, False)
        }
        if kind == "quiet_group_is_fine":
            print(f"| {kind} (any flag is false) | - | {share(sum(by[True] + by[False]), len(by[True] + by[False]))} |")
        else:
            print(f"| {kind} | {share(sum(by[True]), len(by[True]))} | {share(sum(by[False]), len(by[False]))} |")
    print("\n| planted messages with a finding | |\n|---|---|")
    for kind in WHAT_PLANTED:
        pairs = [noticed(world, kind) for world in worlds[True]]
        print(f"| {kind} | {share(sum(hit for hit, _ in pairs), sum(of for _, of in pairs))} |")
    messages = sum(world.messages for world in worlds[False])
    rules = Counter(one.rule for world in worlds[False] for one in world.findings)
    print(f"\nfindings in {messages:,} clean messages, by rule:")
    for rule, count in rules.most_common():
        print(f"  {rule}: {count} ({1000 * count / messages:.2f} per 1,000)")
    odd = Counter(
        (found.measure, "fell" if found.fell else "rose") for world in worlds[False] for found in world.anomalies()
    )
    tests = sum(len(WEEKS) * len(world.truths.messages) for world in worlds[False])
    print(
        f"anomalies in clean worlds over {tests} community-weeks (five measures each): {sum(odd.values())} {dict(odd)}"
    )


if __name__ == "__main__":
    main()
