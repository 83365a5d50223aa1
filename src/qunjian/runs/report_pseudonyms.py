"""Puts pseudonyms for persons, groups and files into the material of a report, and stars their names in every text."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import msgspec
import re2

from qunjian.model.language import Phrase
from qunjian.text.masking import MASK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from qunjian.engines.local import Session
    from qunjian.model.decisions import Decisions
    from qunjian.reports.material import Case, Material, SourceFile
    from qunjian.text.pseudonyms import Pseudonyms

LEAST_NAME, LEAST_ID = 2, 4  # a single character stands in too many words, a shorter id in too many numbers
_NAMES = (
    "SELECT name_then FROM message", "SELECT forwarded_from FROM message", "SELECT name_then FROM membership",
    "SELECT detail FROM membership WHERE kind = 'renamed'", "SELECT name FROM roster", "SELECT name FROM community",
    "SELECT name FROM channel", "SELECT name FROM document",
    "SELECT regexp_replace(name, '\\.[^.]*$', '') FROM document",
)  # fmt: skip
_IDS = (
    "SELECT account_id FROM message", "SELECT account_id FROM membership", "SELECT actor_id FROM membership",
    "SELECT account_id FROM roster", "SELECT inviter FROM roster", "SELECT community_id FROM message",
    "SELECT community_id FROM roster", "SELECT community_id FROM community",
)  # fmt: skip


def learn_names(session: Session, decisions: Decisions) -> None:
    """Note in the session every name and id the workspace knows, before it is narrowed to some communities."""
    named = " UNION ".join(f"({query})" for query in _NAMES)
    ids = " UNION ".join(f"({query})" for query in _IDS)
    session.connection.execute(
        f"""CREATE TABLE known_name AS
        SELECT DISTINCT trim(name) AS name FROM ({named}) AS told(name) WHERE len(trim(name)) >= {LEAST_NAME}
        UNION SELECT DISTINCT part FROM (SELECT unnest([id, regexp_extract(id, '^[^:]*:(?:name:)?(.*)$', 1),
              regexp_extract(id, '([^:]*)$', 1)]) AS part FROM ({ids}) AS told(id)) WHERE len(part) >= {LEAST_ID}"""  # noqa: S608
    )
    people = {
        *(duty.person for duty in decisions.duties), *(each.person for each in decisions.announcements),
        *(name for each in decisions.register for name in (each.name, *each.exporter.split("、"))),
        *(each.owner for each in decisions.silences), *(each.reviewer for each in decisions.reviews),
    }  # fmt: skip
    session.connection.execute(
        "INSERT INTO known_name SELECT unnest($1::VARCHAR[])",
        [[name for name in sorted(people) if len(name) >= LEAST_NAME]],
    )


def starring(session: Session, texts: Iterable[str]) -> Callable[[str], str]:
    """Return a function that stars every known name in these texts; as many stars as characters, so spans still fit."""
    heap = "\n".join(texts).lower()
    rows = session.connection.execute("SELECT name FROM known_name WHERE contains($1, lower(name))", [heap]).fetchall()
    found = sorted({name for (name,) in rows}, key=lambda name: (-len(name), name))
    if not found:
        return lambda text: text
    pattern = re2.compile("(?i)" + "|".join(_word(name) for name in found))
    return lambda text: str(pattern.sub(lambda match: MASK * len(match.group()), text))


def _word(name: str) -> str:
    """Return the pattern of a name; one of Latin letters or digits is a word of its own, not a part of one."""
    before = r"\b" if name[:1].isascii() and name[:1].isalnum() else ""
    after = r"\b" if name[-1:].isascii() and name[-1:].isalnum() else ""
    return f"{before}{re2.escape(name)}{after}"


def pseudonymous(session: Session, material: Material, pseudonyms: Pseudonyms) -> Material:
    """Return the material with pseudonyms; names and ids of the session's `known_name` stand in none of its texts."""
    return _Replacing(session, material, pseudonyms).material()


