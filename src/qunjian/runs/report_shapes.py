"""Gathers the shape of a period: when each community talks, in what kinds of message, and in which words."""

from __future__ import annotations

from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import msgspec

from qunjian.aggregates.accounts import BOT_ENDINGS
from qunjian.reports.material import Shape
from qunjian.runs.pool import Pool
from qunjian.runs.report_facts import NOTICES, THERE, fetched
from qunjian.text.masking import mask_text
from qunjian.text.segmenting import top_words, words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from concurrent.futures import Future

    from qunjian.engines.local import Session

MOST_WORDS = 12
# Posts read for words, over all communities shown and of each one (at most, at least); a word said by fewer
# posts is nobody's topic.
WORDS_FROM = 6_000
WORDS_FROM_EACH = 2_000
LEAST_FROM_EACH = 200
LEAST_POSTS = 3


Top = tuple[tuple[str, int], ...]


class Texts(msgspec.Struct, frozen=True):
    """Texts to count words in, and the names of those who wrote there."""

    texts: tuple[str, ...]
    names: frozenset[str]


class Slots(msgspec.Struct, frozen=True):
    """What a community posted in the period: by weekday and hour (168), by kind, and how much no check can read."""

    hours: list[int]
    kinds: Counter[str]
    unread: int

    @property
    def media(self) -> int:
        """Return the posts that are neither text nor link."""
        return sum(number for kind, number in self.kinds.items() if kind not in ("text", "link"))


def read_slots(session: Session) -> dict[str, Slots]:
    """Count the posts of the days registered as report_span."""
    rows = fetched(
        session,
        f"""
        WITH placed AS (
            SELECT m.community_id, m.kind, coalesce(m.text, '') = '' AS bare, {THERE} AS there
            FROM message m JOIN report_span s USING (community_id)
            WHERE m.sent_at >= (SELECT min(starts) FROM report_span) AND m.sent_at >= s.starts AND m.sent_at < s.ends
              AND m.kind NOT IN {NOTICES}
        )
        SELECT community_id, kind, isodow(there) - 1, hour(there), count(*), count(*) FILTER (bare)
        FROM placed GROUP BY ALL ORDER BY ALL
        """,  # noqa: S608
    )
    hours: defaultdict[str, list[int]] = defaultdict(lambda: [0] * 168)
    kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    unread: Counter[str] = Counter()
    for community, kind, weekday, hour, count, bare in rows:
        hours[community][24 * weekday + hour] += count
        kinds[community][kind] += count
        unread[community] += bare
    return {community: Slots(hours[community], kinds[community], unread[community]) for community in hours}


class Words:
    """Top words, counted in a process of its own: loading the dictionary would hold everything else up."""

    def __init__(self) -> None:
        self._pool: Pool[Texts, Top] = Pool(top, 1)
        self._thread = ThreadPoolExecutor(1)  # started when first used: a fork must come before any thread
        self._found: Future[dict[str, Top]] | None = None
        self._thread.submit(self._count, {"": Texts((), frozenset())})

    def ask(self, session: Session, communities: Collection[str], bots: Iterable[tuple[str, str]]) -> None:
        """Begin to count the words of these communities, in the days registered as report_span."""
        if not communities:
            return
        excluded = set(bots)
        each = min(WORDS_FROM_EACH, max(LEAST_FROM_EACH, WORDS_FROM // len(communities)))
        rows = fetched(
            session,
            f"""
            SELECT m.community_id, m.account_id, coalesce(m.name_then, ''), m.text
            FROM message m JOIN report_span s USING (community_id)
            WHERE m.sent_at >= (SELECT min(starts) FROM report_span) AND m.sent_at >= s.starts AND m.sent_at < s.ends
              AND list_contains($1, m.community_id) AND m.text <> '' AND m.kind NOT IN {NOTICES}
            QUALIFY row_number() OVER (PARTITION BY m.community_id
                                       ORDER BY m.content_hash, m.scope, m.message_id) <= $2
            ORDER BY m.community_id, m.content_hash, m.scope, m.message_id
            """,  # noqa: S608
            [sorted(communities), each],
        )
        texts: defaultdict[str, list[str]] = defaultdict(list)
        names: defaultdict[str, set[str]] = defaultdict(set)
        for community, account, name, text in rows:
            names[community].add(name)
            if (community, account) not in excluded and not name.endswith(BOT_ENDINGS):
                texts[community].append(text)
        tasks = {community: Texts(tuple(own), frozenset(names[community])) for community, own in texts.items()}
        self._found = self._thread.submit(self._count, tasks)

    def found(self) -> dict[str, Top]:
        """Return the words of every community asked for; waits for what is still being counted."""
        return self._found.result() if self._found else {}

    def close(self) -> None:
        """Let the thread and the process end."""
        self._thread.shutdown(wait=True, cancel_futures=True)
        self._pool.close()

    def _count(self, tasks: dict[str, Texts]) -> dict[str, Top]:
        return dict(zip(tasks, self._pool.ordered(tasks.values()), strict=True))


def top(read: Texts) -> Top:
    """Return the topical words with the posts they stand in; no member's name, nothing that masking would touch."""
    own = frozenset(part for name in read.names for part in (*words(name), name.casefold()))
    found = top_words(read.texts, 4 * MOST_WORDS, also_stop=own)
    kept = [one for one in found if one.messages >= LEAST_POSTS and mask_text(one.word) == one.word]
    return tuple((one.word, one.messages) for one in kept[:MOST_WORDS])


def shapes(slots: dict[str, Slots], words: dict[str, Top]) -> tuple[Shape, ...]:
    """Return the shape of every community that posted."""
    return tuple(
        Shape(community, tuple(own.hours), tuple(own.kinds.most_common()), words.get(community, ()))
        for community, own in sorted(slots.items())
    )
