"""`qunjian serve` and `qunjian audit verify` as a person runs them: real processes, a killed worker, a clean end."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.console.browser.conftest import parts

__all__ = ["parts"]
pytestmark = pytest.mark.slow
RUN = (
    "import typer; from qunjian.cli.main import main; "
    "import qunjian.cli.main as cli; from qunjian_console.serving.commands import register; "
    "app = typer.Typer(); register(app); cli.command_line = lambda group=None: app; main()"
)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-c", RUN, *arguments]


@pytest.fixture
def environment() -> dict[str, str]:
    """Return the environment of a person's shell: nothing the tests have set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("QUNJIAN", "DJANGO", "DATABASE"))}
    if "QUNJIAN_CACHE" in os.environ:
        kept["QUNJIAN_CACHE"] = os.environ["QUNJIAN_CACHE"]
    return {**kept, "PYTHONPATH": os.pathsep.join(sys.path), "QUNJIAN_LANG": "en"}


@pytest.fixture
def served(tmp_path: Path, environment: dict[str, str], parts: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Start a console on a workspace that is not there yet; give its process and the link it printed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    said = tmp_path / "said"
    with said.open("wb") as out:
        ask = command("serve", "-w", str(tmp_path / "new"), "--no-browser", "--port", str(port))
        process = subprocess.Popen(ask, stdout=out, stderr=out, env=environment)
    try:
        wait(lambda: "http://" in said.read_text() or process.poll() is not None)
        link = re.search(r"http://\S+", said.read_text())
        assert link, said.read_text()
        wait(lambda: answers(link[0]))
        yield process, link[0]
    finally:
        process.terminate()
        process.wait(30)


def wait(happened: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def children(process: subprocess.Popen[bytes]) -> dict[str, int]:
    """Return the ids of web and worker (Linux only)."""
    found = {}
    for name in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
        said = Path(f"/proc/{name}/cmdline").read_text().replace("\0", " ")
        found["web" if "granian" in said else "worker"] = int(name)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to find the two processes")
def test_one_command_serves_a_new_workspace_and_outlives_its_parts(
    served: tuple[subprocess.Popen[bytes], str], tmp_path: Path, environment: dict[str, str]
) -> None:
    process, link = served
    home = link.split("/workspace/")[0]
    with urllib.request.urlopen(link) as answer:
        page = answer.read().decode()
    assert "欢迎" in page
    for asset in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
        assert answers(home + asset), asset
    before = children(process)
    assert set(before) == {"web", "worker"}
    for number in before.values():
        os.kill(number, signal.SIGKILL)
    wait(
        lambda: set(children(process)) == {"web", "worker"} and not set(children(process).values()) & {*before.values()}
    )
    wait(lambda: answers(home + "/health/"))
    done = subprocess.run(
        command("audit", "verify", "-w", str(tmp_path / "new")),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (
        0, "0 audit entries, 0 checkpoints, 0 personal parts erased: sound",
    )  # fmt: skip
    process.terminate()
    assert process.wait(30) == 0
    for name in ("audit.key", "secret.key"):
        assert (tmp_path / "new" / "console" / name).stat().st_mode & 0o077 == 0


def test_a_port_that_is_taken_is_told_in_a_sentence(tmp_path: Path, environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ask = command("serve", "-w", str(tmp_path / "new"), "--no-browser", "--port", port)
        done = subprocess.run(ask, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.strip() == f"port {port} cannot be used: Address already in use. choose another with --port"
