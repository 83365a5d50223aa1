"""What this report rests on and what it does not know: groups expected and received, files, silences, gaps, media."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.insight.signs.record import KINDS
from qunjian.reports.parts.cells import count, listing, text
from qunjian.reports.parts.overdue import overdue
from qunjian.reports.report import Cell, Column, Paragraph, ReportPart, Table
from qunjian.reports.words import NONE, visible

if TYPE_CHECKING:
    from qunjian.reports.context import Context
    from qunjian.reports.material import CommunityFacts
    from qunjian.reports.report import Block

MOST_FILES = 200
MOST_ROWS = 60


def coverage(context: Context) -> ReportPart:
    """Return the coverage part."""
    words = context.words
    tables = [make(context) for make in (_groups, overdue, _signs, _gaps, _media, _pictures, _unknown, _files)]
    blocks: list[Block] = [Paragraph(_expected(context)), *(table for table in tables if table)]
    lead = words.say(
        "没有收到的、没有检查的、来源说不清的，都在这里；它们不是零。",
        "What was not received, not inspected, or cannot be known from the sources; none of it is zero.",
    )
    return ReportPart("coverage", words.say("覆盖与未知", "Coverage and unknowns"), lead, tuple(blocks))


def _expected(context: Context) -> str:
    words = context.words
    registered = [each for each in context.material.communities if each.registered]
    if not registered:
        return words.say(
            "没有社群登记表（decisions/register），无法知道应收哪些社群；下面只列实际收到的。",
            "There is no register of groups (decisions/register), so which ones to expect is unknown; "
            "those received are listed.",
        )
    received = sum(1 for each in registered if each.messages)
    extra = sum(1 for each in context.present if not each.registered)
    return words.say(
        f"登记 {len(registered)} 个社群，本期收到 {received} 个，缺 {len(registered) - received} 个；"
        f"另有 {extra} 个未登记。",
        f"{len(registered)} groups are registered; {received} were received in this "
        f"period, {len(registered) - received} were not; "
        f"{extra} more are not registered.",
    )


def _groups(context: Context) -> Table | None:
    words, material = context.words, context.material
    exporters = {each.community_id: each.exporter for each in material.decisions.register}
    ordered = sorted(
        material.communities,
        key=lambda each: (bool(each.messages), not each.registered, -each.messages, each.community_id),
    )
    return listing(
        "expected",
        words.say("应收与实收", "Expected and received"),
        (
            Column("community", words.say("社群", "Group")),
            Column("registered", words.say("登记", "Registered")),
            Column("state", words.say("状态", "State")),
            Column("messages", words.say("本期消息", "Messages"), "number"),
            Column("first", words.say("最早记录", "First record"), "date"),
            Column("last", words.say("最新记录", "Last record"), "date"),
            Column("zone", words.say("时区", "Zone")),
            Column("exporter", words.say("导出人", "Exporter")),
        ),
        ordered,
        lambda each: (
            text(context.name(each.community_id)),
            text(
                words.say("是", "yes") if each.registered else words.say("否", "no"),
                "plain" if each.registered else "muted",
            ),
            _state(context, each),
            count(each.messages, words),
            text(words.moment(each.first, each.zone)),
            text(words.moment(each.last, each.zone)),
            text(each.zone),
            text(context.colleagues(exporters.get(each.community_id, "")) or NONE, "muted"),
        ),
        most=MOST_FILES,
        folded=len(ordered) > 20,
    )


def _state(context: Context, facts: CommunityFacts) -> Cell:
    words = context.words
    if facts.messages:
        return text(words.say("已收到", "received"), "good")
    if facts.ever:
        return text(words.say("本期无消息", "nothing in this period"), "warn")
    return text(words.say("从未收到", "never received"), "bad")


def _signs(context: Context) -> Table | None:
    words, signs = context.words, context.material.signs
    return listing(
        "signs",
        words.say("值得核对的迹象", "Signs worth checking"),
        (
            Column("community", words.say("社群", "Group")),
            Column("kind", words.say("迹象", "Sign")),
            Column("first", words.say("从", "From"), "date"),
            Column("last", words.say("到", "To"), "date"),
            Column("what", words.say("看到什么", "What is seen")),
            Column("expected", words.say("偶然出现的期望次数", "Expected by chance"), "number", 6),
        ),
        signs,
        lambda each: (
            text(context.name(each.community_id)),
            text(words.said(KINDS[each.kind])),
            text(words.moment(each.first)),
            text(words.moment(each.last)),
            text(visible(words.said(each.words))),
            text(NONE, "muted")
            if each.expected is None
            else Cell(float(f"{each.expected:.2g}"), f"{each.expected:.2g}"),
        ),
        note=words.say(
            "只是证据，由人判断，不是对任何人的指责；先向源头再要一份导出。判断方法见文档“数据可信吗”。",
            "Evidence for people to judge, no accusation: ask the source for the export again. How each is judged: see "
            "the docs, 'Can the data be trusted?'.",
        ),
        most=MOST_ROWS,
    )


def _gaps(context: Context) -> Table | None:
    words, gaps = context.words, context.material.gaps
    return listing(
        "gaps",
        words.say("重叠导出之间的差异", "Where overlapping exports differ"),
        (
            Column("community", words.say("社群", "Group")),
            Column("messages", words.say("条数", "Messages"), "number"),
            Column("has", words.say("这份有", "This file has")),
            Column("lacks", words.say("这份没有", "This one lacks")),
            Column("first", words.say("最早", "First"), "date"),
            Column("last", words.say("最晚", "Last"), "date"),
        ),
        gaps,
        lambda each: (
            text(context.name(each.community_id)),
            count(each.messages, words),
            text(visible(each.has)),
            text(visible(each.lacks)),
            text(words.moment(each.first)),
            text(words.moment(each.last)),
        ),
        note=words.say(
            "两份导出都覆盖的时间里，一份有而另一份没有的消息：可能被撤回、删除，或导出不全。",
            "Messages one export has and the other lacks within the hours both cover: recalled, "
            "deleted, or an incomplete export.",
        ),
        most=MOST_ROWS,
    )


def _media(context: Context) -> Table | None:
    words = context.words
    rows = sorted(
        (each for each in context.present if each.unread_media),
        key=lambda each: (-each.unread_media, each.community_id),
    )
    return listing(
        "media",
        words.say("未检查的媒体", "Media not inspected"),
        (
            Column("community", words.say("社群", "Group")),
            Column("unread", words.say("未检查", "Not inspected"), "number"),
            Column("messages", words.say("本期消息", "Messages"), "number"),
            Column("share", words.say("占比", "Share"), "percent"),
        ),
        rows,
        lambda each: (
            text(context.name(each.community_id)),
            count(each.unread_media, words),
            count(each.messages, words),
            Cell(round(each.unread_media / each.messages, 4), words.percent(each.unread_media / each.messages)),
        ),
        note=words.say(
            "图片、语音、视频等没有文字的消息，文字规则看不见；合规结论不包括它们。",
            "Images, voice, video and other messages without text are invisible to text rules: no "
            "compliance figure covers them.",
        ),
        most=MOST_ROWS,
    )


def _pictures(context: Context) -> Table | None:
    words = context.words
    return listing(
        "pictures",
        words.say("图片读了多少", "Pictures read"),
        (
            Column("community", words.say("社群", "Group")),
            Column("pictures", words.say("图片", "Pictures"), "number"),
            Column("read", words.say("读了（码与名单）", "Read (codes and lists)"), "number"),
            Column("codes", words.say("有码", "With codes"), "number"),
            Column("text", words.say("认过文字", "Text looked for"), "number"),
            Column("why", words.say("没有读的原因", "Why others were not")),
        ),
        context.material.pictures,
        lambda each: (
            text(context.name(each.community_id)),
            count(each.pictures, words),
            count(each.read, words),
            count(each.with_codes, words),
            count(each.text_read, words),
            text(words.listed([f"{words.said(why)} {number}" for why, number in each.unread]) or NONE, "muted"),
        ),
        note=words.say(
            "读到的是二维码和与名单是否相像；图里的文字只有装了并要求 OCR 才认，画面内容没有人看过。",
            "What is read are codes and likeness to a list; text in pictures only where OCR is installed and asked "
            "for. Nobody has looked at what they show.",
        ),
        most=MOST_ROWS,
    )


def _unknown(context: Context) -> Table | None:
    words = context.words
    reasons: dict[tuple[str, str], list[str]] = {}
    for value in context.material.values:
        if value.unknown and value.account_id is None:
            reasons.setdefault((value.indicator, value.unknown), []).append(value.community_id)
    ordered = sorted(reasons.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return listing(
        "unknown",
        words.say("未知的指标", "Unknown indicators"),
        (
            Column("indicator", words.say("指标", "Indicator")),
            Column("groups", words.say("社群数", "Groups"), "number"),
            Column("why", words.say("原因", "Why")),
            Column("which", words.say("哪些", "Which")),
        ),
        ordered,
        lambda each: (
            text(context.title(each[0][0])),
            count(len(each[1]), words),
            text(context.reason(each[0][1])),
            text(words.listed([context.name(name) for name in sorted(set(each[1]))]), "muted"),
        ),
        most=MOST_ROWS,
    )


def _files(context: Context) -> Table | None:
    words, material = context.words, context.material
    starts, ends = material.period.bounds(material.zone)
    files = [
        each
        for each in material.files
        if each.first is None or each.last is None or (each.first < ends and each.last >= starts)
    ]
    others = len(material.files) - len(files)
    return listing(
        "files",
        words.say("导入的文件", "Files imported"),
        (
            Column("file", words.say("文件", "File")),
            Column("format", words.say("格式", "Format")),
            Column("exporter", words.say("提供者", "Supplied by")),
            Column("read", words.say("读到", "Read"), "number"),
            Column("kept", words.say("收下", "Kept"), "number"),
            Column("duplicate", words.say("重复", "Duplicate"), "number"),
            Column("rejected", words.say("拒绝", "Rejected"), "number"),
            Column("first", words.say("最早", "First"), "date"),
            Column("last", words.say("最晚", "Last"), "date"),
            Column("zone", words.say("时区（依据）", "Zone (basis)")),
            Column("warnings", words.say("提醒", "Warnings")),
        ),
        files,
        lambda each: (
            text(visible(each.name)),
            text(each.format),
            text(context.colleagues(each.exporter) or NONE),
            count(each.read, words),
            count(each.kept, words),
            count(each.duplicate, words),
            count(each.rejected, words, "warn" if each.rejected else "plain"),
            text(words.moment(each.first)),
            text(words.moment(each.last)),
            text(f"{each.zone} ({_basis(context, each.zone_basis)})"),
            text(visible("; ".join(each.warnings)), "muted"),
        ),
        note=words.say(
            f"另有 {others:,} 个文件里没有本期的记录，这里不列；全部文件见 qunjian imports。",
            f"{others:,} more files hold nothing of this period and are not listed; all: qunjian imports.",
        )
        if others
        else "",
        most=MOST_FILES,
        folded=True,
    )


def _basis(context: Context, basis: str) -> str:
    named = {"stated": ("来源写明", "stated"), "asked": ("人指定", "asked"), "default": ("默认", "default")}
    return context.words.say(*named.get(basis, (basis, basis)))
