"""Use case: a compliance pack: what was inspected, found and decided in a period, clause by clause, with hashes.

The same acts and decisions make the same bytes; only MADE.txt says when, and no hash covers it.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING

import msgspec

from qunjian.engines.arrow import spare_pandas
from qunjian.lake.narrowing import narrow
from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.model.progress import silent
from qunjian.reports.build import build
from qunjian.reports.render_html import render_html
from qunjian.reports.report import Report
from qunjian.runs.inspection import chosen_edition
from qunjian.runs.report_facts import fetched
from qunjian.runs.reporting import gather
from qunjian.standards.citations import citation_in
from qunjian.standards.clauses import load_laws, matrix
from qunjian.text.pseudonyms import Pseudonyms
from qunjian.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from qunjian.assessment.compliance import Tally
    from qunjian.model.decisions import Decisions
    from qunjian.model.progress import Progress
    from qunjian.reports.material import Material
    from qunjian.runs.report_scope import Wish
    from qunjian.standards.editions import Edition

_STEP = Phrase("汇集合规包", "gathering the compliance pack")
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_FINDINGS = """
SELECT f.finding_id, f.rule, f.severity, f.category, f.basis, f.community_id, f.account_id, f.sent_at, f.confidence,
       hex(f.content_hash) AS hash
FROM finding f WHERE f.act_id = $1 AND f.sent_at >= $2 AND f.sent_at < $3
ORDER BY f.rule, f.sent_at, f.finding_id
"""


class Pack(msgspec.Struct, frozen=True):
    """A pack: its bytes, the report it holds, and what it rests on; `seal` is the hash of SHA256SUMS."""

    body: bytes
    report: Report
    run: str
    communities: tuple[str, ...]
    messages: int
    findings: int
    seal: str


def compliance_pack(
    workspace: Workspace, wish: Wish, made: str, more: Mapping[str, bytes], progress: Progress = silent
) -> Pack:
    """Return the pack of a finished period; `more`: files of whoever asks (an audit log); `made`: what MADE.txt says.

    Everything is judged as of the end of the period: silences, expected exports.
    """
    spare_pandas()
    progress(_STEP, 0, 3)
    first = gather(workspace, wish)
    if first.unfinished:
        raise BadInputError(
            Phrase(f"{first.period.name} 还没有结束", f"{first.period.name} is not over yet"),
            todo=Phrase("等它结束后再做合规包", "make the pack when it is over"),
        )
    if first.run is None:
        raise BadInputError(
            Phrase(f"{first.period.name} 没有质检过", f"{first.period.name} was not inspected"),
            todo=Phrase("先质检，再做合规包", "inspect it first, then make the pack"),
        )
    starts, ends = first.period.bounds(first.zone)
    then = Workspace.open(workspace.root, clock=lambda: ends)
    progress(_STEP, 1, 3)
    material = gather(then, msgspec.structs.replace(wish, period=first.period.name))
    run = str(material.run)
    edition = chosen_edition(then, first.standard.id, None, first.period.first)
    report = msgspec.structs.replace(build(wish.preset, material, wish.language), made_at="MADE.txt")
    found = _findings(then, wish, run, (starts, ends), material.decisions)
    files = {
        "report.html": render_html(report),
        "coverage.csv": _sheet(*_coverage(material)),
        "findings.csv": _sheet(*found),
        "clauses.csv": _sheet(*_clauses(material, edition, wish)),
        "decisions.csv": _sheet(*_decisions(material.decisions, {str(row[0]) for row in found[1]})),
        "imports.csv": _sheet(*_imports(material)),
        "standard.json": _standard(material, edition),
        "README.txt": _readme(material, run).encode(),
        **more,
    }
    progress(_STEP, 2, 3)
    sums = "".join(f"{hashlib.sha256(body).hexdigest()}  {name}\n" for name, body in sorted(files.items())).encode()
    body = _zipped(files | {"SHA256SUMS": sums, "MADE.txt": made.encode()})
    return Pack(
        body, report, run, tuple(each.community_id for each in first.communities),
        sum(each.messages for each in material.communities), sum(each.findings for each in material.counts),
        hashlib.sha256(sums).hexdigest(),
    )  # fmt: skip


def _zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, body in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            archive.writestr(entry, body)
    return out.getvalue()


def _sheet(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a sheet that Excel reads as it stands; what looks like a formula is text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _cell(value: object) -> str:
    if isinstance(value, dt.datetime):
        return f"{value.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") and len(text) > 1 else text


def _coverage(material: Material) -> tuple[Sequence[str], list[Sequence[object]]]:
    head = ("community", "name", "registered", "messages", "media_not_inspected", "speakers", "first", "last")
    return head, [
        (each.community_id, each.name, each.registered, each.messages, each.unread_media, each.speakers, each.first,
         each.last)
        for each in sorted(material.communities, key=lambda each: each.community_id)
    ]  # fmt: skip


def _findings(
    workspace: Workspace, wish: Wish, run: str, span: tuple[dt.datetime, dt.datetime], decisions: Decisions
) -> tuple[Sequence[str], list[Sequence[object]]]:
    head = ("finding", "rule", "severity", "category", "basis", "community", "account", "sent_at", "confidence",
            "message_sha", "standing")  # fmt: skip
    known = Pseudonyms((workspace.lake.root / "erasure.key").read_bytes())
    verdicts = {each.finding_id: each.verdict for each in sorted(decisions.reviews, key=lambda each: each.at)}
    with closing(workspace.lake.session()) as session:
        if wish.communities:
            narrow(session, wish.communities)
        rows = fetched(session, _FINDINGS, [run, *span])
    return head, [
        (finding, rule, severity, category, basis, known.group(community) if wish.pseudonyms else community,
         known.account(account), at, confidence, content, verdicts.get(finding, "awaiting"))
        for finding, rule, severity, category, basis, community, account, at, confidence, content in rows
    ]  # fmt: skip


def _clauses(material: Material, edition: Edition, wish: Wish) -> tuple[Sequence[str], list[Sequence[object]]]:
    """Return every clause the standard's rules or questions bear on, also those nothing was found of."""
    head = ("law", "version", "clause", "gist", "verified", "rules", "findings", "confirmed", "refuted", "awaiting",
            "silenced", "asked_of_people")  # fmt: skip
    own: dict[str, list[Tally]] = {}
    for tally in material.counts:
        own.setdefault(tally.rule, []).append(tally)
    rows: list[Sequence[object]] = []
    for row in matrix(load_laws(), edition.rules):
        if not row.rules and not row.questions:
            continue
        counts = [tally for rule in row.rules for tally in own.get(rule.id, ())]
        asked = row.clause.ask.phrase.said(wish.language) if row.clause.ask else ""
        rows.append(
            (citation_in(wish.language, row.law.law), row.law.version, row.clause.article,
             row.clause.title.phrase.said(wish.language), row.clause.verified, " ".join(rule.id for rule in row.rules),
             sum(each.findings for each in counts), sum(each.confirmed for each in counts),
             sum(each.refuted for each in counts), sum(each.awaiting for each in counts),
             sum(each.silenced for each in counts), asked)
        )  # fmt: skip
    return head, rows


