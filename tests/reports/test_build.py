"""What a report says: parts, masking, standing of findings, people, coverage."""

import datetime as dt
import re

import msgspec
import pytest

from qunjian.model.errors import UnknownNameError
from qunjian.model.language import Language
from qunjian.model.records import Finding
from qunjian.reports.build import PRESETS, build
from qunjian.reports.material import Material
from qunjian.reports.parts.evidence import marked
from qunjian.reports.render_json import render_json
from qunjian.reports.render_md import render_md
from qunjian.reports.report import Evidence, Paragraph, Report, Table
from qunjian.reports.words import visible


def part_table(report: Report, part: str, key: str) -> Table:
    found = next(each for each in report.parts if each.key == part)
    return next(block for block in found.blocks if isinstance(block, Table) and block.key == key)


def sentences(report: Report, part: str) -> list[str]:
    found = next(each for each in report.parts if each.key == part)
    return [block.text for block in found.blocks if isinstance(block, Paragraph)]


def test_parts_come_in_the_order_they_are_read(report: Report) -> None:
    assert [part.key for part in report.parts] == [
        "summary", "ranking", "changes", "findings", "communities", "operators", "rules", "coverage", "definitions",
    ]  # fmt: skip


def test_the_summary_says_what_to_do_first(report: Report) -> None:
    said = sentences(report, "summary")
    assert said[0] == "致命问题“公开身份证号”待复核：夜读会；一经确认即一票否决。"
    assert any("「夜读会」自 2026-W35 起，晚间（18–24 点）发言数异常偏少" in each for each in said)
    assert any("「阳光妈妈群」退群人次异常偏多" in each for each in said)
    assert "登记在册而本期没有收到消息：数码闲聊。" in said


def test_a_critical_finding_awaiting_review_takes_the_rank_but_not_the_score(report: Report) -> None:
    table = part_table(report, "ranking", "scores-like-母婴")
    row = next(row for row in table.rows if row[0].shown == "夜读会")
    assert row[1].shown == "—"
    assert row[2].value is not None
    assert "有致命问题待复核" in row[-1].shown


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_that_identifies_a_member_is_left(material: Material, language: Language) -> None:
    written = (
        render_json(build("weekly", material, language)).decode()
        + render_md(build("weekly", material, language)).decode()
    )
    for secret in (
        "张三丰",
        "李四光",
        "王二麻",
        "周芷若",
        "abc123xyz",
        "13812345678",
        "110101199003077758",
        "wechat:acc3",
        "王小梅",
    ):
        assert secret not in written
    assert "张**" in written


def test_evidence_marks_the_hit_and_keeps_the_context(report: Report) -> None:
    findings = next(part for part in report.parts if part.key == "findings")
    block = next(b for s in findings.sections for b in s.blocks if isinstance(b, Evidence) and b.severity == "critical")
    assert [line.who for line in block.lines] == ["赵*", "周**", "赵*"]
    assert [(piece.text, piece.hit) for piece in block.lines[1].pieces] == [
        ("我的证件：", False), ("110***********7758", True), (" 麻烦登记", False),
    ]  # fmt: skip
    assert block.basis == "《个人信息保护法》第十条（2021-08-20 版）"
    assert block.standing == "待复核"


def test_silenced_findings_stay_listed_with_reason_owner_and_expiry(report: Report) -> None:
    findings = next(part for part in report.parts if part.key == "findings")
    silenced = [b.silenced for s in findings.sections for b in s.blocks if isinstance(b, Evidence) and b.silenced]
    assert silenced == ["已获批准的活动，负责人小陈，到 2026-12-31"]


def test_a_trial_and_a_formal_person(report: Report) -> None:
    rows = {row[0].shown: row for row in part_table(report, "operators", "operators").rows}
    assert {name: row[1].shown for name, row in rows.items()} == {"王**": "正式", "李**": "试算"}
    assert {row[5].value for row in rows.values()} == {2}


def test_without_a_duty_table_people_are_unknown(material: Material) -> None:
    bare = msgspec.structs.replace(
        material, decisions=msgspec.structs.replace(material.decisions, duties=()), operators=()
    )
    assert "没有值班表" in sentences(build("weekly", bare), "operators")[0]


