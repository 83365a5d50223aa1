"""import --from-url: pulls from a real local server by ChatLab's contract, and refuses what it must."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import Command
from tests.cli.pull_source import BEGIN, Said, Source, served

from qunjian.model.errors import BadInputError
from qunjian.runs.importing import Wish
from qunjian.runs.pulling import Pulled, pull
from qunjian.runs.pulling import Source as Wanted
from qunjian.sources.chatlab.pulling import Request, Session, following, page_of
from qunjian.sources.remote.addresses import checked_url, permitted
from qunjian.sources.remote.fetching import Fetcher, Limits
from qunjian.workspace import Workspace

SECRET = "s3cr3t-t0ken-zzq"


def book_club(count: int = 12, step: int = 30, *, ids: bool = True) -> list[Said]:
    return [Said(BEGIN + n * step, f"wxid_{n % 3}", f"第{n}句", f"m{n}" if ids else None) for n in range(count)]


@pytest.fixture
def serve() -> Iterator[Callable[..., Source]]:
    servers = []

    def start(source: Source, certificate: Path | None = None) -> Source:
        servers.append(served(source, certificate))
        return source

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def source(serve: Callable[..., Source]) -> Source:
    return serve(Source({
        "club@chatroom": ("读书会", "group", book_club()),
        "friend": ("老周", "private", [Said(BEGIN, "wxid_9", "在吗", "p1")]),
    }))  # fmt: skip


def pulled(qunjian: Command, source: Source, *words: object) -> dict:
    said = qunjian("import", "--from-url", source.url, "--allow-private", "--json", *words)
    assert said.code == 0, said.err
    return said.json()


def kept(told: dict) -> tuple[int, int, int]:
    return told["import"]["read"], told["import"]["kept"], told["import"]["duplicate"]


def test_a_whole_pull_then_only_what_is_new(place: Path, qunjian: Command, source: Source) -> None:
    first = pulled(qunjian, source)
    assert kept(first) == (12, 12, 0)
    assert [one["id"] for one in first["conversations"]] == ["club@chatroom"]  # private talks are no community
    assert list(first["import"]["communities"]) == ["wechat:club@chatroom"]
    assert source.asked[-1] == "/api/v1/sessions/club%40chatroom/messages?format=chatlab"
    source.talks["club@chatroom"][2].append(Said(BEGIN + 400, "wxid_1", "新的", "m12"))
    second = pulled(qunjian, source)
    # The last was 11 × 30 s after the begin; one minute before that on, three are known and one is new.
    assert source.asked[-1].endswith(f"messages?format=chatlab&since={BEGIN + 11 * 30 - 60}")
    assert kept(second) == (4, 1, 3)
    assert list(second["import"]["communities"]) == ["wechat:club@chatroom"]  # named though the page leaves it out
    (community,) = qunjian("communities", "--json").lines()
    assert (community["id"], community["name"]) == ("wechat:club@chatroom", "读书会")
    assert kept(pulled(qunjian, source)) == (1, 0, 1)


@pytest.mark.parametrize("lines", [False, True])
@pytest.mark.parametrize("ids", [False, True])
def test_pages_become_one_document(place: Path, qunjian: Command, source: Source, lines: bool, ids: bool) -> None:
    said = book_club(ids=ids)
    # Three equal stickers in one second, on two pages: they stay three.
    said[4:7] = [Said(BEGIN + 120, "wxid_1", "[笑]", f"x{n}" if ids else None) for n in range(3)]
    source.talks["club@chatroom"] = ("读书会", "group", said)
    source.page, source.lines = 5, lines
    told = pulled(qunjian, source)
    assert kept(told) == (12, 12, 0)
    assert told["import"]["files"] == 1
    assert [path.partition("messages?")[2] for path in source.asked[1:]] == [
        "format=chatlab",
        f"format=chatlab&end={BEGIN + 330}&offset=5",
        f"format=chatlab&end={BEGIN + 330}&offset=10",
    ]


def test_an_interrupted_pull_goes_on_where_it_was(place: Path, qunjian: Command, source: Source) -> None:
    source.page, source.fail_after = 4, 2
    broken = qunjian("import", "--from-url", source.url, "--allow-private")
    assert (broken.code, "503" in broken.err) == (2, True)
    assert qunjian("communities", "--json").lines() == []
    source.fail_after = -1
    source.asked.clear()
    assert kept(pulled(qunjian, source)) == (12, 12, 0)
    assert len(source.asked) == 2  # the list, and the third page alone
    assert not list((place / "w" / "cache").rglob("*.jsonl"))


def test_one_conversation_may_fail_and_the_others_come(place: Path, qunjian: Command, source: Source) -> None:
    source.talks["sport@chatroom"] = ("球友会", "group", book_club(3))
    source.fail_after = 1
    said = qunjian("import", "--from-url", source.url, "--allow-private", "--json")
    told = said.json()
    assert (said.code, [one["state"] for one in told["conversations"]]) == (2, ["pulled", "failed"])
    assert told["import"]["kept"] == 12


def test_undone_it_is_pulled_anew_and_erased_it_stays_away(place: Path, qunjian: Command, source: Source) -> None:
    act = pulled(qunjian, source)["import"]["import_id"]
    qunjian("undo", act)
    assert kept(pulled(qunjian, source)) == (12, 12, 0)
    assert qunjian("erase", "wxid_1", "--yes").code == 0
    again = pulled(qunjian, source)["import"]
    assert again["kept"] == 0
    assert sum(again["rejected"].values()) == 4  # the four of the erased one
    for path in (place / "w").rglob("*"):
        assert not path.is_file() or b"wxid_1" not in path.read_bytes(), path


def test_the_token_is_sent_and_stands_nowhere(
    place: Path, qunjian: Command, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.token = SECRET
    command = ("import", "--from-url", source.url, "--allow-private")
    refused = qunjian(*command)
    assert (refused.code, "401" in refused.err) == (2, True)
    monkeypatch.setenv("QUNJIAN_PULL_TOKEN", "wrong-" + SECRET)
    wrong = qunjian(*command)
    assert (wrong.code, SECRET in wrong.err + wrong.out) == (2, False)
    monkeypatch.setenv("MINE", SECRET)
    assert qunjian(*command, "--token-env", "MINE").code == 0
    (place / "token").write_text(SECRET + "\n")
    assert qunjian(*command, "--token-file", place / "token").code == 0
    assert qunjian(*command, "--token-env", "NOT_SET").code == 2
    (place / "token").unlink()
    for path in place.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path


def test_which_conversations(place: Path, qunjian: Command, source: Source) -> None:
    told = pulled(qunjian, source, "--session", "老周")
    assert [one["id"] for one in told["conversations"]] == ["friend"]
    wrong = qunjian("import", "--from-url", source.url, "--allow-private", "--session", "读书汇")
    assert (wrong.code, "最接近的是：读书会" in wrong.err) == (2, True)


@pytest.mark.parametrize(
    ("manner", "words"),
    [("redirect", "302"), ("garbage", "拉取协议"), ("cut", "中途断开"), ("packed", "压缩"), ("circle", "指回原处")],
)
def test_what_misbehaves_is_refused(place: Path, qunjian: Command, source: Source, manner: str, words: str) -> None:
    source.manner = manner
    said = qunjian("import", "--from-url", source.url, "--allow-private")
    assert (said.code, words in said.err, "Traceback" in said.err) == (2, True, False)
    assert qunjian("imports", "--json").lines() == []


LIMITS = Limits(connect=2, idle=1, whole=1.5, page=1 << 20)


@pytest.mark.parametrize(
    ("manner", "words"), [("drip", "太慢"), ("drip_head", "太慢"), ("oversize", "1 MB"), ("promises", "1 MB")]
)
def test_slow_and_endless_answers_end(place: Path, source: Source, manner: str, words: str) -> None:
    source.manner = manner
    told: list[Pulled] = []
    began = time.monotonic()
    wanted = Wanted(source.url, private=True, limits=LIMITS)
    found, counts = pull(Workspace.open(place / "w"), Wish(()), wanted, told.append)
    assert (counts, found) == (None, told)
    assert words in told[0].why.zh
    assert time.monotonic() - began < 8


def test_private_addresses_and_plain_http_are_refused(place: Path, qunjian: Command, source: Source) -> None:
    said = qunjian("import", "--from-url", source.url)
    assert (said.code, "--allow-private" in said.err, source.asked) == (2, True, [])


@pytest.mark.parametrize(
    ("host", "private", "good"),
    [
        ("127.0.0.1", False, False), ("127.0.0.1", True, True), ("[::1]", False, False), ("10.1.2.3", False, False),
        ("10.1.2.3", True, True), ("192.168.0.9", False, False), ("169.254.169.254", True, False),
        ("0.0.0.0", True, False), ("224.0.0.1", True, False), ("[::ffff:127.0.0.1]", False, False),
        ("[::ffff:169.254.169.254]", True, False), ("[64:ff9b::7f00:1]", False, False), ("[fe80::1]", True, False),
        ("[fc00::1]", False, False), ("2130706433", False, False), ("0x7f.1", False, False),
        ("100.64.0.1", False, False), ("1.1.1.1", False, True), ("[2606:4700:4700::1111]", False, True),
    ],
)  # fmt: skip
def test_which_addresses_may_be_spoken_to(host: str, private: bool, good: bool) -> None:
    parts = checked_url(f"https://{host}/api")
    if good:
        assert permitted(parts, private=private, plain=False)
    else:
        with pytest.raises(BadInputError):
            permitted(parts, private=private, plain=False)


def test_plain_http_needs_a_word() -> None:
    with pytest.raises(BadInputError, match="not encrypted"):
        permitted(checked_url("http://1.1.1.1/"), private=True, plain=False)
    assert permitted(checked_url("http://1.1.1.1/"), private=False, plain=True) == ("1.1.1.1",)
    with pytest.raises(BadInputError, match="not encrypted"):
        permitted(checked_url("http://10.0.0.1/"), private=True, plain=False)


def test_the_connection_goes_to_the_address_that_was_checked(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers otherwise a moment later is not asked again."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def rebinding(host: str, *rest: object, **more: object) -> object:
        if host != "rebind.test":
            return real(host, *rest, **more)  # type: ignore[arg-type]
        asked.append(host)
        return real("127.0.0.1" if len(asked) == 1 else "10.255.255.1", *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    url = checked_url(source.url.replace("localhost", "rebind.test"))
    assert b"sessions" in Fetcher(url, "", LIMITS, private=True, plain=False).get("/sessions")
    assert asked == ["rebind.test"]


@pytest.mark.parametrize(
    "url",
    ["ftp://x/", "file:///etc/passwd", "https://", "https://u:p@host/", "https://host/?token=1", "https://h:99999/"],
)
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(BadInputError):
        checked_url(url)


def test_over_tls_with_a_certificate_that_is_trusted(
    place: Path, qunjian: Command, serve: Callable[..., Source], monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make a certificate")
    key, cert = place / "key.pem", place / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(cert)],
        check=True, capture_output=True,
    )  # fmt: skip
    (place / "both.pem").write_bytes(key.read_bytes() + cert.read_bytes())
    source = serve(Source({"club": ("读书会", "group", book_club(2))}), place / "both.pem")
    stranger = qunjian("import", "--from-url", source.url, "--allow-private")
    assert (stranger.code, "证书" in stranger.err) == (2, True)
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    assert kept(pulled(qunjian, source)) == (2, 2, 0)


def test_what_an_answer_says_of_the_next_page() -> None:
    def after(sync: str, asked: Request, messages: int = 0) -> Request | None:
        said = ",".join(['{"timestamp":1}'] * messages)
        return following(page_of(f'{{"messages":[{said}]{sync}}}'.encode(), "h"), asked)

    assert after("", Request()) is None
    assert after("", Request(limit=2), 2) == Request(limit=2, offset=2)
    assert after("", Request(limit=2), 1) is None
    assert after(',"sync":{"hasMore":false}', Request()) is None
    assert after(',"sync":{"hasMore":true}', Request(offset=3), 2) == Request(offset=5)
    assert after(',"sync":{"hasMore":true,"nextSince":9}', Request(offset=3), 2) == Request(since=9)
    assert after(',"sync":{"hasMore":true,"nextOffset":7,"watermark":1772000000000}', Request(), 2) == Request(
        offset=7, end=1772000000
    )
    assert Session("a/b", "x").id == "a/b"
    assert Request(5).path("a/../b?c") == "/sessions/a%2F..%2Fb%3Fc/messages?format=chatlab&since=5"


def test_a_broken_memory_only_means_a_whole_pull(place: Path, qunjian: Command, source: Source) -> None:
    pulled(qunjian, source)
    (memory,) = (place / "w" / "cache" / "pulls").rglob("memory.json")
    assert json.loads(memory.read_bytes())["sessions"]["club@chatroom"]["since"] == BEGIN + 330
    memory.write_bytes(b"{")
    assert kept(pulled(qunjian, source)) == (12, 0, 12)
