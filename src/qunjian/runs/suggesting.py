"""Use case: a rule from one message: phrases that stand for it, messages like it, and near misses that must pass."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec
import pyarrow.compute as pc

from qunjian.runs.contexts import Key
from qunjian.text.segmenting import dictionary_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pyarrow as pa

    from qunjian.engines.local import Session

_MOST_READ = 60_000  # of the newest messages: enough to tell a common phrase from a rare one
_MOST_PHRASES = 24
_SHORTEST, _LONGEST = 3, 10
_COMMON = 0.005  # a phrase in more messages than this says little
_LIKE, _UNLIKE = 4, 5


class Phrased(msgspec.Struct, frozen=True):
    """A phrase of the message, and in how many of the messages read it stands."""

    phrase: str
    messages: int


class Other(msgspec.Struct, frozen=True):
    """Another message, and its text."""

    key: Key
    text: str


class Suggested(msgspec.Struct, frozen=True):
    """Phrases, the fittest first; other messages that hold one of the first; near misses; how many were read."""

    phrases: tuple[Phrased, ...]
    like: tuple[Other, ...]
    unlike: tuple[Other, ...]
    read: int


def suggest(
    session: Session, text: str, *, since: dt.datetime, communities: Sequence[str] | None = None, chosen: int = 3
) -> Suggested:
    """Return what a rule made from a text could begin with, from the messages since then (of some communities)."""
    rows = _newest(session, since, communities)
    texts = rows.column("text").combine_chunks()
    found = [Phrased(phrase, pc.sum(pc.match_substring(texts, phrase)).as_py() or 0) for phrase in candidates(text)]
    rare = [each for each in found if each.messages <= max(3, _COMMON * len(texts))] or found
    ranked = _apart(sorted(rare, key=lambda each: (-min(each.messages, 2), -len(each.phrase), each.phrase)))
    own = [each.phrase for each in ranked[:chosen]]
    halves = [half for phrase in own for half in dict.fromkeys((phrase[:2], phrase[-2:]))]
    near = [each for each in _holding(rows, halves, 40) if not any(phrase in each.text for phrase in own)]
    plain = [each for each in _others(rows.slice(0, 200)) if not any(phrase in each.text for phrase in own)]
    return Suggested(
        ranked, _few((each for each in _holding(rows, own, 8) if each.text != text), _LIKE),
        _few((*near[:3], *plain), _UNLIKE), len(texts),
    )  # fmt: skip


def candidates(text: str) -> list[str]:
    """Return runs of neighbouring words within the clauses of a text, of three to ten characters."""
    found: dict[str, None] = {}
    for words in _clauses(text):
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + 5) + 1):
                phrase = "".join(words[start:end]).strip()
                if _SHORTEST <= len(phrase) <= _LONGEST and "*" not in phrase:
                    found.setdefault(phrase)
    return list(found)[:_MOST_PHRASES]


def _newest(session: Session, since: dt.datetime, communities: Sequence[str] | None) -> pa.Table:
    among = "" if communities is None else f"AND community_id IN ({', '.join('?' * len(communities)) or 'NULL'})"
    return session.connection.sql(
        "SELECT community_id, scope, message_id, text FROM message "  # noqa: S608 (only question marks are put in)
        f"WHERE sent_at >= ? AND kind = 'text' AND text IS NOT NULL {among} ORDER BY sent_at DESC LIMIT {_MOST_READ}",
        params=[since, *(communities or ())],
    ).to_arrow_table()


def _clauses(text: str) -> Iterator[list[str]]:
    clause: list[str] = []
    for word in (*dictionary_words(text), "。"):
        if any(char.isalnum() for char in word):
            clause.append(word)
        elif clause:
            yield clause
            clause = []


def _holding(rows: pa.Table, phrases: Iterable[str], most: int) -> list[Other]:
    return [
        each
        for phrase in phrases
        for each in _others(rows.filter(pc.match_substring(rows.column("text"), phrase)).slice(0, most))
    ]


def _others(rows: pa.Table) -> list[Other]:
    return [
        Other(Key(row["community_id"], row["scope"], row["message_id"]), row["text"])
        for row in rows.to_pylist() if 4 <= len(row["text"]) <= 120 and "\n" not in row["text"]
    ]  # fmt: skip


def _apart(ranked: Sequence[Phrased]) -> tuple[Phrased, ...]:
    """Return the phrases, those first that are no part of one before them and hold none."""
    first: list[Phrased] = []
    for each in ranked:
        if not any(each.phrase in other.phrase or other.phrase in each.phrase for other in first):
            first.append(each)
    return (*first, *(each for each in ranked if each not in first))


def _few(others: Iterable[Other], most: int) -> tuple[Other, ...]:
    """Return the first few whose texts differ."""
    found: dict[str, Other] = {}
    for each in others:
        found.setdefault(each.text.strip(), each)
        if len(found) == most:
            break
    return tuple(found.values())