def test_coverage_names_what_was_not_received(report: Report) -> None:
    assert sentences(report, "coverage")[0] == "登记 3 个社群，本期收到 2 个，缺 1 个；另有 1 个未登记。"
    states = {row[0].shown: row[2].shown for row in part_table(report, "coverage", "expected").rows}
    assert states["数码闲聊"] == "从未收到"
    assert part_table(report, "coverage", "unknown").rows[0][2].shown == "没有成员名单，也没有群人数记录"


def test_files_of_other_periods_are_counted_not_listed(material: Material) -> None:
    """The week is 2026-09-14 to 20 in Shanghai: files that end before it or begin after it hold nothing of it."""
    (file,) = material.files
    spans = {"before": (7, 13), "into": (12, 14), "after": (21, 22), "around": (1, 28), "undated": None}
    files = tuple(
        msgspec.structs.replace(
            file, name=name,
            first=span and dt.datetime(2026, 9, span[0], 4, tzinfo=dt.UTC),
            last=span and dt.datetime(2026, 9, span[1], 4, tzinfo=dt.UTC),
        )
        for name, span in spans.items()
    )  # fmt: skip
    table = part_table(build("weekly", msgspec.structs.replace(material, files=files)), "coverage", "files")
    assert [row[0].shown for row in table.rows] == ["into", "around", "undated"]
    assert table.note.startswith("另有 2 个文件")


def test_english_is_whole(material: Material) -> None:
    own = re.compile(r"阳光妈妈群|夜读会|数码闲聊|母婴|数码|奶粉|辅食|微信|怎么|[《》（）].*|.*版）.*")
    report = build("weekly", material, "en")
    texts = [report.title, report.subtitle]
    for part in report.parts:
        texts += [part.title, part.lead]
        for block in part.blocks:
            if isinstance(block, Paragraph):
                texts.append(block.text)
            if isinstance(block, Table):
                texts += [block.title, block.note, *(column.title for column in block.columns)]
    left = [text for text in texts if re.search(r"[\u4e00-\u9fff]", own.sub("", text))]
    assert left == []


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_the_same_material_gives_the_same_report(material: Material, preset: str) -> None:
    assert build(preset, material) == build(preset, material)


def test_an_unknown_preset_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError) as error:
        build("weekley", None)  # type: ignore[arg-type]
    assert error.value.sentence() == "没有名为“weekley”的报告预设。最接近的是：weekly"


@pytest.mark.parametrize(
    ("text", "spans", "expected"),
    [
        ("abcdef", ((2, 4),), [("ab", False), ("cd", True), ("ef", False)]),
        ("abcdef", ((0, 6),), [("abcdef", True)]),
        ("abcdef", ((1, 3), (2, 5)), [("a", False), ("bc", True), ("de", True), ("f", False)]),
        ("abc", ((5, 9),), [("abc", False)]),
        ("x" * 100 + "YY", ((100, 102),), [("…" + "x" * 60, False), ("YY", True)]),
    ],
)
def test_text_is_cut_around_its_hits(
    text: str, spans: tuple[tuple[int, int], ...], expected: list[tuple[str, bool]]
) -> None:
    assert [(piece.text, piece.hit) for piece in marked(text, spans)] == expected


def test_invisible_characters_are_shown() -> None:
    assert visible("a\u202eb\x07c\u200bd\te\r") == "a⟨U+202E⟩b⟨U+0007⟩c⟨U+200B⟩d e⏎"
    assert visible("你好 👨\u200d👩\u200d👧") == "你好 👨\u200d👩\u200d👧"


def test_a_finding_record_is_what_the_lake_holds() -> None:
    assert Finding.__struct_fields__[:4] == ("finding_id", "standard", "version", "rule")


def test_many_groups_stay_usable_with_honest_counts(material: Material) -> None:
    first = material.communities[0]
    card = material.scorecards[0]
    clones = tuple(
        msgspec.structs.replace(first, community_id=f"wechat:n{number:04d}", name=f"群{number}")
        for number in range(521)
    )
    cards = tuple(msgspec.structs.replace(card, subject=each.community_id, name=each.name) for each in clones)
    report = build(
        "weekly", msgspec.structs.replace(material, communities=clones, scorecards=cards, shapes=(), daily=())
    )
    groups = next(part for part in report.parts if part.key == "communities")
    assert len(groups.sections) == 12
    assert "本期有消息的 521 个社群都在下表" in groups.lead
    assert len(part_table(report, "communities", "groups").rows) == 521
    expected = part_table(report, "coverage", "expected")
    assert (len(expected.rows), expected.of) == (200, 521)
    assert len(render_json(report)) < 3_000_000