class _Replacing:
    """One replacing under way."""

    def __init__(self, session: Session, material: Material, pseudonyms: Pseudonyms) -> None:
        self._material, self._of = material, pseudonyms
        self._groups = {each.community_id: pseudonyms.group(each.community_id) for each in material.communities}
        self._star = starring(session, _texts(material))
        self._told = {sign.words: self._phrase(sign.words) for sign in material.signs}

    def material(self) -> Material:
        """Return it replaced: first what has a meaning of its own, then every id wherever it stands."""
        old = self._material
        replace = msgspec.structs.replace
        title = old.standard.name
        named = replace(
            old,
            standard=old.standard.model_copy(
                update={"name": title.model_copy(update={"zh": self._star(title.zh), "en": self._star(title.en)})}
            ),
            communities=tuple(
                replace(each, name=_short(self._groups[each.community_id]), type=self._star(each.type))
                for each in old.communities
            ),
            scorecards=tuple(
                replace(card, name=_short(self._groups.get(card.subject, card.name))) for card in old.scorecards
            ),
            operators=tuple(
                replace(card, subject=self._person(card.subject), name=self._person(card.name))
                for card in old.operators
            ),
            cases=tuple(map(self._case, old.cases)),
            shapes=tuple(
                replace(each, words=tuple(word for word in each.words if self._star(word[0]) == word[0]))
                for each in old.shapes
            ),
            files=tuple(map(self._file, old.files)),
            gaps=tuple(replace(gap, has=self._path(gap.has), lacks=self._path(gap.lacks)) for gap in old.gaps),
            signs=tuple(replace(sign, files=tuple(map(self._path, sign.files))) for sign in old.signs),
            services=tuple(replace(each, person=self._person(each.person)) for each in old.services),
            decisions=self._decisions(),
            pseudonymous=True,
        )
        walked: Material = self._walk(named)
        return walked

    def _case(self, case: Case) -> Case:
        replace = msgspec.structs.replace
        lines = tuple(
            replace(line, name=self._of.name(line.name) or "", text=self._star(line.text)) for line in case.lines
        )
        silenced = None if case.silenced is None else self._phrase(case.silenced)
        finding = replace(case.finding, detail=self._star(case.finding.detail))
        return replace(case, finding=finding, lines=lines, silenced=silenced, called=())

    def _file(self, file: SourceFile) -> SourceFile:
        warnings = tuple(map(self._star, file.warnings))
        return msgspec.structs.replace(
            file, name=self._path(file.name), exporter=self._people(file.exporter), warnings=warnings
        )

    def _decisions(self) -> Decisions:
        old, replace = self._material.decisions, msgspec.structs.replace
        return replace(
            old,
            duties=tuple(replace(each, person=self._person(each.person), accounts=()) for each in old.duties),
            register=tuple(
                replace(each, name="", purpose="", tags=(), exporter=self._people(each.exporter))
                for each in old.register
            ),
            roles=(),
            silences=tuple(
                replace(each, owner=self._person(each.owner), reason=self._star(each.reason)) for each in old.silences
            ),
            announcements=tuple(replace(each, person=self._person(each.person)) for each in old.announcements),
            reviews=tuple(
                replace(each, reviewer=self._person(each.reviewer), note=self._star(each.note)) for each in old.reviews
            ),
            identities=(),
        )

    def _person(self, name: str) -> str:
        return self._of.name(name) or ""

    def _people(self, names: str) -> str:
        return "、".join(self._person(name) for name in names.split("、") if name)

    def _path(self, name: str) -> str:
        return f"f-{self._of.mark(name)}{PurePath(name).suffix[:8]}" if name else name

    def _phrase(self, phrase: Phrase) -> Phrase:
        return Phrase(self._star(phrase.zh), self._star(phrase.en))

    def _walk(self, value: Any, field: str = "") -> Any:
        """Replace ids of communities and accounts, and the sentences of signs, wherever they stand."""
        if isinstance(value, str):
            if field in ("account_id", "accounts"):
                return self._of.account(value)
            return self._groups.get(value, value) if ":" in value else value
        if isinstance(value, Phrase):
            return self._told.get(value, value)
        if isinstance(value, msgspec.Struct):
            old = {name: getattr(value, name) for name in value.__struct_fields__}
            new = {name: self._walk(each, name) for name, each in old.items()}
            changed = {name: each for name, each in new.items() if each is not old[name]}
            return msgspec.structs.replace(value, **changed) if changed else value
        if isinstance(value, tuple):
            walked = tuple(self._walk(each, field) for each in value)
            return walked if any(one is not other for one, other in zip(walked, value, strict=True)) else value
        if isinstance(value, dict):
            return {self._walk(key): self._walk(each) for key, each in value.items()}
        return value


def _short(group: str) -> str:
    return group.rpartition(":")[2]


def _texts(material: Material) -> Iterable[str]:
    """Yield every text of the material that somebody of the workspace wrote, or that names somebody."""
    yield from (material.standard.name.zh, material.standard.name.en)
    for each in material.communities:
        yield each.type
    for case in material.cases:
        yield case.finding.detail
        yield from (line.text for line in case.lines)
        yield from (case.silenced.zh, case.silenced.en) if case.silenced else ()
    for file in material.files:
        yield from file.warnings
    for sign in material.signs:
        yield from (sign.words.zh, sign.words.en)
    for shape in material.shapes:
        yield from (word for word, _ in shape.words)
    for review in material.decisions.reviews:
        yield review.note
    for silence in material.decisions.silences:
        yield silence.reason
