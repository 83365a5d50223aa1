"""Drives a headless Chromium over a pipe: no port is opened, and every request of the page is answered from here."""

from __future__ import annotations

import base64
import json
import os
import selectors
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from qunjian.model.errors import BadInputError, QunjianError
from qunjian.model.language import Phrase

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
ADDRESS = "http://report.invalid/"
_PATIENCE = 120.0
_FLAGS = (
    "--headless", "--remote-debugging-pipe", "--no-first-run", "--disable-gpu", "--disable-extensions",
    "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars", "--force-color-profile=srgb",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
# The pipe must be descriptors 3 and 4 of Chromium; a process between us and it sets them, for we have threads.
_LAUNCH = (
    "import fcntl, os, sys; r, w = (fcntl.fcntl(int(n), fcntl.F_DUPFD, 10) for n in sys.argv[1:3]); "
    "os.dup2(r, 3); os.dup2(w, 4); os.execv(sys.argv[3], sys.argv[3:])"
)

Answer = Callable[[str], tuple[str, bytes] | None]


def browser() -> str | None:
    """Return the Chromium of this machine (`QUNJIAN_CHROMIUM` names another); None where there is none to use."""
    if sys.platform == "win32":  # the pipe is not built for Windows
        return None
    named = os.environ.get("QUNJIAN_CHROMIUM")
    return next((found for name in (named, *NAMES) if name and (found := shutil.which(name))), None)


def require_browser() -> str:
    """Return the Chromium; raises with what to do where there is none."""
    found = browser()
    if found is None:
        raise BadInputError(
            Phrase(
                "这台机器上没有可用的 Chromium，做不了 PDF 和长图",
                "there is no usable Chromium here for PDF and picture",
            ),
            todo=Phrase(
                "安装 Chromium 或 Chrome（Linux、macOS），或用浏览器打开 HTML 后打印",
                "install Chromium or Chrome (Linux, macOS), or print the HTML from your browser",
            ),
        )
    return found


class Page:
    """One page in a Chromium of its own; leave the `with` block and both are gone."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._number = 0
        self._buffer = b""
        self._happened: list[str] = []
        self._session: str | None = None
        self._deadline = time.monotonic() + _PATIENCE

    def __enter__(self) -> Page:
        path = require_browser()
        self._home = tempfile.TemporaryDirectory(prefix="qunjian-", ignore_cleanup_errors=True)
        read_there, self._write = os.pipe()
        self._read, write_there = os.pipe()
        flags = [*_FLAGS, f"--user-data-dir={self._home.name}"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:  # its sandbox refuses to run for root
            flags.append("--no-sandbox")
        launch = [sys.executable, "-c", _LAUNCH, str(read_there), str(write_there), path, *flags]
        self._process = subprocess.Popen(
            launch, pass_fds=(read_there, write_there), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(read_there)
        os.close(write_there)
        self._waiting = selectors.DefaultSelector()
        self._waiting.register(self._read, selectors.EVENT_READ)
        try:
            target = self.call("Target.createTarget", url="about:blank")["targetId"]
            self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            self.call("Page.enable")
            self.call("Fetch.enable", patterns=[{"urlPattern": "*"}])
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            os.close(self._write)
        self._process.kill()
        self._process.wait()
        self._waiting.close()
        os.close(self._read)
        self._home.cleanup()

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and return its answer; what happens meanwhile is noted."""
        number = self._send(method, parameters)
        while True:
            told = self._next()
            if told.get("id") == number:
                if "error" in told:
                    raise _failed(str(told["error"].get("message", "")))
                result: dict[str, Any] = told["result"]
                return result

    def open(self) -> None:
        """Open the address and wait until it has loaded."""
        self._happened.clear()
        self.call("Page.navigate", url=ADDRESS)
        while "Page.loadEventFired" not in self._happened:
            self._next()

    def run(self, script: str) -> Any:
        """Return what a script of ours returns in the page; promises are awaited."""
        told = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in told:
            raise _failed(str(told["exceptionDetails"].get("text", "")))
        return told["result"].get("value")

    def _send(self, method: str, parameters: Mapping[str, Any]) -> int:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        left = json.dumps(message).encode() + b"\0"
        try:
            while left:
                left = left[os.write(self._write, left) :]
        except OSError as error:
            raise _failed("pipe") from error
        return self._number

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            if not self._waiting.select(max(0.0, self._deadline - time.monotonic())):
                raise _failed("timeout")
            piece = os.read(self._read, 1 << 20)
            if not piece:
                raise _failed("it ended")
            self._buffer += piece
        line, _, self._buffer = self._buffer.partition(b"\0")
        told: dict[str, Any] = json.loads(line)
        if told.get("method") == "Fetch.requestPaused":
            self._serve(told["params"])
        elif "method" in told:
            self._happened.append(told["method"])
        return told

    def _serve(self, asked: dict[str, Any]) -> None:
        found = None
        if asked["request"]["url"].startswith(ADDRESS):
            found = self._answer(asked["request"]["url"][len(ADDRESS) :])
        if found is None:
            self._send("Fetch.failRequest", {"requestId": asked["requestId"], "errorReason": "BlockedByClient"})
            return
        kind, body = found
        self._send(
            "Fetch.fulfillRequest",
            {"requestId": asked["requestId"], "responseCode": 200, "body": base64.b64encode(body).decode(),
             "responseHeaders": [{"name": "Content-Type", "value": kind}]},
        )  # fmt: skip


def _failed(why: str) -> QunjianError:
    return QunjianError(
        Phrase(f"Chromium 没有画成（{why}）", f"Chromium did not draw it ({why})"),
        todo=Phrase("再试一次；HTML 和 XLSX 不受影响", "try again; HTML and XLSX are not affected"),
    )
