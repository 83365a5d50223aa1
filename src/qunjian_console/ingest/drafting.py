"""The form of the mapping workbench: what a person marks in a sample, and the draft it makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from qunjian_console.bridge.mappings import Draft, FieldSeen, Sketch, guess_roles, plain_id, role_titles
from qunjian_console.frame.forms import FramedForm
from qunjian_console.language import say

if TYPE_CHECKING:
    from collections.abc import Mapping

_FORMATS = (
    ("csv", say("表格（CSV）", "Table (CSV)")), ("tsv", say("表格（制表符）", "Table (tabs)")),
    ("xlsx", say("Excel 工作簿", "Excel workbook")), ("json", "JSON"), ("jsonl", say("JSON 行", "JSON lines")),
    ("xml", "XML"), ("log", say("文本记录", "Text log")),
)  # fmt: skip
_SIGNS = ((",", say("逗号", "comma")), (";", say("分号", "semicolon")), ("|", say("竖线", "bar")),
          ("\t", say("制表符", "tab")))  # fmt: skip


class BenchForm(FramedForm):
    """Everything but what each field means."""

    title = forms.CharField(label=say("映射叫什么", "Name of the mapping"), max_length=60)
    platform = forms.RegexField(
        label=say("平台代号", "Platform"), regex=r"^[a-z][a-z0-9_]{1,20}$", initial="im",
        help_text=say("小写字母，账号和社群编号以它开头", "small letters: ids of accounts and groups begin with it"),
    )  # fmt: skip
    format = forms.ChoiceField(label=say("文件是", "The file is"), choices=_FORMATS)
    delimiter = forms.ChoiceField(label=say("列之间是", "Columns are set apart by"), choices=_SIGNS, required=False)
    skip_lines = forms.IntegerField(
        label=say("表头上面有几行", "Lines above the heading"), min_value=0, max_value=50, required=False
    )
    header = forms.BooleanField(label=say("有表头", "There is a heading"), required=False)
    records = forms.CharField(
        label=say("消息在哪一层", "Where the messages stand"), max_length=300, required=False,
        widget=forms.TextInput(attrs={"list": "places", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    start = forms.CharField(
        label=say("一条记录从哪里开始", "Where a record begins"), max_length=1000, required=False, strip=False,
        widget=forms.TextInput(attrs={"list": "starts", "autocomplete": "off", "spellcheck": "false"}),
        help_text=say("RE2 正则；命名组 (?P<名>…) 成为字段", "an RE2 pattern; its groups (?P<name>…) are fields"),
    )  # fmt: skip
    multiline = forms.BooleanField(label=say("一条可以有好几行", "A record may have several lines"), required=False)
    group = forms.CharField(
        label=say("这些文件是哪个群", "Which group these files are of"), max_length=100, required=False,
        help_text=say("文件里没有写是哪个群时填", "where no field says it"),
    )  # fmt: skip
    form = forms.CharField(
        label=say("时间怎么写", "How the time is written"), max_length=60, required=False, initial="auto",
        widget=forms.TextInput(attrs={"list": "forms", "autocomplete": "off", "spellcheck": "false"}),
        help_text=say("auto 认得常见写法；01/02/2026 不猜", "auto reads what is common; 01/02/2026 is not guessed"),
    )  # fmt: skip
    zone = forms.CharField(
        label=say("时区", "Time zone"), max_length=64, required=False,
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}),
    )  # fmt: skip
    html = forms.BooleanField(label=say("正文里有 HTML 标记", "The text holds HTML"), required=False)
    found = forms.BooleanField(label=say("以后自动认出这种文件", "Know such files again"), required=False)


def first_values(name: str, sketch: Sketch) -> dict[str, Any]:
    """Return what the form shows at first, guessed from the sample."""
    stem = name.rpartition("/")[2].rpartition(".")[0] or name
    return {
        "title": stem[:60], "platform": "im", "multiline": True, "found": True, "form": "auto",
        "group": "" if {"community", "community_name"} & guess_roles(sketch).keys() else stem[:100],
    } | of_sketch(sketch)  # fmt: skip


def of_sketch(sketch: Sketch) -> dict[str, Any]:
    """Return the values of the form that tell how the file is built."""
    return {
        "format": sketch.format, "delimiter": sketch.delimiter, "skip_lines": sketch.skip_lines,
        "header": sketch.header, "records": sketch.records, "start": sketch.start,
    }  # fmt: skip


def wanted_of(given: Mapping[str, Any]) -> Sketch:
    """Return how the file is built, as the form says."""
    return Sketch(
        given["format"], (), given["delimiter"] or ",", given["skip_lines"] or 0, bool(given["header"]),
        given["records"] or "", (), given["start"] or "",
    )  # fmt: skip


def marked_roles(post: Mapping[str, str], fields: tuple[FieldSeen, ...]) -> dict[str, str]:
    """Return which field was marked as what; a role is given once."""
    known = {field.name for field in fields}
    roles: dict[str, str] = {}
    for key in post:
        role, field = post[key], post.get(f"field-{key.removeprefix('role-')}", "")
        if key.startswith("role-") and role in role_titles() and field in known:
            roles.setdefault(role, field)
    return roles


def draft_of(given: Mapping[str, Any], sketch: Sketch, roles: dict[str, str], name: str) -> Draft:
    """Return the draft of a valid form."""
    return Draft(
        plain_id(given["title"], name), given["title"], sketch, roles, given["platform"], given["group"],
        given["form"] or "auto", given["zone"], given["multiline"], given["html"], given["found"],
    )  # fmt: skip
