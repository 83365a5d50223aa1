"""Calls an OpenAI-compatible endpoint within a budget: each call counted before it is made, each answer bounded."""

from __future__ import annotations

import hashlib
import json
import time
from typing import TYPE_CHECKING

import msgspec

from qunjian.checks.judging import MOST_ANSWER
from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx

    from qunjian.checks.judging import Asked

# An answer wraps the judge's own words: so many bytes of it are read at most.
_MOST_BODY = 4 * MOST_ANSWER
_AGAIN = (429, 500, 502, 503, 504)


class Budget(msgspec.Struct):
    """What may be spent in one run: calls, characters sent, and cost (per 1,000 characters sent)."""

    calls: int = 100
    characters: int = 400_000
    cost: float | None = None
    price: float = 0.0
    called: int = 0
    sent: int = 0

    @property
    def spent(self) -> float:
        """Return the cost so far."""
        return self.sent / 1000 * self.price

    def take(self, characters: int) -> bool:
        """Count a call before it is made; False: it would pass a limit, and nothing is counted."""
        over = self.called + 1 > self.calls or self.sent + characters > self.characters
        if over or (self.cost is not None and (self.sent + characters) / 1000 * self.price > self.cost):
            return False
        self.called += 1
        self.sent += characters
        return True


class Exhausted(Exception):  # noqa: N818 (the end of a budget is no error)
    """The budget is spent: the run ends here."""


class NoAnswer(Exception):  # noqa: N818 (counted, not raised to a person)
    """A call that brought nothing; its message is a stable code."""


class _Message(msgspec.Struct):
    content: str


class _Choice(msgspec.Struct):
    message: _Message


class _Completion(msgspec.Struct):
    choices: tuple[_Choice, ...]


class Caller:
    """Asks one endpoint; every call has one deadline for all of it, so that a drip cannot hold it."""

    def __init__(
        self, endpoint: str, model: str, key: str, budget: Budget, *, seconds: float = 30.0, retries: int = 2,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        try:
            import httpx  # the [judge] extra: nothing else here speaks to a network
        except ImportError as error:
            raise BadInputError(
                Phrase("没有安装 httpx", "httpx is not installed"),
                todo=Phrase("运行 pip install 'qunjian[judge]'", "run pip install 'qunjian[judge]'"),
            ) from error
        self._httpx = httpx
        self._url, self._model, self.budget = f"{endpoint}/chat/completions", model, budget
        self._seconds, self._retries, self._sleep = seconds, retries, sleep
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        # No proxy, certificate or password from the environment, and no redirect: only the recorded recipient.
        self._client: httpx.Client = httpx.Client(
            headers=headers, timeout=seconds, trust_env=False, follow_redirects=False
        )

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def ask(self, asked: Asked) -> bytes:
        """Return the model's own words; raises NoAnswer with a reason, or Exhausted before a call over the budget."""
        body = {
            "model": self._model, "temperature": 0, "response_format": {"type": "json_object"},
            "messages": [{"role": "system", "content": asked.system}, {"role": "user", "content": asked.user}],
        }  # fmt: skip
        sent = json.dumps(body, ensure_ascii=False)
        reason = ""
        for attempt in range(self._retries + 1):
            if attempt:
                self._sleep(min(2.0**attempt, 20.0))
            if not self.budget.take(len(sent)):
                raise Exhausted
            try:
                return self._once(sent)
            except NoAnswer as error:
                reason = str(error)
                if reason not in ("timeout", "unreachable", "busy"):
                    break
        raise NoAnswer(reason)

    def _once(self, sent: str) -> bytes:
        deadline = time.monotonic() + self._seconds
        data = bytearray()
        try:
            with self._client.stream(
                "POST", self._url, content=sent.encode(), headers={"Content-Type": "application/json"}
            ) as response:
                if response.status_code in _AGAIN:
                    raise NoAnswer("busy")
                if response.status_code != 200:
                    raise NoAnswer("refused")
                for piece in response.iter_raw(4096):
                    data += piece
                    if len(data) > _MOST_BODY:
                        raise NoAnswer("too_long")
                    if time.monotonic() > deadline:
                        raise NoAnswer("timeout")
        except self._httpx.TimeoutException:
            raise NoAnswer("timeout") from None
        except self._httpx.HTTPError:
            raise NoAnswer("unreachable") from None
        try:
            completion = msgspec.json.decode(bytes(data), type=_Completion)
            return completion.choices[0].message.content.encode()
        except (msgspec.MsgspecError, ValueError, IndexError, RecursionError):
            raise NoAnswer("garbage") from None


class Kept:
    """Answers kept by what was asked, in a folder that an erasure empties."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, who: str, asked: Asked) -> Path:
        said = "\0".join((who, asked.system.replace(asked.mark, ""), asked.text))
        return self._folder / f"{hashlib.blake2b(said.encode(), digest_size=20).hexdigest()}.json"

    def find(self, who: str, asked: Asked) -> bytes | None:
        """Return an answer to the same question of the same model, under the mark of the question now."""
        try:
            said = self._path(who, asked).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None
        return said.replace("{mark}", asked.mark).encode()

    def keep(self, who: str, asked: Asked, said: bytes) -> None:
        """Keep an answer that was believed."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._path(who, asked)
        draft = path.with_suffix(".draft")
        draft.write_text(said.decode().replace(asked.mark, "{mark}"), encoding="utf-8")
        draft.replace(path)
