"""The form of one rule: its grids and choices, what was sent in it, and what is wrong at which field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qunjian_console.bridge import naming
from qunjian_console.bridge.rule_sheets import KEYS, KINDS, LISTS, ROLES, SPEECH, WRITTEN_KINDS, Fault, Judged, Sheet
from qunjian_console.bridge.severities import TITLES
from qunjian_console.bridge.suggestions import Suggestion
from qunjian_console.bridge.trying import tried
from qunjian_console.frame.grids import Column, Grid, Wrong, read_tsv
from qunjian_console.language import current, say

if TYPE_CHECKING:
    from django.http import QueryDict

    from qunjian_console.bridge.standards import Rule

_WIDE = 40
LABELS = {
    "words": say("词句，每行一个", "Words, one a row"),
    "patterns": say("样式，每行一个（正则表达式）", "Patterns, one a row (regular expressions)"),
    "phrases": say("放行的词句：与命中重叠就不算", "Exempt phrases: no fault where they overlap a hit"),
    "around": say("放行的样式：与命中重叠就不算", "Exempt patterns: no fault where they overlap a hit"),
    "anywhere": say("出现在消息里就整条放行的样式", "Patterns that let the whole message pass"),
    "hit": say("必须命中的消息，至少三条", "Messages that must hit, at least three"),
    "cloaked": say("变形后也必须命中的消息", "Messages that must hit though hidden"),
    "passed": say("必须放行的消息，至少三条", "Messages that must pass, at least three"),
}
_YES = (("yes", say("是", "yes")), ("no", say("否", "no")))
BASIS = (
    Column("law", say("法规", "Law"), width=24),
    Column("article", say("条款", "Article"), width=12),
    Column("version", say("版本日期", "Version date"), width=12),
    Column("source", say("或其他来源", "Or another source"), width=24),
    Column("verified", say("已核对原文", "Wording checked"), "choice", _YES, 8),
)
SPEECHES = {
    "quotation": say("转述他人的话", "quoted"),
    "negation": say("否定", "negated"),
    "warning": say("提醒他人防范", "warned of"),
}
_TEXTS = (
    "name_zh", "name_en", "severity", "category", "lifecycle", "hint_zh", "hint_en", "tags", "extra", "when", "granted",
)  # fmt: skip
_MANY = {"kinds": KINDS, "roles": ROLES, "exempt_roles": ROLES, "keys": KEYS, "speech": SPEECH}


def sent(post: QueryDict, before: Sheet) -> Sheet:
    """Return the sheet that was sent; id and kind are those it was opened with, unless it is new."""
    texts = {name: post.get(name, "").strip()[:4000] for name in _TEXTS}
    many = {name: tuple(each for each in known if each in post.getlist(name)) for name, known in _MANY.items()}
    lists = {name: _cells(post.get(name, "")) for name in LISTS}
    basis = tuple(tuple(row) for row in read_tsv(post.get("basis", ""), BASIS))
    return Sheet(id=before.id, kind=before.kind, **texts, **many, **lists, basis=basis)  # type: ignore[arg-type]


def _cells(text: str) -> tuple[str, ...]:
    """Return the cells of a grid of one column; one with several lines in it is several cells."""
    found = read_tsv(text, (Column("one", ""),))
    return tuple(line for row in found for line in (row[0].split("\n") if "\n" in row[0] else row))


@dataclass(frozen=True)
class Choice:
    """One box of several to tick."""

    value: str
    title: str
    ticked: bool


@dataclass(frozen=True)
class RuleForm:
    """What the template draws."""

    sheet: Sheet
    faults: Sequence[Fault] = ()

    @property
    def title(self) -> str:
        """Return the rule's name in the reader's language."""
        return (self.sheet.name_en if current() == "en" else "") or self.sheet.name_zh

    @property
    def written(self) -> bool:
        """Return whether words or patterns are a grid of the form."""
        return self.sheet.kind in WRITTEN_KINDS

    @property
    def own(self) -> Grid:
        """Return the grid of words, or of patterns."""
        return self._grid("words" if self.sheet.kind == "phrases" else "patterns")

    @property
    def samples(self) -> list[Grid]:
        """Return the grids of samples."""
        return [self._grid("hit"), self._grid("cloaked"), self._grid("passed")]

    @property
    def exempt(self) -> list[Grid]:
        """Return the grids of what is spared."""
        return [self._grid("phrases"), self._grid("around"), self._grid("anywhere")]

    @property
    def basis(self) -> Grid:
        """Return the grid of clauses."""
        return Grid("basis", say("依据", "Basis"), BASIS, self.sheet.basis, wrong=self._wrong("basis"))

    def _grid(self, name: str) -> Grid:
        column = Column(name, say("内容", "Text"), width=_WIDE)
        return Grid(name, LABELS[name], (column,), [(c,) for c in getattr(self.sheet, name)], wrong=self._wrong(name))

    def _wrong(self, name: str) -> list[Wrong]:
        return [
            Wrong(each.row, each.column or 0, getattr(each.said, current()))
            for each in self.faults if each.field == name and each.row is not None
        ]  # fmt: skip

    @property
    def wrong(self) -> dict[str, list[str]]:
        """Return what is wrong with a field as a whole, by field; what belongs to none under ""."""
        found: dict[str, list[str]] = {}
        for each in self.faults:
            if each.row is None:
                found.setdefault(each.field, []).append(getattr(each.said, current()))
        return found

    def choices(self, name: str, titles: Mapping[str, str]) -> list[Choice]:
        """Return the boxes of a field of several."""
        ticked = getattr(self.sheet, name)
        return [Choice(value, titles.get(value, value), value in ticked) for value in _MANY[name]]

    @property
    def keys(self) -> list[Choice]:
        """Return the disguises that may be seen through."""
        return self.choices("keys", naming.KEYS)

    @property
    def kinds(self) -> list[Choice]:
        """Return the kinds of message."""
        return self.choices("kinds", naming.MESSAGE_KINDS)

    @property
    def roles(self) -> list[Choice]:
        """Return the roles the rule is for."""
        return self.choices("roles", naming.ROLES)

    @property
    def exempt_roles(self) -> list[Choice]:
        """Return the roles the rule spares."""
        return self.choices("exempt_roles", naming.ROLES)

    @property
    def speech(self) -> list[Choice]:
        """Return the ways of speaking that are spared."""
        return self.choices("speech", SPEECHES)

    @property
    def severities(self) -> Mapping[str, str]:
        """Return the severities."""
        return TITLES

    @property
    def categories(self) -> Mapping[str, str]:
        """Return the categories."""
        return naming.CATEGORIES

    @property
    def lifecycles(self) -> Mapping[str, str]:
        """Return the stages of a rule's life."""
        return naming.LIFECYCLES


