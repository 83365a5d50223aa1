"""Use case: gather everything a report rests on, build it from a preset, and write it in the formats asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from qunjian.aggregates.persons import join_persons
from qunjian.assessment.communities import Grounds, Subject, score_community
from qunjian.assessment.compliance import counts_of
from qunjian.assessment.operators import Held, duties_within, score_person
from qunjian.assessment.points import Named
from qunjian.assessment.ranking import rank
from qunjian.assessment.scorecard import NOTHING
from qunjian.engines.arrow import spare_pandas
from qunjian.indicators.measure import measure
from qunjian.indicators.persons import service_by_person
from qunjian.indicators.reasons import REASONS
from qunjian.indicators.registry import INDICATORS
from qunjian.insight.anomaly import anomalies
from qunjian.insight.compare import baseline, compare_all
from qunjian.insight.holidays import CHINESE_ZONES
from qunjian.insight.signs.reading import read_signs
from qunjian.insight.signs.record import INCOMPLETE
from qunjian.lake.narrowing import narrow
from qunjian.model.errors import BadInputError, UnknownNameError
from qunjian.model.language import Language, Phrase
from qunjian.model.periods import Period, parse_period, period_of
from qunjian.model.progress import Progress, silent
from qunjian.model.records import Value
from qunjian.reports.build import PERIODS, build, find_preset
from qunjian.reports.context import MOST_SECTIONS, Context
from qunjian.reports.material import IndicatorFacts, Material, Newer, RuleFacts, Service
from qunjian.reports.render_html import render_html
from qunjian.reports.render_json import render_json
from qunjian.reports.render_md import render_md
from qunjian.reports.render_xlsx import render_xlsx
from qunjian.runs.inspection import chosen_edition, surroundings
from qunjian.runs.registering import received
from qunjian.runs.report_facts import (
    Extent,
    community_facts,
    extents,
    fetched,
    read_record,
    span_table,
)
from qunjian.runs.report_findings import Findings, inspection_of, read_findings
from qunjian.runs.report_period import default_period
from qunjian.runs.report_pictures import read_pictures
from qunjian.runs.report_pseudonyms import learn_names, pseudonymous
from qunjian.runs.report_rules import read_rules_done
from qunjian.runs.report_scope import ANY, Wish, narrowed, require_known
from qunjian.runs.report_shapes import Words, read_slots, shapes
from qunjian.runs.report_sources import read_files, read_gaps
from qunjian.runs.starting import WEEKS as STARTER_WEEKS
from qunjian.runs.starting import read_starters
from qunjian.text.pseudonyms import Pseudonyms

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from qunjian.assessment.compliance import Tally
    from qunjian.assessment.scorecard import Scorecard
    from qunjian.engines.local import Session
    from qunjian.insight.signs.record import Sign
    from qunjian.insight.starters import Starter
    from qunjian.model.decisions import Decisions
    from qunjian.model.records import Act
    from qunjian.reports.material import CommunityFacts
    from qunjian.reports.report import Report
    from qunjian.standards.editions import Edition
    from qunjian.standards.schema import Standard
    from qunjian.workspace import Workspace

RENDERERS: dict[str, Callable[[Report], bytes]] = {
    "html": render_html,
    "xlsx": render_xlsx,
    "json": render_json,
    "md": render_md,
}
# Shown for every group beside what the standard asks for.
ALWAYS = (
    "posts",
    "speakers",
    "daily_speakers",
    "members",
    "active_ratio",
    "posts_per_speaker",
    "reply_rate",
    "gini_speakers",
    "staff_share",
    "new_speakers",
    "dormant_speakers",
    "joins",
    "leaves",
    "net_growth",
    "silent_members",
    "media_coverage",
)
WEEKS_TESTED = 12
GATHER = Phrase("汇集数据", "gathering")
DRAW = Phrase("绘制报告", "drawing")


class Written(msgspec.Struct, frozen=True):
    """What `report --json` says."""

    preset: str
    period: str
    first: dt.date
    last: dt.date
    unfinished: bool
    standard: str
    version: str
    language: str
    files: dict[str, str]
    communities: int
    messages: int
    findings: int
    scored: int
    newer: Newer | None = None


def write_report(
    workspace: Workspace,
    *,
    preset: str = "weekly",
    period: str | None = None,
    folder: Path | None = None,
    formats: Sequence[str] = ("html", "xlsx"),
    language: Language = "zh",
    progress: Progress = silent,
) -> Written:
    """Write a report's files into `folder` (default: the workspace's reports) and return what they hold."""
    find_preset(preset)
    spare_pandas()
    for name in formats:
        if name not in RENDERERS:
            raise UnknownNameError(Phrase("报告格式", "report format"), name, RENDERERS)
    progress(GATHER, 0, 2)
    material = gather(workspace, Wish(preset, period))
    progress(DRAW, 1, 2)
    report = build(preset, material, language)
    target = folder or workspace.reports
    target.mkdir(parents=True, exist_ok=True)
    files = {}
    for name in formats:
        suffix = "" if language == "zh" else f".{language}"
        path = target / f"qunjian-{preset}-{material.period.name}{suffix}.{name}"
        draft = path.with_name(path.name + ".draft")
        draft.write_bytes(RENDERERS[name](report))
        draft.replace(path)
        files[name] = str(path)
    progress(DRAW, 2, 2)
    present = [each for each in material.communities if each.messages]
    return Written(
        preset,
        material.period.name,
        material.period.first,
        material.period.after - dt.timedelta(days=1),
        material.unfinished,
        material.standard.id,
        material.version,
        language,
        files,
        len(present),
        sum(each.messages for each in present),
        sum(tally.counted for tally in material.counts),
        sum(card.score.status == "scored" for card in material.scorecards),
        material.newer,
    )


def gather(workspace: Workspace, wish: Wish = ANY) -> Material:
    """Return the material of a report over a period (default: the newest finished one, see `report_period`)."""
    words = Words()
    session: Session | None = None
    try:
        session = workspace.lake.session()
        decisions = join_persons(session, workspace.decisions())
        if wish.pseudonyms:
            learn_names(session, decisions)
        if wish.communities:
            require_known(session, wish.communities, decisions)
            narrow(session, wish.communities)
            decisions = narrowed(decisions, wish.communities)
        reach = extents(session)
        now, zone = workspace.clock(), workspace.settings.zone
        period, newer = _period(session, reach, wish.preset, wish.period, now, zone)
        material = _Gathering(workspace, session, decisions, reach, period, now, words, wish).material()
        material = msgspec.structs.replace(material, newer=newer)
        if not wish.pseudonyms:
            return material
        key = (workspace.lake.root / "erasure.key").read_bytes()
        return pseudonymous(session, material, Pseudonyms(key))
    finally:
        words.close()
        if session is not None:
            session.close()


def _period(
    session: Session, reach: Mapping[str, Extent], preset: str, asked: str | None, now: dt.datetime, zone: str
) -> tuple[Period, Newer | None]:
    by = PERIODS[preset]
    if asked is None:
        found = default_period(session, reach, now, zone, by)
        if found is None:
            raise BadInputError(
                Phrase("工作区里还没有消息", "the workspace holds no message yet"),
                todo=Phrase("先运行 qunjian import", "first run: qunjian import PATH"),
            )
        return found
    period = parse_period(asked)
    if period.by != by:
        wanted = period_of(period.first, by).name
        raise BadInputError(
            Phrase(f"“{preset}”报告的周期不能是 {asked}", f"{asked} is not a period of the {preset} report"),
            todo=Phrase(f"写成 {wanted}", f"write {wanted}"),
        )
    return period, None


class _Gathering:
    """One gathering under way: the session, the edition, and what was read so far."""

    def __init__(
        self,
        workspace: Workspace,
        session: Session,
        decisions: Decisions,
        reach: dict[str, Extent],
        period: Period,
        now: dt.datetime,
        words: Words,
        wish: Wish,
    ) -> None:
        self._words, self._every, standard = words, wish.every, wish.standard
        self._workspace, self._session, self._reach, self._now = workspace, session, reach, now
        self._period, self._before = period, baseline(period)
        self._decisions = decisions
        self._zone = workspace.settings.zone
        self._today = now.astimezone(ZoneInfo(self._zone)).date()
        acts = [act for act in workspace.lake.acts("inspect") if standard in (None, act.parameters.get("standard"))]
        self._act: Act | None = inspection_of(acts, period)
        if standard is not None and self._act is None:
            raise _not_inspected(period, standard)
        self._edition: Edition = self._find_edition()
        self._capabilities = workspace.lake.all_capabilities(session)
        self._around = surroundings(session, self._edition, self._decisions, self._zone)

    def _find_edition(self) -> Edition:
        """Return the edition the inspection ran under where it can still be found, else the one in force then."""
        day = min(self._today, self._period.after - dt.timedelta(days=1))
        name, version = (str(self._act.parameters.get(key, "")) if self._act else "" for key in ("standard", "version"))
        try:
            found = chosen_edition(self._workspace, name or None, self._decisions, day, version)
            return found._replace(standard=_changed_since(found, version)) if version else found
        except BadInputError:
            instead = chosen_edition(self._workspace, None, self._decisions, day)
        return instead._replace(standard=_standing_in(instead.standard, name))

    def material(self) -> Material:
        """Read, score and compare everything; the signs, which rest on nothing else, are read meanwhile."""
        zones = {name: self._around.zones.get(name, self._zone) for name in self._reach}
        with ThreadPoolExecutor(1) as aside:
            return self._material(zones, aside.submit(self._signs, zones))

    def _material(self, zones: dict[str, str], read: Future[tuple[Sign, ...]]) -> Material:
        period = self._period
        self._session.connection.register("report_span", span_table(zones, period.first, period.after))
        slots = read_slots(self._session)
        all_shown = self._every or len(slots) <= MOST_SECTIONS
        if all_shown:  # each has its section: which words to count is known before anything else
            self._ask_words(slots)
        record = read_record(self._session, self._reach, zones, period, self._capabilities)
        values, before = self._values(zones)
        now_by = _by_community(values)
        facts = community_facts(
            self._session,
            record,
            self._decisions,
            period,
            self._before,
            self._capabilities,
            _numbers(now_by, "members"),
            _numbers(now_by, "speakers"),
            {community: (own.media, own.unread) for community, own in slots.items()},
        )
        found = self._findings()
        version = (
            str(self._act.parameters.get("version", self._edition.version)) if self._act else self._edition.version
        )
        grounds = self._grounds(version)
        units = {name: one.unit for name, one in INDICATORS.items()}
        monday = period.first - dt.timedelta(days=period.first.weekday())
        last = period.after - dt.timedelta(days=1)
        weeks = [monday + dt.timedelta(days=7 * step) for step in range(-WEEKS_TESTED, (last - monday).days // 7 + 1)]
        shown = {name for name in dict.fromkeys((*self._asked(), *ALWAYS)) if name in INDICATORS}
        signs = read.result()
        doubts = _doubts(signs)
        cards, services = self._people(now_by, found, grounds, zones, doubts)
        material = Material(
            period,
            self._zone,
            self._now,
            self._edition.standard,
            version,
            self._decisions,
            facts,
            values,
            before,
            record.daily,
            self._scorecards(facts, now_by, found.counts, grounds, doubts),
            cards,
            compare_all(values, before, units, record.daily, period),
            anomalies(record.daily, weeks, chinese_days=self._zone in CHINESE_ZONES),
            found.counts,
            found.cases,
            (),
            tuple(
                RuleFacts(rule.id, rule.name.phrase, rule.severity, rule.category, rule.citation, rule.hint.phrase)
                for rule in self._edition.rules
            ),
            tuple(
                IndicatorFacts(name, one.title, one.definition, one.unit, one.direction, one.family, one.denominators)
                for name, one in INDICATORS.items()
                if name in shown
            ),
            read_files(self._session, self._decisions),
            read_gaps(self._session),
            signs,
            not period.finished(self._now, self._zone),
            self._act is not None,
            services,
            received=received(self._session),
            pictures=read_pictures(self._session),
            run=self._act.act_id if self._act else None,
            rules_done=read_rules_done(
                self._session,
                self._act,
                self._edition.rules,
                self._decisions.reviews,
                record.daily,
                zones,
                self._around.tags,
                period,
            ),
        )
        context = Context(material, "zh")
        shown_groups = context.present if self._every else context.featured
        if not all_shown:
            self._ask_words([facts.community_id for facts in shown_groups])
        self._session.connection.unregister("report_span")
        since, starters = self._starters(shown_groups)
        return msgspec.structs.replace(
            material, shapes=shapes(slots, self._words.found()), starters=starters, starters_first=since
        )

    def _starters(self, shown: Sequence[CommunityFacts]) -> tuple[dt.date, tuple[Starter, ...]]:
        """Return what starts discussions in the communities that have a section, and the first day it rests on."""
        first = self._period.after - dt.timedelta(weeks=STARTER_WEEKS)
        zones = {facts.community_id: facts.zone for facts in shown}
        days = first, self._period.after
        return first, tuple(read_starters(self._session, self._edition.standard, zones, days, self._bots()))

    def _signs(self, zones: dict[str, str]) -> tuple[Sign, ...]:
        """Return the signs that touch this period; what is silent at its end counts too."""
        starts, ends = self._period.bounds(self._zone)
        with closing(self._session.beside()) as session:
            found = read_signs(session, zones, self._zone, min(ends, self._now))
        return tuple(
            sign
            for sign in found
            if sign.first is None or sign.last is None or (sign.first < ends and sign.last > starts)
        )

    def _ask_words(self, communities: Collection[str]) -> None:
        self._words.ask(self._session, communities, self._bots())

    def _asked(self) -> tuple[str, ...]:
        standard = self._edition.standard
        named = (
            *(aim.id for aim in standard.indicators),
            *(name for goal in standard.goals for name in goal.indicators),
        )
        return tuple(name for name in dict.fromkeys(named) if name in INDICATORS and not INDICATORS[name].parts)

    def _values(self, zones: dict[str, str]) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
        """Return this period's values and those of the period it is compared with."""
        period, before = self._period, self._before
        names = tuple(dict.fromkeys(name for name in (*self._asked(), *ALWAYS) if name in INDICATORS))
        if before.after == period.first:
            rows = self._measure(names, before.first, period.after, zones)
        else:
            rows = (
                *self._measure(names, before.first, before.after, zones),
                *self._measure(names, period.first, period.after, zones),
            )
        return tuple(row for row in rows if row.period == period.name), tuple(
            row for row in rows if row.period == before.name
        )

    def _measure(
        self, names: Sequence[str], first: dt.date, after: dt.date, zones: dict[str, str]
    ) -> tuple[Value, ...]:
        table = measure(
            self._session,
            names,
            by=self._period.by,
            now=self._now,
            first=first,
            after=after,
            zones=zones,
            decisions=self._decisions,
            capabilities=self._capabilities,
            zone=self._zone,
        )
        fields = Value.__struct_fields__
        columns = [table[name].to_pylist() for name in fields]
        parts = table["part"].to_pylist() if "part" in table.column_names else [None] * table.num_rows
        return tuple(Value(*row) for row, part in zip(zip(*columns, strict=True), parts, strict=True) if part is None)

    def _findings(self) -> Findings:
        if self._act is None:
            return Findings((), (), ())
        counts = counts_of(self._edition.rules)
        return read_findings(self._session, self._act, self._decisions, self._around.silences, self._today, counts)

    def _grounds(self, version: str) -> Grounds:
        return Grounds(
            self._edition.standard,
            version,
            self._period,
            {name: Named(one.title, one.unit) for name, one in INDICATORS.items()},
            {rule.id: rule.name.phrase for rule in self._edition.rules},
            lambda code: REASONS.get(code, Phrase(code, code)),
            self._act is not None,
        )

    def _scorecards(
        self,
        facts: Sequence[CommunityFacts],
        values: Mapping[str, dict[str, Value]],
        counts: Sequence[Tally],
        grounds: Grounds,
        doubts: Mapping[str, Phrase],
    ) -> tuple[Scorecard, ...]:
        own: dict[str, list[Tally]] = {}
        for tally in counts:
            own.setdefault(tally.community_id, []).append(tally)
        return rank(
            [
                score_community(
                    Subject(
                        each.community_id,
                        each.name,
                        each.type,
                        self._around.tags.get(each.community_id, ()),
                        each.members,
                        each.messages,
                        each.speakers,
                        each.messages - each.unread_media,
                        doubts.get(each.community_id, NOTHING),
                    ),
                    values.get(each.community_id, {}),
                    own.get(each.community_id, []),
                    grounds,
                )
                for each in facts
                if each.messages
            ]
        )

    def _people(
        self,
        values: Mapping[str, dict[str, Value]],
        found: Findings,
        grounds: Grounds,
        zones: Mapping[str, str],
        doubts: Mapping[str, Phrase],
    ) -> tuple[tuple[Scorecard, ...], tuple[Service, ...]]:
        """Return the scorecards of the people on duty, and their service community by community."""
        duties = duties_within(self._decisions, self._period.first, self._period.after)
        if not duties:
            return (), ()
        people: dict[str, set[str]] = {}
        for duty in duties:
            people.setdefault(duty.community_id, set()).add(duty.person)
        shared = [duty for duty in duties if len(people[duty.community_id]) > 1 and duty.community_id in zones]
        own = service_by_person(
            self._session, shared, self._period, zones=zones, now=self._now, capabilities=self._capabilities,
            bots=self._bots(),
        )  # fmt: skip
        rows = fetched(
            self._session,
            """SELECT m.community_id, m.account_id, count(*) FROM message m JOIN report_span s USING (community_id)
            WHERE m.sent_at >= s.starts AND m.sent_at < s.ends AND list_contains($1, m.account_id) GROUP BY ALL""",
            [sorted({account for duty in duties for account in duty.accounts})],
        )
        written = {(community, account): count for community, account, count in rows}
        cards = []
        served: dict[tuple[str, str], Service] = {}
        for person in sorted({duty.person for duty in duties}):
            held = []
            for duty in duties:
                if duty.person != person:
                    continue
                seen = own.get((duty.community_id, person), values.get(duty.community_id, {}))
                tallies = tuple(
                    tally
                    for tally in found.by_account
                    if tally.community_id == duty.community_id and tally.account_id in duty.accounts
                )
                messages = sum(written.get((duty.community_id, account), 0) for account in duty.accounts)
                held.append(Held(duty, True, messages, seen, tallies))
                served[person, duty.community_id] = Service(
                    person, duty.community_id, len(people[duty.community_id]) > 1, {**seen}
                )
            unsure = [doubts[each.duty.community_id] for each in held if each.duty.community_id in doubts]
            cards.append(score_person(person, held, self._decisions, grounds, next(iter(unsure), NOTHING)))
        return tuple(cards), tuple(service for _, service in sorted(served.items()))

    def _bots(self) -> list[tuple[str, str]]:
        return [key for key, role in self._around.roles.items() if role == "bot"]


