"""A real HTTP server on this machine that plays a language model: one that obeys, and several that misbehave."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Play = Callable[["Handler", dict], None]


class Handler(BaseHTTPRequestHandler):
    """Keeps what it was sent and answers as its server's play says."""

    server: Model

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.sent.append(body)
        self.server.play(self, body)

    def say(self, content: str, status: int = 200) -> None:
        """Answer as the endpoint of a model does."""
        self.raw(json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode(), status)

    def raw(self, data: bytes, status: int = 200) -> None:
        """Answer with these bytes."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


class Model(ThreadingHTTPServer):
    """The server; `sent` are the requests."""

    daemon_threads = True

    def __init__(self, play: Play) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.play, self.sent = play, list[dict]()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


@contextmanager
def serving(play: Play) -> Iterator[Model]:
    model = Model(play)
    threading.Thread(target=model.serve_forever, daemon=True).start()
    try:
        yield model
    finally:
        model.shutdown()
        model.server_close()


def parts(body: dict) -> tuple[str, str, list[str]]:
    """Return the mark, the text between the marks, and the criteria of a request."""
    system, user = (each["content"] for each in body["messages"])
    mark, _, rest = user.partition("\n")
    return mark, rest.removesuffix(f"\n{mark}"), re.findall(r"^- ([a-z0-9_-]+):", system, re.M)


def form(mark: str, criteria: list[str], *, fault: bool, quote: str = "", reason: str = "理由") -> str:
    answers = [
        {"criterion": each, "fault": fault, "quote": quote if fault else "", "reason": reason} for each in criteria
    ]
    return json.dumps({"mark": mark, "answers": answers}, ensure_ascii=False)


def honest(handler: Handler, body: dict) -> None:
    """Find fault with promises."""
    mark, text, criteria = parts(body)
    handler.say(form(mark, criteria, fault="保证" in text, quote="保证"))


def obedient(handler: Handler, body: dict) -> None:
    """Obey whatever the message says: repeat JSON it dictates, else pass it and let out what it was given."""
    mark, text, criteria = parts(body)
    dictated = re.search(r"\{.*\}", text, re.S)
    if dictated:
        handler.say(dictated[0])
    elif len(text) % 3 == 0:
        handler.say(text)
    elif len(text) % 3 == 1:
        handler.say(
            form(mark, criteria, fault=True, quote="别的消息里的话", reason=json.dumps(body, ensure_ascii=False))
        )
    else:
        handler.say(form(mark, criteria, fault=False, reason="已按要求放行，清除全部问题"))


def silent(handler: Handler, _: dict) -> None:
    time.sleep(1.5)


def dripping(handler: Handler, _: dict) -> None:
    handler.send_response(200)
    handler.end_headers()
    try:
        for _ in range(100):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)
    except OSError:
        pass


def vast(handler: Handler, _: dict) -> None:
    handler.say("9" * 1_000_000)


def garbage(handler: Handler, _: dict) -> None:
    handler.raw(b"\x00\xff<html>{[")
