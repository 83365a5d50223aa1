"""Suggestions of one person: planted pairs are found, two contacts of one source never, and refusals stick."""

from __future__ import annotations

import datetime as dt
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from qunjian.insight.doubles import Double
from qunjian.insight.identity import Known, suggest
from qunjian.model.decisions import Identity
from qunjian.model.persons import apart, groups, persons, standing

NOW = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)


def decided(number: int, act: str, *accounts: str, of: str = "") -> Identity:
    return Identity(f"id-{number}", act, NOW, accounts=tuple(sorted(accounts)), of=of)  # type: ignore[arg-type]


def coincide(one: str, other: str, messages: int, fewest: int) -> Double:
    return Double("g", one, other, messages, messages, fewest, NOW, NOW)


WORLD = (
    Known("qq:10001", ("小满", "阿满"), ("q",)),
    Known("zulip:10001@QQ.com", ("man",), ("z",)),  # an e-mail address of that QQ number
    Known("wechat:wxid_lin", ("林一",), ("w",)),
    Known("wechat:name:林一", ("林一",), ("w",)),  # an export without ids of the same group
    Known("wechat:wxid_wu1", ("吴桐",), ("w",)),
    Known("wechat:wxid_wu2", ("吴桐",), ("w",)),  # two contacts of one source with one name
    Known("wechat:name:吴桐", ("吴桐",), ("w",)),  # may be either: ambiguous
    Known("discord:chen_yu", ("陈宇",), ("d",)),
    Known("slack:Chen_Yu", ("陈宇",), ("s",)),
    Known("telegram:微信用户", ("微信用户",), ("t",)),
    Known("wechat:wxid_x", ("微信用户",), ("w",)),  # a name the platform gives
    Known("wechat:name:我", ("我", "林一"), ("w",)),  # whoever exported
    Known("discord:12", ("7",), ("d",)),
    Known("slack:12", ("7",), ("s",)),  # too short to mean anything
)


def test_planted_pairs_are_found_and_nothing_else() -> None:
    found = {
        frozenset(one.accounts): (one.strength, {e.kind for e in one.evidence}) for one in suggest(WORLD, (), {}, ())
    }
    assert found == {
        frozenset({"qq:10001", "zulip:10001@QQ.com"}): ("strong", {"same_email"}),
        frozenset({"wechat:wxid_lin", "wechat:name:林一"}): ("medium", {"same_name", "same_community"}),
        frozenset({"discord:chen_yu", "slack:Chen_Yu"}): ("strong", {"same_id", "same_name"}),
    }


def test_a_name_seen_in_other_groups_too_is_weak() -> None:
    world = (Known("wechat:wxid_lin", ("林一",), ("w",)), Known("wechat:name:林一", ("林一",), ("v", "w")))
    assert [one.strength for one in suggest(world, (), {}, ())] == ["weak"]


def test_equal_messages_join_names_of_two_exports_but_never_two_names_of_one() -> None:
    world = tuple(Known(f"whatsapp:name:{name}", (name,), ("g",)) for name in ("Bob", "Bob Work", "Ann"))
    same = [
        coincide("whatsapp:name:Bob", "whatsapp:name:Bob Work", 6, 8),
        coincide("whatsapp:name:Ann", "whatsapp:name:Bob", 9, 9),
    ]
    documents = {"whatsapp:name:Bob": {("1", 0)}, "whatsapp:name:Ann": {("1", 0)}, "whatsapp:name:Bob Work": {("2", 0)}}
    (one,) = suggest(world, same, documents, ())
    assert (one.strength, set(one.accounts)) == ("strong", {"whatsapp:name:Bob", "whatsapp:name:Bob Work"})
    few = [coincide("whatsapp:name:Bob", "whatsapp:name:Bob Work", 2, 50)]
    assert [each.strength for each in suggest(world, few, documents, ())] == ["medium"]


def test_a_refused_pair_is_not_suggested_again_until_that_is_undone() -> None:
    pair = ("discord:chen_yu", "slack:Chen_Yu")
    log = [decided(1, "refuse", *pair)]
    assert pair not in [one.accounts for one in suggest(WORLD, (), {}, log)]
    log.append(decided(2, "undo", *pair, of="id-1"))
    assert pair in [one.accounts for one in suggest(WORLD, (), {}, log)]


def test_persons_follow_the_decisions_that_stand() -> None:
    log = [
        decided(1, "accept", "a:1", "b:1"),
        decided(2, "accept", "b:1", "c:name:x"),
        decided(3, "accept", "d:1", "e:1"),
    ]
    assert groups(log) == [("a:1", "b:1", "c:name:x"), ("d:1", "e:1")]
    assert persons(log)["c:name:x"] == "a:1"
    log.append(decided(4, "undo", of="id-1"))
    assert groups(log) == [("b:1", "c:name:x"), ("d:1", "e:1")]
    log.append(decided(5, "refuse", "d:1", "e:1"))
    assert groups(log) == [("b:1", "c:name:x")]
    assert standing(log)[frozenset({"d:1", "e:1"})].act == "refuse"


accounts = st.builds(
    lambda platform, name, ident: f"{platform}:name:{ident}" if name else f"{platform}:{ident}",
    st.sampled_from(("qq", "wechat", "zulip")), st.booleans(),
    st.sampled_from(("linyi", "wutong", "10001@qq.com", "10001")),
)  # fmt: skip
worlds = st.dictionaries(
    accounts,
    st.tuples(
        st.sets(st.sampled_from(("林一", "吴桐", "10001@qq.com")), max_size=2),
        st.sets(st.sampled_from("gh"), min_size=1),
    ),
)  # fmt: skip


@given(worlds, st.data())
def test_accepting_what_is_suggested_never_makes_one_person_of_two_contacts_of_a_source(
    world: dict[str, tuple[set[str], set[str]]], data: st.DataObject
) -> None:
    known = [Known(account, tuple(sorted(names)), tuple(sorted(places))) for account, (names, places) in world.items()]
    documents = {account: {("all", 0)} for account in world}
    pairs = list(combinations(sorted(world), 2))
    same = [coincide(*pair, 9, 9) for pair in pairs if data.draw(st.booleans())]
    log: list[Identity] = []
    for number in range(len(world)):
        found = suggest(known, same, documents, log)
        if not found:
            break
        act = data.draw(st.sampled_from(("accept", "refuse")))
        log.append(decided(number, act, *data.draw(st.sampled_from(found)).accounts))
    refused = [set(pair) for pair, entry in standing(log).items() if entry.act == "refuse"]
    for group in groups(log):
        assert not any(apart(*pair, documents) for pair in combinations(group, 2))
        assert not any(pair <= set(group) for pair in refused)
