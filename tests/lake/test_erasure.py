"""Erasure: not one byte of the account is left in the lake, and no import brings it back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.lake.made import bring, feed, row, state

from qunjian.conversations.replies import reply_targets
from qunjian.lake.intake import BLOT
from qunjian.lake.lake import Lake
from qunjian.lake.rewriting import exchange
from qunjian.model.schemas import FINDING, MEMBERSHIP, ROSTER

ACCOUNT, NAME, OTHER = "t:canary90210", "金丝雀七七", "t:1"
SECRET = "我的暗号是布谷鸟四十二"
CANARIES = ("canary90210", NAME, SECRET)


def _rows() -> list[dict]:
    return [
        row("1", "早上好", account=OTHER),
        row("2", SECRET, minute=1, account=ACCOUNT, name_then=NAME),
        row("3", f"@{NAME} 你好呀", minute=2, account=OTHER, mentions=[ACCOUNT, "t:2"]),
        row("4", "转发", minute=3, account=OTHER, forwarded_from=NAME),
        row("~", SECRET, minute=4, account=ACCOUNT, name_then=NAME),
    ]


def _fill(lake: Lake) -> None:
    roster = pa.RecordBatch.from_pylist(
        [
            {"platform": "t", "community_id": "t:g", "account_id": ACCOUNT, "name": NAME},
            {"platform": "t", "community_id": "t:g", "account_id": "t:2", "name": "二", "inviter": ACCOUNT},
        ],
        schema=ROSTER,
    )
    kicked = {k: v for k, v in row("9", account=OTHER).items() if k in MEMBERSHIP.names}
    joined = {k: v for k, v in row("8", account=ACCOUNT).items() if k in MEMBERSHIP.names}
    events = [{**kicked, "kind": "kicked", "actor_id": ACCOUNT}, {**joined, "kind": "joined", "name_then": NAME}]
    with lake.importing({"paths": [f"{NAME}.json"]}) as act:
        document = feed(act, _rows(), name=f"与{NAME}的聊天.json", states={"roster": roster})
        act.add(document, membership=pa.RecordBatch.from_pylist(events, schema=MEMBERSHIP))
        act.reading(document).include(read=2, warnings=[f"{NAME} 的一条消息重复"])
        act.commit()
    finding = {"finding_id": "f", "scope": "t:g", "message_id": "2", "account_id": ACCOUNT, "detail": NAME}
    batch = pa.RecordBatch.from_pylist([finding], schema=FINDING)
    lake.append("inspect", {}, {"finding": pa.RecordBatchReader.from_batches(FINDING, [batch])})


def _hits(root: Path) -> list[str]:
    """Return where a canary stands: in raw bytes of any file, or in any decoded Parquet value."""
    found = []
    for path in (p for p in root.rglob("*") if p.is_file()):
        raw = path.read_bytes()
        found += [f"{path.name}: bytes {c}" for c in CANARIES if c.encode() in raw]
        if path.suffix == ".parquet":
            text = str(pq.read_table(path, partitioning=None).to_pylist())
            found += [f"{path.name}: value {c}" for c in CANARIES if c in text]
    return found


def _counted(lake: Lake) -> dict[str, list[tuple]]:
    """Return what a report counts: messages and speakers per day, events, members, findings."""
    session = lake.session()
    asked = {
        "message": "SELECT kind, count(*), count(DISTINCT account_id), sum(len(mentions)) FROM message GROUP BY 1",
        "membership": "SELECT kind, count(*), count(DISTINCT account_id), count(actor_id) FROM membership GROUP BY 1",
        "roster": "SELECT count(*), count(DISTINCT account_id), count(inviter) FROM roster",
        "finding": "SELECT rule, count(*), count(DISTINCT account_id) FROM finding GROUP BY 1",
        "claim": "SELECT count(*), count(DISTINCT message_id) FROM claim",
    }
    found = {name: session.connection.execute(f"{query} ORDER BY ALL").fetchall() for name, query in asked.items()}
    session.close()
    return found


def test_no_trace_is_left(lake: Lake) -> None:
    _fill(lake)
    lake.undo(bring(lake, _rows()).act_id)  # rows of hidden acts must go too
    assert _hits(lake.root)
    before = _counted(lake)
    counts = lake.erase(ACCOUNT)
    assert _hits(lake.root) == []
    assert (counts.messages, counts.membership, counts.roster, counts.findings) == (2, 1, 1, 1)
    assert _counted(lake) == before
    rows = state(lake)
    assert len(rows) == 5
    left = {r["message_id"]: r for r in rows}
    assert left["3"]["text"] == f"@{NAME} 你好呀".replace(f"@{NAME}", "＊" * (len(NAME) + 1))
    alias = left["2"]["account_id"]
    assert left["3"]["mentions"] == [alias, "t:2"]
    own = [r for r in rows if r["account_id"] == alias]
    assert [(r["text"], r["name_then"]) for r in own] == [(None, None)] * 2


def test_an_import_does_not_bring_the_account_back(lake: Lake) -> None:
    _fill(lake)
    lake.erase(ACCOUNT)
    again = bring(lake, _rows())
    assert again.total.rejected == {"erased": 2}
    assert (again.total.kept, again.total.duplicate) == (0, 3)
    assert _hits(lake.root) == []


def test_an_erasure_killed_half_way_is_finished_by_the_next_writer(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    _fill(lake)
    done: list[str] = []

    def dies(*arguments: object, **named: object) -> int:
        done.append(str(arguments[2]))
        if len(done) == 3:
            raise KeyboardInterrupt
        return exchange(*arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr("qunjian.lake.erasing.exchange", dies)
        with pytest.raises(KeyboardInterrupt):
            lake.erase(ACCOUNT)
    assert _hits(lake.root)
    bring(lake, [row("50", account=OTHER)])
    assert _hits(lake.root) == []
    assert [act.kind for act in lake.acts() if act.kind == "erase"] == ["erase"]
    assert "50" in {r["message_id"] for r in state(lake)}


def test_undo_still_works_after_an_erasure(lake: Lake) -> None:
    _fill(lake)
    second = bring(lake, [*_rows(), row("60", minute=9)])
    lake.erase(ACCOUNT)
    lake.undo(second.act_id)
    assert len(state(lake)) == 5
    assert {r["message_id"] for r in state(lake)} >= {"1", "2", "3", "4"}


def test_the_log_never_names_an_account(lake: Lake) -> None:
    _fill(lake)
    lake.erase(ACCOUNT)
    logs = [path.read_bytes() for path in lake.root.rglob("_delta_log/*.json")]
    assert logs
    assert not any(b"canary" in log or OTHER.encode() in log for log in logs)


def test_calls_and_file_names_of_a_later_export_name_the_account_no_more(lake: Lake) -> None:
    _fill(lake)
    lake.erase(ACCOUNT)
    later = [row("70", f"多谢@{NAME}！", minute=70, account=OTHER), row("71", "@别人 好", minute=71, account=OTHER)]
    with lake.importing({"paths": [f"{NAME}.json"]}) as act:
        document = feed(act, later, name=f"与{NAME}的聊天.json")
        act.reading(document).include(read=0, warnings=[f"{NAME} 的时间不对"])
        act.commit()
    assert _hits(lake.root) == []
    texts = {r["message_id"]: r["text"] for r in state(lake)}
    assert texts["70"] == f"多谢{'＊' * (len(NAME) + 1)}！"
    assert texts["71"] == "@别人 好"


def _told(lake: Lake, message_id: str) -> str:
    return next(r["text"] for r in state(lake) if r["message_id"] == message_id)


def _quoting(lake: Lake) -> None:
    bring(
        lake,
        [
            row("1", SECRET, account=ACCOUNT, name_then=NAME),
            row("2", "早", minute=1, account=ACCOUNT, name_then="小七"),
            row("3", f"“{SECRET}”说得好", minute=2, account=OTHER, reply_to="1"),
            row("4", f"听{NAME}说的，小七也在", minute=3, account=OTHER),
            row("5", "canary902101 和 canary90210、canary90210", minute=4, account=OTHER),
            row("6", "今天的暗号是什么", minute=5, account=OTHER),
        ],
    )


def test_names_and_quotes_in_the_texts_of_others_are_masked(lake: Lake) -> None:
    _quoting(lake)
    assert lake.traces(ACCOUNT).quoted == {NAME: 1}
    lake.erase(ACCOUNT)
    assert _told(lake, "3") == f"“{'＊' * len(SECRET)}”说得好"
    assert _told(lake, "4") == f"听{'＊' * len(NAME)}说的，小七也在"  # two characters: too likely a word
    assert _told(lake, "5") == f"canary902101 和 {'＊' * 11}、{'＊' * 11}"
    assert _told(lake, "6") == "今天的暗号是什么"


def test_quotes_can_be_kept(lake: Lake) -> None:
    _quoting(lake)
    lake.erase(ACCOUNT, quotes=False)
    assert _told(lake, "3") == f"“{SECRET}”说得好"
    assert _told(lake, "4") == f"听{NAME}说的，小七也在"
    assert _told(lake, "5") == f"canary902101 和 {'＊' * 11}、{'＊' * 11}"


def test_an_answer_still_finds_the_message_without_a_native_id(lake: Lake) -> None:
    made = row("~", SECRET, account=ACCOUNT, name_then=NAME)
    print_ = f"{made['message_id']}.1"
    bring(lake, [made, row("2", "收到", minute=1, account=OTHER, reply_to=print_)])
    assert {r["message_id"] for r in state(lake)} == {print_, "2"}
    lake.erase(ACCOUNT)
    rows = {r["account_id"]: r for r in state(lake)}
    own = next(r for account, r in rows.items() if account != OTHER)
    assert rows[OTHER]["reply_to"] == own["message_id"] != print_


def test_a_quote_by_author_and_minute_names_the_account_no_more_and_is_still_found(lake: Lake) -> None:
    wall = dt.datetime(2026, 11, 1, 8, 1)  # noqa: DTZ001 (wall time)
    rows = [
        row("2", SECRET, minute=1, account=ACCOUNT, name_then=NAME, wall_time=wall),
        row("3", "说得对", minute=2, account=OTHER, reply_to=f"?2026-11-01T08:01|{NAME}"),
        row("4", "是的", minute=3, account=OTHER, reply_to=f"?2026-11-01T08:01||{ACCOUNT}"),
        row("5", "不是", minute=4, account=OTHER, reply_to="?2026-11-01T08:01|别人"),
    ]
    bring(lake, rows)
    lake.erase(ACCOUNT)

    def targets() -> dict[str, str]:
        session = lake.session()
        found = session.ibis.to_pyarrow(reply_targets(session.table("message"))).to_pylist()
        session.close()
        return {one["message_id"]: one["target_id"] for one in found}

    assert targets() == {"3": "2", "4": "2", "5": "?2026-11-01T08:01|别人"}
    later = [{**one, "message_id": f"1{one['message_id']}", "content_hash": one["content_hash"][::-1]} for one in rows]
    bring(lake, later)
    for one in state(lake):
        assert not any(canary in str(one) for canary in CANARIES), one
    assert {key: target for key, target in targets().items() if len(key) > 1} == {
        "13": f"?2026-11-01T08:01||{BLOT}", "14": f"?2026-11-01T08:01||{BLOT}", "15": "?2026-11-01T08:01|别人",
    }  # fmt: skip


def test_a_talk_that_bears_the_id_of_the_other_side_is_renamed(lake: Lake) -> None:
    """Its tables are rewritten twice in one act: for the rows of the account, and for the name of the place."""
    talk = {"community_id": ACCOUNT, "channel_id": ACCOUNT}
    bring(lake, [row("1", SECRET, account=ACCOUNT, name_then=NAME, **talk), row("2", account=OTHER, **talk)])
    lake.erase(ACCOUNT)
    assert _hits(lake.root) == []
    rows = {one["message_id"]: one for one in state(lake)}
    assert rows["1"]["community_id"] == rows["2"]["community_id"] == rows["1"]["account_id"]


def test_numbers_are_not_taken_for_an_account(lake: Lake) -> None:
    rows = [row(str(n), minute=n, account="qq:12345" if n == 0 else OTHER) for n in range(3)]
    with lake.importing() as act:
        document = feed(act, rows)
        act.reading(document).include(read=0, warnings=["12345 说的", "共 12345 条"])
        act.commit()
    lake.erase("qq:12345")
    document = _only_document(lake)
    assert document["warnings"] == '["＊＊＊＊＊ 说的","共 ＊＊＊＊＊ 条"]'
    assert document["counts"].startswith("{")


def _only_document(lake: Lake) -> dict:
    session = lake.session()
    found = session.arrow("SELECT * FROM document").to_pylist()
    session.close()
    assert len(found) == 1
    return found[0]
