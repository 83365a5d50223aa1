"""Runs the console: prepares the workspace, then keeps a web server and a worker alive until interrupted."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from typing import TYPE_CHECKING

from qunjian.lake.lock import writing
from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.workspace import Workspace
from qunjian_console.config.environment import load, prepare
from qunjian_console.serving.parts import prepare_parts

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

_THREADS = 4
_GRACE = 10.0


def serve(root: Path, host: str, port: int, *, browser: bool, tell: Callable[[Phrase], None]) -> None:
    """Prepare everything and run until interrupted."""
    opened = Workspace.open(root)
    _require_free(host, port)
    if host not in ("127.0.0.1", "localhost", "::1"):
        os.environ.setdefault("QUNJIAN_HOSTS", "*" if host in ("0.0.0.0", "::") else host)  # noqa: S104 (asked for)
    os.environ["QUNJIAN_PARTS"] = str(prepare_parts())
    prepare(opened.root, opened.settings.zone)
    address = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}/"  # noqa: S104
    begun = _prepare_database_and_static()
    if not begun:
        address += f"workspace/start/?key={os.environ['QUNJIAN_FIRST_RUN_KEY']}"
    tell(Phrase(f"控制台：{address}（按 Ctrl+C 结束）", f"The console: {address} (Ctrl+C ends it)"))
    with _alone(opened.root):
        _Children(host, port).run(lambda: webbrowser.open(address) if browser else None)


def _alone(root: Path) -> AbstractContextManager[None]:
    """Hold what tells a restore that the console runs; two consoles on one workspace cannot both."""
    return writing(root / "console", "serve")


def _require_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1 if sys.platform != "win32" else 0)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise BadInputError(
                Phrase(f"端口 {port} 用不了：{error.strerror}", f"port {port} cannot be used: {error.strerror}"),
                todo=Phrase("用 --port 换一个端口", "choose another with --port"),
            ) from None


def _prepare_database_and_static() -> bool:
    """Migrate and collect static files; returns whether there is an owner already."""
    load()
    from django.conf import settings
    from django.core.management import call_command

    from qunjian_console.accounts.models import User

    call_command("migrate", verbosity=0, interactive=False)
    state = _static_state(settings.PARTS)
    stamp = settings.STATIC_ROOT / ".made"
    if not stamp.exists() or stamp.read_text(encoding="ascii") != state:
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.write_text(state, encoding="ascii")
    return User.objects.exists()


def _static_state(parts: Path) -> str:
    from django.contrib.staticfiles import finders

    found = sorted(path for finder in finders.get_finders() for path, _ in finder.list([]) if "files/" not in path)
    stamps = [str(parts), *found]
    for path in found:
        place = finders.find(path)
        if isinstance(place, str):
            stamps.append(str(os.stat(place).st_mtime_ns))  # noqa: PTH116
    return hashlib.sha256("\n".join(stamps).encode()).hexdigest()


class _Children:
    """The two processes, each started again when it dies."""

    def __init__(self, host: str, port: int) -> None:
        here = [sys.executable, "-m"]
        web = [
            *here, "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", "1",
            "--blocking-threads", str(_THREADS), "--log-level", "warning", "qunjian_console.config.wsgi:application",
        ]  # fmt: skip
        self._commands = {"web": web, "worker": [*here, "qunjian_console.serving.worker"]}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._address = (("127.0.0.1" if host in ("0.0.0.0", "::") else host), port)  # noqa: S104
        self._over = threading.Event()

    def run(self, opened: Callable[[], object]) -> None:
        """Keep both alive until interrupted; `opened` is called once the web server answers."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self._over.set())
        threading.Thread(target=self._announce, args=(opened,), daemon=True).start()
        try:
            while not self._over.is_set():
                for name, command in self._commands.items():
                    child = self._running.get(name)
                    if child is None or child.poll() is not None:
                        self._running[name] = subprocess.Popen(command)
                self._over.wait(1.0)
        finally:
            self._end()

    def _announce(self, opened: Callable[[], object]) -> None:
        for _ in range(300):
            try:
                socket.create_connection(self._address, 1).close()
            except OSError:
                time.sleep(0.1)
            else:
                opened()
                return

    def _end(self) -> None:
        for child in self._running.values():
            child.terminate()
        deadline = time.monotonic() + _GRACE
        for child in self._running.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
