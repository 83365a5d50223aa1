"""Counts who took a message up within a day: distinct people who replied to or quoted it, and those who thanked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qunjian.conversations.replies import native_links
from qunjian.text.terms import naming

if TYPE_CHECKING:
    import datetime as dt

    from qunjian.engines.local import Session

ANSWER = "value_answer"
THANKS = (
    "谢", "感谢", "多谢", "辛苦", "学到了", "有用", "有帮助", "解决了", "好用", "收藏", "thank", "thanks", "thx", "ty",
    "helpful", "solved", "works now",
)  # fmt: skip


def keep_answers(session: Session, within: dt.timedelta) -> None:
    """Put the temporary table ANSWER into the session: scope, message_id, people, thanks of answered messages.

    `people`: distinct accounts, not the author's, that replied at most `within` later; `thanks`: those of them who
    thanked. A mention is no answer to a certain message and does not count here.
    """
    links = native_links(session.table("message"))
    links = links.filter(links.target_account_id.notnull()).select(
        "scope", "message_id", "account_id", "target_id", "sent_at", "target_sent_at"
    )
    found = session.ibis.to_pyarrow(links)
    waited = pc.subtract(found["sent_at"].cast(pa.int64()), found["target_sent_at"].cast(pa.int64())).to_numpy()
    found = found.filter(pa.array((waited >= 0) & (waited <= within.total_seconds() * 1e6)))
    connection = session.connection
    connection.register("value_link", found)
    texts = session.temporary(
        "SELECT l.scope, l.target_id, l.account_id, coalesce(m.text, '') AS text FROM value_link l "
        "JOIN message m ON m.scope = l.scope AND m.message_id = l.message_id"
    )
    thanking = pa.array(naming(texts["text"], THANKS) if texts.num_rows else np.zeros(0, dtype=bool))
    connection.register("value_link", texts.drop_columns(["text"]).append_column("thanking", thanking))
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {ANSWER} AS "  # noqa: S608
        "SELECT scope, target_id AS message_id, count(DISTINCT account_id) AS people, "
        "count(DISTINCT account_id) FILTER (thanking) AS thanks FROM value_link GROUP BY ALL"
    )
    connection.unregister("value_link")
