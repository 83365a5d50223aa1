"""What WeCom's archive notes of consent: who agreed to be archived, who refused, and what stands there all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.insight.signs.record import Sign
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from qunjian.engines.local import Session

AGREED, REFUSED = "同意会话存档", "不同意会话存档"
# An account's word holds until its next one. `refusal`: the stretches in which it was no; `unconsented`: what an
# account said in them. Only WeCom itself writes these lines: what a member types is no system message.
NOTED = f"""
consent_note AS (
    SELECT account_id, sent_at, text = '{AGREED}' AS agreed,
           lead(sent_at) OVER (PARTITION BY account_id ORDER BY sent_at, text) AS until
    FROM message WHERE platform = 'wecom' AND kind = 'system' AND text IN ('{AGREED}', '{REFUSED}')
      AND account_id IS NOT NULL AND sent_at IS NOT NULL
), refusal AS (
    SELECT account_id, sent_at AS since, until FROM consent_note WHERE NOT agreed
), unconsented AS (
    SELECT m.community_id, m.account_id, count(*) AS messages, min(m.sent_at) AS first, max(m.sent_at) AS last
    FROM message m JOIN refusal r ON m.account_id = r.account_id AND m.sent_at > r.since
     AND (r.until IS NULL OR m.sent_at < r.until)
    WHERE m.kind NOT IN ('system', 'recall') GROUP BY 1, 2
)"""  # noqa: S608


def unconsented(session: Session) -> list[Sign]:
    """Return the communities in which people speak who had refused to be archived."""
    rows = session.temporary(
        f"WITH {NOTED} SELECT community_id, count(*) AS accounts, sum(messages)::BIGINT AS messages, "  # noqa: S608
        "min(first) AS first, max(last) AS last FROM unconsented GROUP BY 1 ORDER BY 1"
    ).to_pylist()
    return [
        Sign(
            "unconsented", community, first, last, {"accounts": accounts, "messages": messages},
            Phrase(
                f"{accounts} 个账号不同意会话存档之后，这里仍存有他们的 {messages} 条消息：请核对是谁导出的、依据什么；"
                f"名单见 qunjian members --consents，删除用 qunjian erase",
                f"{messages} messages by {accounts} accounts stand here after they refused the archive: ask who "
                f"exported them and on what ground; qunjian members --consents lists them, qunjian erase deletes",
            ),
        )
        for community, accounts, messages, first, last in (row.values() for row in rows)
    ]  # fmt: skip