def _decisions(decisions: Decisions, findings: Collection[str]) -> tuple[Sequence[str], list[Sequence[object]]]:
    head = ("kind", "at", "about", "what", "who", "note")
    rows: list[Sequence[object]] = [
        *(("review", each.at, each.finding_id, each.verdict, each.reviewer, each.note)
          for each in sorted(decisions.reviews, key=lambda each: (each.at, each.finding_id))
          if each.finding_id in findings),
        *(("silence", each.expires, each.community_id or "*", each.rule, each.owner, each.reason)
          for each in decisions.silences),
        *(("announcement", each.on, each.standard, "announced", each.person, "") for each in decisions.announcements),
        *(("in_force", each.starts, each.standard, each.version, "", "") for each in decisions.in_force),
    ]  # fmt: skip
    return head, rows


def _imports(material: Material) -> tuple[Sequence[str], list[Sequence[object]]]:
    head = ("act", "file", "format", "imported", "read", "kept", "duplicate", "rejected", "first", "last")
    return head, [
        (each.act_id, each.name, each.format, each.imported, each.read, each.kept, each.duplicate, each.rejected,
         each.first, each.last)
        for each in material.files
    ]  # fmt: skip


def _standard(material: Material, edition: Edition) -> bytes:
    """Return the standard and its rules whole; the version states which text findings were made under."""
    told = {
        "inspected_under": material.version,
        "version_of_this_text": edition.version,
        "standard": material.standard.model_dump(mode="json", by_alias=True),
        "rules": [rule.model_dump(mode="json", by_alias=True, exclude={"samples"}) for rule in edition.rules],
    }
    return msgspec.json.format(msgspec.json.encode(told, order="deterministic"), indent=1) + b"\n"


def _readme(material: Material, run: str) -> str:
    period = material.period
    last = period.after - dt.timedelta(days=1)
    return f"""合规包 Compliance pack
期间 period: {period.name} ({period.first} – {last}), {material.zone}
标准 standard: {material.standard.id} {material.version}
质检 inspection: {run}

核对 How to check, in this folder (unpacked):
    sha256sum -c SHA256SUMS          (macOS: shasum -a 256 -c SHA256SUMS)
每一行应为 OK。MADE.txt 只说明何时生成，不在校验之列；用同样的导入、质检和决定重做一次，其余文件逐字节相同。
Every line must say OK. MADE.txt only says when the pack was made and is not covered; made again from the same imports,
inspection and decisions, every other file has the same bytes.

coverage.csv   检查了什么：每个社群的消息数、没有检查的媒体
               what was inspected, and media nobody looked at
findings.csv   发现：规则、依据、时间、消息内容的哈希、处理结果
               findings: rule, basis, time, hash of the message, standing
clauses.csv    逐条：哪些规则查它、发现多少、结论如何（0 也列出）
               clause by clause: rules, findings, standings; zeros too
decisions.csv  人的决定：复核、静音（到期日）、公布、施行
               what people decided: reviews, silences (expiry), announcements, standards in force
imports.csv    来源文件 · the files it rests on
standard.json  当时的标准与规则全文 · the standard and its rules, whole
report.html    同期报告 · the report of the period
audit.jsonl    控制台审计记录的摘录；audit-check.txt 是链的校验结果
               extract of the console's audit log; audit-check.txt: its verification

message_sha 是消息（作者、时间、内容）的指纹：有原始导出者可以核对证据；从它读不出内容，但能确认一字不差的猜测。
时间为 UTC。findings.csv 里的账号一律为本工作区的代号。
message_sha is a fingerprint of a message (author, time, words): whoever holds the export can check the evidence. It
cannot be read back, though it confirms a guess that is right in everything. Times are UTC. Accounts in findings.csv are
always pseudonyms of this workspace.
"""
