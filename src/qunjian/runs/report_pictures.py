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
SELECT community_id, why, count(*), count(*) FILTER (codes IS NOT NULL), count(*) FILTER (ocr AND why IS NULL)
FROM attachment JOIN report_span USING (community_id)
WHERE sent_at >= starts AND sent_at < ends AND kind IN ('image', 'sticker') GROUP BY ALL ORDER BY 1, 3 DESC, 2
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
