"""A small source that speaks ChatLab's pull contract over a real socket, and misbehaves on demand."""

from __future__ import annotations

import json
import ssl
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

BEGIN = 1_772_000_000  # 2026-02-25


@dataclass
class Said:
    """One message as ChatLab writes it; without an id where the source knows none."""

    at: int
    sender: str
    text: str
    id: str | None = None

    def told(self) -> dict[str, Any]:
        own = {} if self.id is None else {"platformMessageId": self.id}
        return {"sender": self.sender, "accountName": self.sender, "timestamp": self.at, "type": 0,
                "content": self.text, **own}  # fmt: skip


@dataclass
class Source:
    """What the source holds, how it answers, and what it was asked."""

    talks: dict[str, tuple[str, str, list[Said]]] = field(default_factory=dict)  # id → name, type, messages
    token: str = ""
    page: int = 0  # messages a page; 0: all at once
    lines: bool = False
    manner: str = ""
    fail_after: int = -1
    asked: list[str] = field(default_factory=list)
    authorized: list[str | None] = field(default_factory=list)
    url: str = ""

    def answer(self, path: str) -> Any:
        parts = urlsplit(path)
        if parts.path.endswith("/sessions"):
            return {"sessions": [
                {"id": talk, "name": name, "platform": "wechat", "type": kind, "messageCount": len(said)}
                for talk, (name, kind, said) in self.talks.items()
            ]}  # fmt: skip
        talk = unquote(parts.path.split("/")[-2])
        asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
        assert asked.pop("format") == "chatlab"
        since, offset = int(asked.get("since", 0)), int(asked.get("offset", 0))
        end = int(asked.get("end", 0)) or 10**12
        name, _, every = self.talks[talk]
        found = [one for one in every if since <= one.at <= end]
        size = self.page or len(found)
        some = found[offset : offset + size]
        told: dict[str, Any] = {"messages": [one.told() for one in some]}
        if since == 0:  # an increment must not carry what has not changed
            told["chatlab"] = {"version": "0.0.2", "exportedAt": max((one.at for one in found), default=BEGIN)}
            told["meta"] = {"name": name, "platform": "wechat", "type": "group", "groupId": talk}
            told["members"] = [{"platformId": who, "accountName": who} for who in sorted({one.sender for one in every})]
        if self.page:
            more = offset + size < len(found)
            told["sync"] = {"hasMore": more, "watermark": max((one.at for one in every), default=0)}
            if more:
                told["sync"]["nextOffset"] = offset + size
        return told


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        source = self.server.source
        source.asked.append(self.path)
        source.authorized.append(self.headers["Authorization"])
        if source.token and self.headers["Authorization"] != f"Bearer {source.token}":
            self._send(401, b'{"error":"no"}')
            return
        if source.manner == "redirect":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()
            return
        manner = source.manner if "/messages" in self.path else ""
        if manner and self._misbehave(manner):
            return
        if source.fail_after >= 0 and "/messages" in self.path:
            if source.fail_after == 0:
                self._send(503, b"busy")
                return
            source.fail_after -= 1
        told = source.answer(self.path)
        if source.lines and "messages" in told:
            rows = [{"_type": "header", "chatlab": told["chatlab"], "meta": told["meta"]}] if "meta" in told else []
            rows += [{"_type": "member", **one} for one in told.get("members", [])]
            rows += [{"_type": "message", **one} for one in told["messages"]]
            rows += [{"_type": "sync", **told["sync"]}] if "sync" in told else []
            self._send(200, "\n".join(json.dumps(row) for row in rows).encode())
        else:
            self._send(200, json.dumps(told, ensure_ascii=False, indent=1).encode())

    def _misbehave(self, manner: str) -> bool:
        if manner == "garbage":
            self._send(200, b"<html>sign in</html>")
        elif manner == "oversize":
            self.send_response(200)
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b" " * 65536)
            except OSError:
                pass
        elif manner == "promises":
            self.send_response(200)
            self.send_header("Content-Length", str(10**12))
            self.end_headers()
        elif manner == "drip":
            self.send_response(200)
            self.send_header("Content-Length", "100000")
            self.end_headers()
            self._drip()
        elif manner == "drip_head":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            self._drip()
        elif manner == "cut":
            self.send_response(200)
            self.send_header("Content-Length", "5000")
            self.end_headers()
            self.wfile.write(b'{"messages":[')
        elif manner == "packed":
            self.send_response(200)
            self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            self.wfile.write(b"\x1f\x8b")
        elif manner == "circle":
            self._send(200, b'{"messages":[],"sync":{"hasMore":true,"nextSince":0,"nextOffset":0}}')
        return True

    def _drip(self) -> None:
        try:
            for _ in range(300):
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.1)
        except OSError:
            pass

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    source: Source


def served(source: Source, certificate: Path | None = None) -> _Server:
    """Serve the source on a free port of this machine."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.source = source
    scheme = "http"
    if certificate is not None:
        scheme = "https"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    source.url = f"{scheme}://localhost:{server.server_address[1]}/api/v1"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
