"""Counts for a report the pictures of the period: how many were read, and why the others were not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.lake.media import readings
from qunjian.media.reading import READER
from qunjian.model.language import Phrase
from qunjian.reports.material import PictureFacts
from qunjian.runs.media_words import UNREAD
from qunjian.runs.report_facts import fetched

if TYPE_CHECKING:
    from qunjian.engines.local import Session

# Whether a picture was read: what stands in the place of the reason is null then.
_COUNTS = """
WITH seen AS (
    SELECT m.community_id, m.scope, m.message_id, m.content_hash,
           generate_subscripts(m.attachments, 1) - 1 AS number, unnest(m.attachments).kind AS kind
    FROM message m JOIN report_span s USING (community_id)
    WHERE len(m.attachments) > 0 AND m.sent_at >= s.starts AND m.sent_at < s.ends
)
SELECT community_id, CASE
           WHEN h.scope IS NULL THEN 'not_given'
           WHEN h.content IS NULL
           THEN coalesce(h.absent, CASE WHEN h.digest IS NULL THEN 'too_large' ELSE 'pending' END)
           ELSE h.unread END AS why,
       count(*), count(*) FILTER (h.codes IS NOT NULL), count(*) FILTER (coalesce(h.ocr, false) AND h.unread IS NULL)
FROM seen LEFT JOIN held h USING (scope, message_id, content_hash, number)
WHERE seen.kind IN ('image', 'sticker') GROUP BY ALL ORDER BY 1, 3 DESC, 2
"""


def read_pictures(session: Session) -> tuple[PictureFacts, ...]:
    """Return the counts of every community with pictures, in the days registered as report_span."""
    readings(session, READER)
    found: dict[str, PictureFacts] = {}
    for community, why, count, codes, texts in fetched(session, _COUNTS):
        one = found.get(community, PictureFacts(community, 0, 0, 0, 0))
        unread = one.unread if why is None else (*one.unread, (UNREAD.get(why, Phrase(why, why)), count))
        found[community] = PictureFacts(
            community, one.pictures + count, one.read + (count if why is None else 0), one.with_codes + codes,
            one.text_read + texts, unread,
        )  # fmt: skip
    return tuple(sorted(found.values(), key=lambda each: (-(each.pictures - each.read), each.community_id)))
