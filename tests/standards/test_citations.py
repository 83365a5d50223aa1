"""What rules rest on, in English: every shipped law and section has its title, and articles are counted right."""

from __future__ import annotations

import re

import pytest

from qunjian.runs.standards import load_packs
from qunjian.standards.citations import citation_in

HAN = re.compile(r"[\u3400-\u9fff]")


# Each clause read by hand.
@pytest.mark.parametrize(
    ("stored", "said"),
    [
        (
            "《中华人民共和国反电信网络诈骗法》第二十五条（2022-09-02 版）",
            "Anti-Telecom and Online Fraud Law, art. 25 (version 2022-09-02)",
        ),
        (
            "《中华人民共和国广告法》第九条第三项（2021-04-29 版）",
            "Advertising Law, art. 9, item 3 (version 2021-04-29)",
        ),
        (
            "《中华人民共和国刑法》第二百八十四条之一（2020-12-26 版，条文待核）",
            "Criminal Law, art. 284-1 (version 2020-12-26, wording to be checked)",
        ),
        ("《中华人民共和国民法典》第一千零一十条（2020-05-28 版）", "Civil Code, art. 1010 (version 2020-05-28)"),
        (
            "《中华人民共和国慈善法》（2023-12-29 版）；通用社群运营标准·秩序",
            "Charity Law (version 2023-12-29); General standard of community operations: order",
        ),
        ("《本地办法》第十条（2020-01-01 版）；群公告", "《本地办法》, art. 10 (version 2020-01-01); 群公告"),
    ],
)
def test_clauses_in_english(stored: str, said: str) -> None:
    assert citation_in("en", stored) == said
    assert citation_in("zh", stored) == stored


def test_every_shipped_basis_has_an_english_title() -> None:
    bases = {rule.citation for rules in load_packs().values() for rule in rules}
    assert len(bases) > 100
    assert [basis for basis in sorted(bases) if HAN.search(citation_in("en", basis))] == []
