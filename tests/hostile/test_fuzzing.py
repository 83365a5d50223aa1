"""A small part of the fuzzing in every run, and what the whole of it has found, written again by hand."""

from __future__ import annotations

import random
from pathlib import Path

import fuzz_readers
import pytest
from fuzz_mutations import Mutator, Seed
from tests.hostile.damage import KINDS, records

from qunjian.sources.document import memory_document
from qunjian.sources.mapping.loading import shipped_mappings
from qunjian.sources.registry import FORMATS

TARGETS = fuzz_readers.targets()
BATCHES = 2  # of 64 documents, some ten mutations each


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_no_mutation_breaks_a_reader(target: fuzz_readers.Target, tmp_path: Path) -> None:
    mutator, tally = Mutator(target.seeds), fuzz_readers.Tally(target.name)
    for number in range(BATCHES):
        fuzz_readers.run_batch(target, mutator, tally, random.Random(number), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == []
    assert tally.done >= 200
    assert tally.read == tally.rows + tally.rejected


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_no_endless_value_costs_its_square(target: fuzz_readers.Target, tmp_path: Path) -> None:
    mutator, tally = Mutator(target.seeds), fuzz_readers.Tally(target.name)
    fuzz_readers.run_long(target, mutator, tally, random.Random(7), tmp_path, count=6)
    assert sorted(path.name for path in tmp_path.iterdir()) == []
    assert tally.documents == 6


def test_every_format_and_mapping_is_fuzzed() -> None:
    wanted = {name for name in FORMATS if name != "mapping"} | {f"mapping.{one.id}" for one in shipped_mappings()}
    assert {target.name for target in TARGETS} == wanted


CHATLAB = KINDS[0].document([KINDS[0].written(one) for one in records(random.Random(1))])
TELEGRAM = b'{"name":"g","type":"private_group","id":1,"messages":[%s]}'
SAID = (
    b'{"id":%d,"type":"message","date":"2024-05-01T10:00:00","date_unixtime":"1714557600","from":"a",'
    b'"from_id":"user1","text":"x"%s}'
)
REACTION = b',"reactions":[{"type":"emoji","count":99999999999,"emoji":"x"}]'
MEMOTRACE = b"localId,TalkerId,Type,SubType,IsSender,CreateTime,Status,StrContent,StrTime,Remark,NickName,Sender\n"
DISCOURSE = (
    b"topic_title,category,sub_category,is_pm,post,like_count,reply_count,url,created_at\nT,Lounge,-,No,old,1,0,"
)
LINE = "=" * 64
BANNER = "消息记录（此消息记录为文本格式，不支持重新导入）"
QQ = f"{BANNER}\n\n{LINE}\n消息分组:群\n{LINE}\n消息对象:读书\n{LINE}\n\n".encode()
EXPORT = (
    b'{"record":"export","format":"qunjian 1","observed_at":"2026-01-05T00:00:00.000000Z"}\n'
    b'{"record":"message","scope":"telegram:77","message_id":"1","platform":"telegram","community_id":"telegram:77",'
    b'"channel_id":"t1","sent_at":"2026-01-01T00:00:00.500000Z","kind":"text","text":"a",'
    b'"reactions":[{"emoji":"x","count":99999999999999999999}]}\n'
)
FOUND = [
    ("qunjian", "export.jsonl", EXPORT, (0, 1)),
    ("telegram", "a.json", TELEGRAM % (SAID % (1, b"")).replace(b'"1714557600"', b"9" * 25), (0, 1)),
    ("telegram", "a.json", TELEGRAM % (SAID % (1, b',"edited_unixtime":"99999999999999999999"')), (1, 0)),
    ("telegram", "a.json", TELEGRAM % (SAID % (1, REACTION)), (1, 0)),
    ("discord_csv", "a.csv", b"AuthorID,Author,Date,Contentz\n1,a,2024-05-01T10:00:00.0000000+00:00,x\n", None),
    ("discord_csv", "a.csv", b"AuthorID,Author,Date,Content,Attachments,Reactions,Date\n1,a,b,c\n", (0, 1)),
    ("discord_csv", "a.csv", b"AuthorID,Author,Date,Content,Attachments,Reactions\n1,a,2024-05-01T10:00:00.0+00:00,x,,"
     b'"x (' + b"9" * 5001 + b"), " + b", x" * 40_000 + b'"\n', (1, 0)),
    ("discourse", "old.csv", DISCOURSE + b"https://f.example.com/t/t/" + b"9" * 5000 + b"/3,2019-05-01 08:00:00 UTC\n",
     (0, 1)),
    ("discourse", "old.csv", DISCOURSE.replace(b"old", b'"[quote=""a, post:1, topic:' + b"9" * 5000 + b'""]x[/quote]"')
     + b"https://f.example.com/t/t/9/3,2019-05-01 08:00:00 UTC\n", (1, 0)),
    *[("discourse", "old.csv", DISCOURSE.replace(b"old", b'"' + opening * (200_000 // len(opening)) + b'"')
       + b"https://f.example.com/t/t/9/3,2019-05-01 08:00:00 UTC\n", (1, 0))
      for opening in (b"[quote", b"![", b'<aside class=""quote', b'<aside class=""quote"" data-post=""1"" ')],
    ("qq_txt", "a.txt", b"\xef\xbb\xbf" + QQ + b"2026-01-05 20:00:00 a(123456)\nx\n\n2026-01-05 20:00:01 "
     + b"\t" * 30_000 + b"b(123457)\ny\n\n2026-01-05 20:00:02 c(123458)\nz\n", (2, 0)),
    ("memotrace", "a.csv", MEMOTRACE
     + b"1,1,1," + b"9" * 5000 + b",0,1714557600,2,x,2024-05-01 10:00:00,a,a,wxid_a\n", (1, 0)),
    ("chatlab", "a.json", CHATLAB.replace(b"17628", b"1e999", 1).replace(b"1e9992", b"1e999", 1), None),
    ("slack", "x/users.json", b'[{"id":"U1","name":"a","updated":-99999999999999999999}]', None),
    ("mapping:gitter_tsv", "Hall.tsv", b"a\rb\tc\nd\te\n", None),
    ("mapping:meshcore_json", "content/x.json", b'{"a":\xff,"messages":[{"id":"1"}]}', None),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(FOUND)))
def test_what_fuzzing_found_is_answered(number: int) -> None:
    """Each says (rows, rejects), or None where it only must be read or refused."""
    form, name, data, expected = FOUND[number]
    target = fuzz_readers.Target(form, form, [], [memory_document(name, data)])
    with fuzz_readers.no_longer_than(fuzz_readers.SECONDS):
        outcome = fuzz_readers.read_one(target, Seed(name, data), data, 4 << 20)
    if expected is not None:
        assert outcome == (sum(expected), *expected)


def test_a_reader_that_breaks_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The harness itself: a reader that raises, and one that loses a row, are findings."""
    target = next(one for one in TARGETS if one.name == "slack")
    reader = FORMATS["slack"]
    parse = type(reader).parse

    def losing(self: object, piece: object, options: object) -> object:
        parsed = parse(self, piece, options)  # type: ignore[arg-type]
        parsed.read += 1
        return parsed

    for change in (losing, lambda *_: 1 / 0):
        monkeypatch.setattr(type(reader), "parse", change)
        tally = fuzz_readers.Tally("slack")
        fuzz_readers.run_batch(target, Mutator(target.seeds), tally, random.Random(1), tmp_path)
        assert tally.findings > 10
    assert len(list(tmp_path.glob("slack-*.bin"))) > 10
