"""Makes a large workspace, and times the console's pages while many people click through it.

    python -m benchmarks.console_pages make big --messages 5000000 --communities 200
    python -m benchmarks.console_pages click big --users 20 --seconds 120

`make` writes an export for each community, imports and inspects them. `click` serves the workspace as `qunjian serve`
does, signs people in, and lets each follow links at random, with a pause for reading; it prints the median and the
95th percentile of each page's time, measured from outside, and what answered with an error.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path

from benchmarks.message_checks import texts

BEGAN = 1_761_523_200  # Monday 2025-10-27, 00:00 UTC
WEEKS = 52
MEMBERS = 300
SAID = 20_000  # distinct texts, drawn again and again
LINK = re.compile(r'href="(/[^"#]*)"')
# Ways out, downloads, and what is no page.
OUT = re.compile(r"^/(static|sign-|me/|password|second|health)|/(download|export|file|template)|format=|\.\w{2,4}$")
WORDS = ("课程", "优惠", "加我", "群里", "老师", "微信", "报名", "谢谢大家", "不存在的词语")
PAUSE = (0.5, 2.5)  # seconds of reading


def make(folder: Path, messages: int, communities: int) -> None:
    """Write the exports, import them, inspect them."""
    exports = folder.parent / f"{folder.name}-exports"
    exports.mkdir(parents=True)
    said = texts(SAID, 1)
    for number in range(communities):
        _write(exports / f"{number:04d}.jsonl", number, messages // communities, said)
    qunjian = [sys.executable, "-m", "qunjian"]
    for words in (["init", str(folder)], ["import", str(exports), "-w", str(folder)], ["inspect", "-w", str(folder)]):
        began = time.monotonic()
        subprocess.run([*qunjian, *words], check=True)
        print(f"{words[0]}: {time.monotonic() - began:.1f} s", flush=True)


def _write(path: Path, number: int, messages: int, said: list[str]) -> None:
    draw = random.Random(number)
    step = WEEKS * 7 * 86_400 // messages
    with path.open("w", encoding="utf-8") as out:
        meta = f'{{"name": "第{number:03d}群", "platform": "qq", "type": "group", "groupId": "{9000 + number}"}}'
        out.write(f'{{"_type": "header", "chatlab": {{"version": "0.0.2"}}, "meta": {meta}}}\n')
        for place in range(messages):
            member = min(int(draw.expovariate(1 / 40)), MEMBERS - 1)
            at = BEGAN + place * step + draw.randrange(step)
            out.write(
                f'{{"_type": "message", "sender": "{10_000 * number + member}", "accountName": "成员{member:03d}", '
                f'"timestamp": {at}, "type": 0, "content": "{said[draw.randrange(SAID)]}", '
                f'"platformMessageId": "{place}"}}\n'
            )


class Clicks:
    """Every answer of a run: seconds by kind of page, and the errors."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, list[float]] = defaultdict(list)
        self.wrong: list[str] = []
        self.lock = threading.Lock()

    def note(self, address: str, seconds: float, status: int) -> None:
        """Note one answer."""
        kind = "/".join(address.partition("?")[0].split("/")[1:3])
        with self.lock:
            self.seconds["/" + re.sub(r"[^/]*\d[^/]*|.*[:%].*", "…", kind)].append(seconds)
            if status >= 400 and status != 404:
                self.wrong.append(f"{status} {address}")

    def told(self) -> str:
        """Return the table."""
        rows = ["page                              n   median      p95  (ms)"]
        every = sorted(second for each in self.seconds.values() for second in each)
        for kind, found in [*sorted(self.seconds.items()), ("all", every)]:
            own = sorted(found)
            middle, high = (1000 * own[int(share * (len(own) - 1))] for share in (0.5, 0.95))
            rows.append(f"{kind:30} {len(own):5} {middle:8.0f} {high:8.0f}")
        return "\n".join([*rows, *sorted(set(self.wrong))[:20]])


def click(folder: Path, users: int, seconds: float, port: int) -> None:
    """Serve the workspace and let people click."""
    password = secrets.token_urlsafe(16)
    names = _people(folder, users, password)
    command = [sys.executable, "-m", "qunjian", "serve", "-w", str(folder), "--port", str(port), "--no-browser"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        _await(address)
        clicks = Clicks()
        until = time.monotonic() + seconds
        people = [
            threading.Thread(target=_walk, args=(address, name, password, until, clicks, number))
            for number, name in enumerate(names)
        ]
        for each in people:
            each.start()
        for each in people:
            each.join()
        print(clicks.told())
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)


def _people(folder: Path, users: int, password: str) -> list[str]:
    """Make an owner and others of all roles in the workspace's console; returns the names they sign in with."""
    from qunjian.workspace import Workspace
    from qunjian_console.config.environment import load, prepare
    from qunjian_console.serving.parts import prepare_parts

    os.environ["QUNJIAN_PARTS"] = str(prepare_parts())
    prepare(folder, Workspace.open(folder).settings.zone)
    load()
    from django.core.management import call_command

    from qunjian_console.accounts.models import User

    call_command("migrate", verbosity=0, interactive=False)
    roles = ("owner", "lead", "inspector", "manager", "lead", "inspector")
    names = []
    for number in range(users):
        name = f"bench{number:02d}"
        user = User.objects.filter(username=name).first() or User(username=name, name=name, everywhere=True)
        user.role = roles[number % len(roles)]
        user.set_password(password)
        user.save()
        names.append(name)
    return names


def _await(address: str) -> None:
    import httpx

    for _ in range(300):
        try:
            if httpx.get(f"{address}/health/", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.2)
    raise TimeoutError(address)


def _walk(address: str, name: str, password: str, until: float, clicks: Clicks, seed: int) -> None:
    import httpx

    draw = random.Random(seed)
    with httpx.Client(base_url=address, timeout=60, follow_redirects=True) as person:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', person.get("/sign-in/").text)
        assert token
        sent = {"username": name, "password": password, "csrfmiddlewaretoken": token[1]}
        page = person.post("/sign-in/", data=sent).text
        home = [link for link in LINK.findall(page) if not OUT.search(link)]
        while time.monotonic() < until:
            time.sleep(draw.uniform(*PAUSE))
            links = [link.replace("&amp;", "&") for link in LINK.findall(page) if not OUT.search(link)] or home
            target = draw.choice(links if draw.random() < 0.7 else home)
            if "search" in target and draw.random() < 0.8:
                target = f"{target.partition('?')[0]}?q={draw.choice(WORDS)}"
            began = time.monotonic()
            answer = person.get(target)
            clicks.note(target, time.monotonic() - began, answer.status_code)
            page = answer.text if answer.headers.get("content-type", "").startswith("text/html") else ""


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("what", choices=("make", "click"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--messages", type=int, default=5_000_000)
    parser.add_argument("--communities", type=int, default=200)
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--port", type=int, default=8765)
    asked = parser.parse_args()
    if asked.what == "make":
        make(asked.folder, asked.messages, asked.communities)
    else:
        click(asked.folder, asked.users, asked.seconds, asked.port)


if __name__ == "__main__":
    main()
