"""The grids of a draft: what is pasted from a sheet is read, judged cell by cell, and saved whole or not at all."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.console.conftest import World
from tests.console.standards.conftest import sent_by, text_of

from qunjian_console.bridge import drafting
from qunjian_console.frame.grids import Column, read_tsv, tsv
from qunjian_console.standards.models import Draft

COLUMNS = (Column("a", "甲"), Column("b", "乙", "choice", (("yes", "是"), ("no", "否"))))


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("一\t是\r\n二\t否\r\n", [["一", "yes"], ["二", "no"]]),  # as Excel copies
        ('"两\n行"\tyes\n', [["两\n行", "yes"]]),
        ('"他说""好"""\t\n', [['他说"好"', ""]]),
        ("只有一格", [["只有一格", ""]]),
        ("一\t是\t多出来的\n\n\n", [["一", "yes"]]),
        ("", []),
    ],
)
def test_what_a_spreadsheet_copies_is_read(text: str, rows: list[list[str]]) -> None:
    assert read_tsv(text, COLUMNS) == rows


def test_rows_are_written_as_they_are_read() -> None:
    rows = [['"引"', "yes"], ["含\t制表", "no"], ["含\n换行", ""]]
    assert read_tsv(tsv(rows), COLUMNS) == rows


def test_targets_are_pasted_in_as_people_write_them(world: World, draft: Draft) -> None:
    client = world.client("lead")
    address = reverse("standards:draft-targets", args=[draft.pk])
    form = sent_by(client.get(address).content.decode())
    assert re.search(r"^active_ratio\tactivity\t20%\t2%\t占比\t40\t", form["targets"], re.M)
    form["targets"] = re.sub(r"^active_ratio\tactivity\t20%", "active_ratio\t活跃度\t35 %", form["targets"], flags=re.M)
    assert client.post(address, form).status_code == 302
    draft.refresh_from_db()
    aim = drafting.draft_at(draft.digest).standard.indicators[0]
    assert (aim.id, aim.target, aim.floor, len(aim.variants)) == ("active_ratio", 0.35, 0.02, 2)


def test_a_wrong_cell_is_told_and_nothing_is_saved(world: World, draft: Draft) -> None:
    client = world.client("lead")
    address = reverse("standards:draft-targets", args=[draft.pk])
    form = sent_by(client.get(address).content.decode())
    form["targets"] += "active_ratoi\tactivity\t很高\t0\t\t10\t\t\t\n"
    page = client.post(address, form).content.decode()
    assert "应当是数字" in page
    assert "active_ratio" in page  # the nearest valid name
    assert "很高" in page
    draft.refresh_from_db()
    assert draft.head == 1


def test_the_weights_of_a_scorecard_add_up_to_100(world: World, draft: Draft) -> None:
    client = world.client("lead")
    address = reverse("standards:draft-scorecard", args=[draft.pk])
    form = sent_by(client.get(address).content.decode())
    before = [item.id for item in drafting.draft_at(draft.digest).standard.review.items]
    assert "活跃度\t25" in form["parts"]
    wrong = client.post(address, form | {"parts": form["parts"].replace("活跃度\t25", "活跃度\t30")})
    assert "各部分权重之和应为 100，现为 105" in text_of(wrong)
    form["parts"] = form["parts"].replace("活跃度\t25", "活跃度\t30").replace("互动质量\t20", "互动质量\t15")
    form["items"] += "及时通知\t10\t否\t5\t活动变更当天通知\n"
    assert client.post(address, form | {"pass_mark": "85"}).status_code == 302
    draft.refresh_from_db()
    made = drafting.draft_at(draft.digest).standard
    assert made.scorecard.parts["activity"] == 30
    assert (made.review.items[-1].name.zh, made.review.items[-1].scale, made.review.pass_mark) == ("及时通知", 5, 85)
    assert [item.id for item in made.review.items[:-1]] == before


def test_many_rules_are_changed_at_once(world: World, draft: Draft) -> None:
    client = world.client("lead")
    address = reverse("standards:draft-rules", args=[draft.pk])
    form = sent_by(client.get(address).content.decode())
    lines = form["rules"].split("\n")
    number = next(n for n, line in enumerate(lines) if line.startswith("spam.flooding\t"))
    cells = lines[number].split("\t")
    assert cells[1:5] == ["短时间连续刷屏", "minor", "yes", "active"]
    lines[number] = "\t".join([cells[0], "刷屏", "严重", "否", "试用", *cells[5:]])
    assert client.post(address, form | {"rules": "\n".join(lines)}).status_code == 302
    draft.refresh_from_db()
    whole = drafting.whole_at(draft.digest)
    rule = whole.by_id()["spam.flooding"]
    assert (rule.name.zh, rule.severity, rule.lifecycle) == ("刷屏", "major", "trial")
    assert whole.standard.rules.off == ("spam.flooding",)
    assert len(drafting.draft_at(draft.digest).rules) == 1


def test_a_workbook_goes_out_is_edited_and_comes_back(world: World, draft: Draft) -> None:
    client = world.client("lead")
    answer = client.get(reverse("standards:draft-sheet", args=[draft.pk]))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book.worksheets[0]
    head = [cell.value for cell in sheet[1]]
    row = next(each for each in sheet.iter_rows(min_row=2) if each[0].value == "spam.flooding")
    row[head.index("严重度 severity")].value = "critical"
    address = reverse("standards:draft-sheet-in", args=[draft.pk])
    assert client.post(address, {"file": _file(book), "base": "1"}).status_code == 302
    draft.refresh_from_db()
    assert drafting.whole_at(draft.digest).by_id()["spam.flooding"].severity == "critical"
    assert list(drafting.draft_at(draft.digest).rules) == ["spam.flooding"]
    row[head.index("严重度 severity")].value = "grave"
    page = client.post(address, {"file": _file(book), "base": "2"}).content.decode()
    assert re.search(r"!D\d+", page)
    draft.refresh_from_db()
    assert draft.head == 2


def _file(book: openpyxl.Workbook) -> SimpleUploadedFile:
    kept = io.BytesIO()
    book.save(kept)
    return SimpleUploadedFile("rules.xlsx", kept.getvalue())


def test_another_file_is_refused_in_words(world: World, draft: Draft) -> None:
    address = reverse("standards:draft-sheet-in", args=[draft.pk])
    page = world.client("lead").post(address, {"file": SimpleUploadedFile("a.xlsx", b"nothing"), "base": "1"})
    assert page.status_code == 200
    assert "invalid-feedback" in page.content.decode()
