"""No clause of law is left out without a reason, and no rule rests on a clause that is not known."""

from __future__ import annotations

from collections import Counter

import pytest

from qunjian.runs.standards import load_packs
from qunjian.standards.clauses import Law, load_laws, matrix, unknown_bases
from qunjian.standards.rules import Rule


@pytest.fixture(scope="module")
def laws() -> tuple[Law, ...]:
    return load_laws()


@pytest.fixture(scope="module")
def rules() -> list[Rule]:
    return [rule for pack in load_packs().values() for rule in pack]


def test_every_clause_has_a_rule_a_question_or_a_reason(laws: tuple[Law, ...], rules: list[Rule]) -> None:
    assert [(row.law.law, row.clause.article) for row in matrix(laws, rules) if not row.covered] == []


def test_a_reason_stands_only_where_there_is_no_rule(laws: tuple[Law, ...], rules: list[Rule]) -> None:
    rows = matrix(laws, rules)
    assert [row.clause.article for row in rows if row.clause.reason and (row.rules or row.clause.ask)] == []


def test_every_rule_rests_on_a_known_clause_and_agrees_whether_it_was_verified(
    laws: tuple[Law, ...], rules: list[Rule]
) -> None:
    assert [(rule.id, basis.citation) for rule, basis in unknown_bases(laws, rules)] == []


def test_a_basis_nobody_listed_is_told(laws: tuple[Law, ...], rules: list[Rule]) -> None:
    without = [law for law in laws if law.law != "网络信息内容生态治理规定"]
    told = {basis.law for _, basis in unknown_bases(without, rules)}
    assert told - {basis.law for _, basis in unknown_bases(laws, rules)} == {"网络信息内容生态治理规定"}


def test_an_omission_is_told(laws: tuple[Law, ...]) -> None:
    rows = [row for row in matrix(laws, []) if not row.covered]
    bare = [clause for law in laws for clause in law.clauses if not (clause.ask or clause.reason)]
    assert len(rows) == len(bare) > 20


def test_the_kinds_of_articles_six_and_seven_are_all_there(laws: tuple[Law, ...]) -> None:
    """Eleven kinds of illegal and nine kinds of bad content, by the text of the law."""
    (law,) = (law for law in laws if law.law == "网络信息内容生态治理规定")
    kinds = Counter(each.article[:3] for each in law.clauses if each.article.endswith("项"))
    assert kinds == {"第六条": 11, "第七条": 9}


def test_clauses_are_listed_once(laws: tuple[Law, ...]) -> None:
    listed = Counter((law.law, law.version, each.article) for law in laws for each in law.clauses)
    assert [key for key, times in listed.items() if times > 1] == []