def _not_inspected(period: Period, standard: str) -> BadInputError:
    return BadInputError(
        Phrase(
            f"{period.name} 没有按标准“{standard}”质检过",
            f"{period.name} was not inspected under the standard {standard}",
        ),
        todo=Phrase("先按它质检，或不指定标准", "inspect under it first, or name no standard"),
    )


def _standing_in(standard: Standard, lost: str) -> Standard:
    """Return the standard under a title that says whose place it takes: the one inspected under cannot be read."""
    title = standard.name
    zh, en = f"{lost}（已读不到，评分按{title.zh}）", f"{lost} (cannot be read any more; scored under {title.en})"
    return standard.model_copy(update={"name": title.model_copy(update={"zh": zh, "en": en})})


def _changed_since(edition: Edition, version: str) -> Standard:
    """Return the standard under a title that says so where its text is not the one inspected under."""
    if edition.version == version:
        return edition.standard
    title = edition.standard.name
    zh = f"{title.zh}（质检之后改过：发现按 {version}，评分按现在的文本；重新运行 qunjian inspect 可使两者一致）"
    en = f"{title.en} (changed since the inspection: findings under {version}, scores under the text of today; "
    return edition.standard.model_copy(
        update={"name": title.model_copy(update={"zh": zh, "en": f"{en}inspect again to make them agree)"})}
    )


def _doubts(signs: Sequence[Sign]) -> dict[str, Phrase]:
    """Return why the data of a community may not be whole: the first of its signs that says so."""
    found: dict[str, Phrase] = {}
    for sign in signs:
        if sign.kind in INCOMPLETE:
            found.setdefault(sign.community_id, sign.words)
    return found


def _by_community(values: Sequence[Value]) -> dict[str, dict[str, Value]]:
    found: dict[str, dict[str, Value]] = {}
    for value in values:
        found.setdefault(value.community_id, {})[value.indicator] = value
    return found


def _numbers(values: Mapping[str, dict[str, Value]], indicator: str) -> dict[str, int]:
    return {
        community: round(own[indicator].value or 0)
        for community, own in values.items()
        if indicator in own and own[indicator].value is not None
    }