@dataclass(frozen=True)
class Tried:
    """One sample of the form, and what the rule made of it."""

    field: str
    row: int
    text: str
    right: bool
    expected: bool
    because: str


def trial(judged: Judged, sheet: Sheet) -> list[Tried]:
    """Return what the rule makes of the samples in the form, at their rows."""
    if judged.rule is None:
        return []
    rows = {name: [number for number, cell in enumerate(getattr(sheet, name)) if cell] for name in LISTS}
    found = []
    hits = len(judged.rule.samples.hit)
    for each in tried(judged.rule):
        field, number = ("hit", each.number) if each.expected else ("passed", each.number)
        if each.expected and each.number > hits:
            field, number = "cloaked", each.number - hits
        row = rows[field][number - 1] if number <= len(rows[field]) else number - 1
        found.append(Tried(field, row, each.sample, each.right, each.expected, getattr(each.because, current())))
    return found


def marks(found: Sequence[Tried], faults: Sequence[Fault]) -> dict[str, list[list[object]]]:
    """Return the cells of every grid that are right or wrong, for the script of the grids."""
    marked: dict[str, list[list[object]]] = {name: [] for name in (*LISTS, "basis")}
    for each in found:
        marked[each.field].append([each.row, 0, "good" if each.right else "bad", each.because])
    for fault in faults:
        if fault.row is not None and fault.field in marked:
            marked[fault.field].append([fault.row, fault.column or 0, "bad", getattr(fault.said, current())])
    return marked


def blank(standard: str, taken: Mapping[str, Rule], kind: str) -> Sheet:
    """Return an empty sheet under an id that no rule of the draft has."""
    pack = f"own_{standard.replace('-', '_')}"
    number = next(each for each in range(1, 100_000) if f"{pack}.rule_{each}" not in taken)
    wanted = kind if kind in WRITTEN_KINDS else "phrases"
    return Sheet(id=f"{pack}.rule_{number}", kind=wanted, exempt_roles=("owner", "admin", "staff", "bot"))


_PLAIN = (
    say("大家早上好", "Good morning everyone"),
    say("谢谢老师", "Thank you"),
    say("今天几点开始", "When does it begin today"),
)


def from_message(name: str, text: str, found: Suggestion) -> Sheet:
    """Return a sheet filled from a message: its fittest phrases, it and messages like it, near misses."""
    phrases = tuple(each.phrase for each in found.phrases[:3])
    one_line = " ".join(text.split())
    hits = [one_line, *(each for each in found.like if any(phrase in each for phrase in phrases)), *phrases]
    hits += [f"{phrase}！" for phrase in phrases]
    passed = [*found.unlike, *map(str, _PLAIN)]
    called = phrases[0] if phrases else one_line[:12]
    return Sheet(
        id=name, name_zh=str(say("出现“{phrase}”一类的话", "Messages such as '{phrase}'", phrase=called)),
        hint_zh=str(say("移除并提醒", "Remove and remind")), words=phrases, hit=tuple(dict.fromkeys(hits))[:5],
        passed=tuple(dict.fromkeys(passed))[:5], basis=(("", "", "", str(say("团队规定", "Rule of the team")), "no"),),
        exempt_roles=("owner", "admin", "staff", "bot"),
    )  # fmt: skip
