"""Takes hostile texts the whole way: an export written to disk, init, import, inspect, report, and what came out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

START = 1_762_740_000  # 2025-11-10 in Shanghai
# In front of some texts, so that they become findings and stand as evidence in the report.
BAIT = "加我微信 vx_abc12345 领资料 "
FILE = '"><img src=x onerror=alert(1)>=1+1.jsonl'
GROUP = "</title><script>alert('group')</script>=1+1"


def cleaned(text: str) -> str:
    """Return the text as the documentation says it is stored, one character after another."""
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each for each in text if each in "\t\n" or not (ord(each) < 0x20 or 0x7F <= ord(each) < 0xA0))


def qunjian(*arguments: object, home: Path, text: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run one command the way people do; a traceback is never an answer."""
    done = subprocess.run(
        [sys.executable, "-m", "qunjian", *map(str, arguments)],
        cwd=home,
        env={**os.environ, "QUNJIAN_LANG": "zh", "PYTHONUTF8": "1"},
        input=text,
        capture_output=True,
        check=False,
        timeout=600,
    )
    assert b"Traceback" not in done.stderr + done.stdout, done.stderr.decode(errors="replace")[-3000:]
    return done


def answer(*arguments: object, home: Path) -> Any:
    """Run a command that must succeed and return its JSON document."""
    done = qunjian(*arguments, "--json", home=home)
    assert done.returncode == 0, (arguments, done.stderr.decode(errors="replace")[-2000:])
    return json.loads(done.stdout)


def write_chatlab(path: Path, texts: list[str]) -> None:
    """Write a ChatLab JSONL export: every text once as a message, names taken from the texts as well."""
    header = {
        "_type": "header",
        "chatlab": {"version": "0.0.2", "exportedAt": START + 86_400 * 14},
        "meta": {"name": GROUP, "platform": "wechat", "type": "group", "groupId": "g1@chatroom"},
    }
    names = [text.strip()[:60] or "空" for text in texts]
    members = [{"_type": "member", "platformId": f"u{n}", "accountName": names[n * 7 % len(names)]} for n in range(50)]
    messages = [
        {
            "_type": "message", "sender": f"u{n % 50}", "accountName": names[n % 50 * 7 % len(names)],
            "timestamp": START + n * 1_000_000 // len(texts), "type": 0, "content": text, "platformMessageId": f"m{n}",
        }
        for n, text in enumerate(texts)
    ]  # fmt: skip
    path.write_text("".join(json.dumps(each) + "\n" for each in (header, *members, *messages)), encoding="ascii")


@dataclass
class Passage:
    """What the pipeline made of the texts."""

    home: Path
    imported: dict[str, Any]
    inspected: dict[str, Any]
    reports: dict[str, Path]

    def texts(self) -> dict[str, str]:
        """Return the stored text of every message by its id."""
        from qunjian.workspace import Workspace

        session = Workspace.find(self.home).lake.session()
        rows = session.arrow("SELECT message_id, text FROM message").to_pylist()
        session.close()
        return {row["message_id"]: row["text"] or "" for row in rows}


def taken_through(home: Path, texts: list[str]) -> Passage:
    """Import the texts, inspect and report them."""
    source, workspace, out = home / "in", home / "workspace", home / "out"
    source.mkdir()
    write_chatlab(source / FILE, texts)
    done = qunjian("init", workspace, home=home)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    imported = answer("import", source, "-w", workspace, home=home)
    inspected = answer("inspect", "-w", workspace, home=home)
    done = qunjian("report", "-w", workspace, "-o", out, "--format", "html,xlsx,json,md", home=home)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-2000:]
    reports = {path.suffix[1:]: path for path in sorted(out.rglob("*")) if path.is_file()}
    return Passage(workspace, imported, inspected, reports)


class Elements(HTMLParser):
    """Collects the elements of a page with their attributes, as a browser would see them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)


def elements(page: Path) -> list[tuple[str, dict[str, str | None]]]:
    """Return all elements of an HTML page."""
    parser = Elements()
    parser.feed(page.read_text(encoding="utf-8"))
    parser.close()
    return parser.found


def live_parts(page: Path) -> list[str]:
    """Return what could run or call out in an HTML page, scripts apart."""
    found = []
    for tag, attributes in elements(page):
        if tag in {"iframe", "object", "embed", "base", "form", "applet", "frame", "frameset"}:
            found.append(tag)
        if tag == "meta" and "http-equiv" in attributes and "refresh" in (attributes["http-equiv"] or "").lower():
            found.append("meta refresh")
        for name, value in attributes.items():
            address = (value or "").strip().lower()
            calls = name in {"href", "src", "xlink:href", "action", "formaction", "srcset", "poster", "data"}
            inner = address.startswith(("#", "data:image/")) or not address
            if name.startswith("on") or (calls and not inner):
                found.append(f"{tag} {name}={address[:60]}")
    return found


def formulas(workbook: Path) -> list[str]:
    """Return every formula, external link and outside hyperlink of an XLSX file's sheets."""
    found = []
    with ZipFile(workbook) as archive:
        for name in archive.namelist():
            if name.startswith(("xl/externalLinks", "xl/connections")):
                found.append(name)
            if name.startswith("xl/worksheets/sheet"):
                root = ElementTree.fromstring(archive.read(name))
                found += [f"{name}: {each.text}" for each in root.iter() if each.tag.endswith("}f")]
            if name.startswith("xl/worksheets/_rels"):
                root = ElementTree.fromstring(archive.read(name))
                found += [f"{name}: {each.get('Target')}" for each in root if each.get("TargetMode") == "External"]
    return found
