"""What a doubtful reading is worth: a finding where something else speaks for it too, else a question to a person.

A word seen by sound or shape alone, where the text makes sense as it stands, accuses nobody. It stands as a finding
when the rule also sees one of its words otherwise, or when the message offers a way to get in touch or names a price.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import re2

from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.checks.contract import Match
    from qunjian.standards.rules import Rule

# A way to get in touch, a link, or a price, in folded text.
_OFFER = re2.compile(
    r"https?://|www\.|t\.me/|\+\s?(?:v|q|微|薇|扣|群)|加\s?(?:我|v|vx|q|qq|微|薇|扣|群)|私(?:聊|我|信我)|滴滴我|联系我"
    r"|(?:vx|wx|qq|tg|微信|薇信|电话|手机号?|群号?)\s?[:：]?\s?[a-z0-9_-]{5,}|(?:^|\D)1[3-9]\d{9}(?:\D|$)"
    r"|[¥$]\s?\d|\d\s?(?:元|块钱?|r?mb|/天|一天|一单|一张|一份|一次)|日结|包邮"
)


def stands(matches: Sequence[Match], folded: str) -> bool:
    """Return whether the matches of a rule in a message make a finding: not all are doubtful, or an offer is there."""
    return any(not match.doubtful for match in matches) or _OFFER.search(folded) is not None


def why_doubtful(text: str, matches: Sequence[Match]) -> Phrase:
    """Return why doubtful matches make no finding."""
    seen = "、".join(dict.fromkeys(f"“{text[match.start : match.end]}”" for match in matches))
    return Phrase(
        f"{seen}只是读音或字形像，照字面也讲得通，旁边没有别的迹象：不算问题，交人判断（qunjian questions）",
        f"{seen} only sounds or looks alike, makes sense as written, and nothing else speaks for it: no finding but a "
        "question to a person (qunjian questions)",
    )


def asked_of(rule: Rule) -> Phrase:
    """Return what a person is asked of a doubtful reading."""
    return Phrase(
        f"标出的词是不是换了字写的“{rule.name.zh}”？照字面也讲得通",
        f"Is the marked text a disguise for '{rule.name.en}'? It makes sense as written, too",
    )
