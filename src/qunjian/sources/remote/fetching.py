"""Makes one HTTP request to checked addresses: no redirects, no proxies, a cap on bytes, and a deadline."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from typing import TYPE_CHECKING, Any, NoReturn, cast

import msgspec

from qunjian.model.errors import BadInputError, LimitError
from qunjian.model.language import Phrase
from qunjian.sources.remote.addresses import permitted, port_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from urllib.parse import SplitResult

_CHUNK = 1 << 16
_AGAIN = Phrase("稍后再拉，已取得的会接着用", "pull again later; what came is kept")


class Limits(msgspec.Struct, frozen=True):
    """Seconds to connect, to wait for the next byte, and for one whole answer; bytes of one answer and of one pull."""

    connect: float = 10.0
    idle: float = 30.0
    whole: float = 300.0
    page: int = 256 * 2**20
    pull: int = 8 * 2**30


class Fetcher:
    """Asks one host; `token` goes into a header and nowhere else."""

    def __init__(self, base: SplitResult, token: str, limits: Limits, *, private: bool, plain: bool) -> None:
        self._base = base
        self._token = token
        self._limits = limits
        self._private = private
        self._plain = plain
        self.host = base.hostname or ""

    def __repr__(self) -> str:
        return f"Fetcher({self.host!r})"

    def get(self, path: str) -> bytes:
        """Return the body of an answer below the base address; raises with one sentence for anything but 200."""
        numbers = permitted(self._base, private=self._private, plain=self._plain)
        until = time.monotonic() + self._limits.whole
        connection = _Pinned(self._base, numbers, self._limits, until)
        headers = {
            "Accept": "application/json, application/x-ndjson",
            "Accept-Encoding": "identity",
            "User-Agent": "qunjian",
            **({"Authorization": f"Bearer {self._token}"} if self._token else {}),
        }
        try:
            connection.request("GET", self._base.path.rstrip("/") + path, headers=headers)
            return self._body(connection.getresponse())
        except ssl.SSLCertVerificationError:
            self._fail(Phrase("对方的证书不可信", "its certificate is not trusted"), Phrase(
                "请对方换证书；自签的证书，用环境变量 SSL_CERT_FILE 指定",
                "have it replaced; name a self-signed one in the environment variable SSL_CERT_FILE"))  # fmt: skip
        except TimeoutError:
            self._fail(Phrase("对方太慢，等不下去了", "it answers too slowly"), _AGAIN)
        except (OSError, http.client.HTTPException):
            self._fail(Phrase("连接不上或中途断开", "cannot connect, or the connection broke off"), _AGAIN)
        finally:
            connection.hang_up()

    def _body(self, answer: http.client.HTTPResponse) -> bytes:
        self._require_success(answer.status)
        if (answer.getheader("Content-Encoding") or "identity").lower() != "identity":
            self._fail(Phrase("对方压缩了应答，没有要求它压缩", "it sent a packed answer nobody asked for"))
        promised = answer.length
        held = io.BytesIO()
        size = 0
        if (promised or 0) > self._limits.page:
            self._too_large()
        while data := answer.read1(_CHUNK):
            size += len(data)
            if size > self._limits.page:
                self._too_large()
            held.write(data)
        if promised is not None and size != promised:
            self._fail(Phrase("应答中途断开", "the answer broke off"), _AGAIN)
        return held.getvalue()

    def _require_success(self, status: int) -> None:
        if status == http.client.OK:
            return
        if 300 <= status < 400:
            self._fail(Phrase(f"对方转到别的地址（{status}），没有跟去", f"it redirects ({status}): not followed"),
                       Phrase("请直接写最终的地址", "write the final address itself"))  # fmt: skip
        if status in (401, 403):
            self._fail(Phrase(f"对方拒绝了令牌（{status}）", f"it refuses the token ({status})"), Phrase(
                "检查环境变量 QUNJIAN_PULL_TOKEN（或 --token-env、--token-file）",
                "check the environment variable QUNJIAN_PULL_TOKEN (or --token-env, --token-file)"))  # fmt: skip
        again = _AGAIN if status == 429 or status >= 500 else Phrase("请检查地址", "check the address")
        self._fail(Phrase(f"对方回答 {status}", f"it answers {status}"), again)

    def _too_large(self) -> NoReturn:
        megabytes = self._limits.page >> 20
        raise LimitError(
            Phrase(f"一次应答超过 {megabytes} MB", f"an answer is larger than {megabytes} MB"),
            where=self.host,
            todo=Phrase("请对方分页（limit、offset）", "have it answer in pages (limit, offset)"),
        )

    def _fail(self, what: Phrase, todo: Phrase | None = None) -> NoReturn:
        raise BadInputError(what, where=self.host, todo=todo) from None


class _Pinned(http.client.HTTPConnection):
    """A connection to the very addresses that were checked, whatever the name means a moment later."""

    def __init__(self, base: SplitResult, numbers: tuple[str, ...], limits: Limits, until: float) -> None:
        super().__init__(base.hostname or "", port_of(base))
        self.default_port = 443 if base.scheme == "https" else 80
        self._secure = base.scheme == "https"
        self._numbers = numbers
        self._limits = limits
        self._until = until
        self._bare: socket.socket | None = None

    def hang_up(self) -> None:
        """Close the socket; http.client may have let go of it before the answer was read."""
        if self._bare is not None:
            self._bare.close()

    def connect(self) -> None:
        """Connect to the first address that answers."""
        for place, number in enumerate(self._numbers, 1):
            try:
                bare = self._bare = socket.create_connection((number, self.port), timeout=self._limits.connect)
                break
            except OSError:
                if place == len(self._numbers):
                    raise
        bare.settimeout(min(self._limits.idle, max(self._until - time.monotonic(), 0.001)))
        secured = ssl.create_default_context().wrap_socket(bare, server_hostname=self.host) if self._secure else bare
        self._bare = secured
        self.sock = cast("Any", _Timed(secured, self._limits.idle, self._until))


class _Timed:
    """A socket that gives up when the next byte, or the whole, takes too long: a server may send a byte a minute."""

    def __init__(self, bare: socket.socket, idle: float, until: float) -> None:
        self._bare = bare
        self._idle = idle
        self._until = until

    def wait(self) -> None:
        """Allow the next call as long as it may take."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._bare.settimeout(min(self._idle, left))

    def sendall(self, data: bytes) -> None:
        """Send a request."""
        self.wait()
        self._bare.sendall(data)

    def receive(self, buffer: Any) -> int:
        """Read some bytes of the answer."""
        self.wait()
        return self._bare.recv_into(buffer)

    def makefile(self, _mode: str = "rb", *_: object, **__: object) -> io.BufferedReader:
        """Return the answer as a stream."""
        return io.BufferedReader(_Incoming(self), _CHUNK)

    def close(self) -> None:
        """Leave the socket open: the answer may still be read; whoever asked hangs up."""


class _Incoming(io.RawIOBase):
    """The bytes of an answer."""

    def __init__(self, timed: _Timed) -> None:
        self._timed = timed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._timed.receive(buffer)


def token_of(environment: Mapping[str, str], variable: str | None, file: str | None) -> str:
    """Return the token from a variable or a file; empty where there is none. It is never put into a message."""
    if file is not None:
        try:
            with open(file, encoding="utf-8") as stream:  # noqa: PTH123
                token = stream.read(8192).strip()
        except (OSError, UnicodeDecodeError):
            raise BadInputError(Phrase("读不了令牌文件", "cannot read the file of the token"), where=file) from None
    else:
        token = environment.get(variable or "QUNJIAN_PULL_TOKEN", "").strip()
        if variable is not None and not token:
            raise BadInputError(
                Phrase(f"环境变量 {variable} 是空的", f"the environment variable {variable} is empty"),
                todo=Phrase("先设好再运行", "set it first"),
            )
    if not token.isascii() or not token.isprintable() or " " in token:
        raise BadInputError(
            Phrase("令牌里有不能用的字符", "the token holds characters it cannot have"),
            todo=Phrase("只放令牌本身，一行", "put in the token alone, on one line"),
        )
    return token
