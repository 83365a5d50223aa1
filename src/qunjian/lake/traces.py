"""What an erasure looks for: an account's id, the names it went by, and the words that betray it in free text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from qunjian.lake.views import literal, scan
from qunjian.model.persons import owned_by

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from qunjian.engines.local import Session

STAR = "＊"
LEAST_NAME = 3  # a shorter name is too likely a word: in other people's texts it is only looked for after an @
LEAST_ID = 5  # a shorter id is too likely a number
LEAST_QUOTE = 8  # shorter texts are everyone's words


class Traces(msgspec.Struct, frozen=True):
    """An account, its names, and in how many texts of others each name stands that would be masked there."""

    account_id: str
    names: tuple[str, ...]
    quoted: dict[str, int] = {}

    @property
    def native(self) -> str:
        """Return the id as the platform writes it."""
        return self.account_id.split(":", 1)[-1].removeprefix("name:")

    @property
    def ids(self) -> list[str]:
        """Return the ids that are looked for in free text."""
        return [self.account_id, *([self.native] if len(self.native) >= LEAST_ID else [])]

    @property
    def words(self) -> list[str]:
        """Return what must not stand in file names, warnings or parameters, longest first; as JSON writes it, too."""
        plain = {*self.ids, *(name for name in self.names if len(name) > 1 and not name.isdigit())}
        plain |= {name for name in self.names if len(name) >= LEAST_ID}
        written = {msgspec.json.encode(word).decode()[1:-1] for word in plain}
        return sorted(plain | written, key=len, reverse=True)

    @property
    def owned(self) -> str:
        """Return the community that stands for all groups the account owns, if figures of them were imported."""
        return owned_by(self.account_id)

    def instead(self, alias: str) -> dict[str, str]:
        """Return what stands in decisions instead of each word, longest first."""
        native = alias.split(":", 1)[-1]
        new = {word: alias if ":" in word else native for word in self.words} | {self.owned: owned_by(alias)}
        return dict(sorted(new.items(), key=lambda pair: len(pair[0]), reverse=True))

    @property
    def quoting(self) -> str:
        """Return the SQL condition on messages whose `reply_to` names the account: a quote by author and minute."""
        authors = ", ".join(map(literal, [*self.names, self.native, f"|{self.account_id}"]))
        return f"(starts_with(reply_to, '?') AND substr(reply_to, strpos(reply_to, '|') + 1) IN ({authors}))"

    def spoken(self, *, quotes: bool) -> list[str]:
        """Return what is masked in other people's texts, longest first: calls by @, the id and, with quotes, names."""
        calls = {at + name for name in self.names for at in "@＠"}
        long = {name for name in self.names if len(name) >= LEAST_NAME} if quotes else set()
        return sorted(calls | long | set(self.ids), key=len, reverse=True)


def traces(session: Session, root: Path, account_id: str, *, quotes: bool = True) -> Traces:
    """Look up the names of an account in every row on disk; with quotes, count the texts of others that hold them."""
    names: set[str] = set()
    for table, column, condition in (
        ("message", "name_then", "account_id = $1"),
        ("membership", "name_then", "account_id = $1"),
        ("membership", "detail", "account_id = $1 AND kind = 'renamed'"),
        ("roster", "name", "account_id = $1"),
    ):
        query = f"SELECT DISTINCT {column} FROM {scan(root, table)} WHERE {condition}"
        names |= {name for (name,) in session.connection.execute(query, [account_id]).fetchall() if name}
    found = Traces(account_id, tuple(sorted(names)))
    looked_for = [name for name in found.names if quotes and len(name) >= LEAST_NAME]
    if not looked_for:
        return found
    counts = ", ".join(f"count(*) FILTER (contains(text, {literal(name)}))" for name in looked_for)
    others = f"SELECT {counts} FROM {scan(root, 'message')} WHERE account_id IS DISTINCT FROM $1"
    row = session.connection.execute(others, [account_id]).fetchone() or ()
    return Traces(account_id, found.names, dict(zip(looked_for, row, strict=True)))


def starred(expression: str, words: Sequence[str], *, json: bool = False) -> str:
    """Return SQL that replaces each word by as many stars as it has characters, so that spans stay true.

    A word that begins or ends with a Latin letter or a digit is not looked for inside a longer one; with `json`, a
    number of the document is not taken for an id.
    """
    for word in words:
        expression = exchanged(expression, word, STAR * len(word), json=json)
    return expression


def exchanged(expression: str, word: str, new: str, *, json: bool = False) -> str:
    """Return SQL that puts `new` in the place of a word, by the same rules."""
    before = "[^0-9A-Za-z:,.\\[-]" if json and word.isdigit() else "[^0-9A-Za-z]"
    left = f"(^|{before})" if _latin(word[0]) else "()"
    right = "($|[^0-9A-Za-z])" if _latin(word[-1]) else "()"
    if left == right == "()":
        return f"replace({expression}, {literal(word)}, {literal(new)})"
    pattern, put = literal(left + re.escape(word) + right), literal(rf"\1{new}\2")
    for _ in range(2):  # what stands between two words belongs to the first match
        expression = f"regexp_replace({expression}, {pattern}, {put}, 'g')"
    return expression


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def holds(columns: Sequence[str], words: Sequence[str]) -> str:
    """Return the SQL condition that one of the words stands in one of the columns."""
    return " OR ".join(f"contains({column}, {literal(word)})" for column in columns for word in words) or "false"
