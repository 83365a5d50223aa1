"""The worker: claims one job after another, beats while it works, and takes back what dead workers left."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec
from django.conf import settings
from django.db import close_old_connections, connections

from qunjian_console.bridge.errors import Phrase, in_words
from qunjian_console.jobs.handling import handlers
from qunjian_console.jobs.models import Job, State
from qunjian_console.jobs.services import beat, claim, finish, reap
from qunjian_console.jobs.ticking import EVERY, tick

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LOG = logging.getLogger(__name__)
_TOLD_EVERY = 0.5  # seconds between two writes of the progress


class Stopped(BaseException):
    """Work that must end at once: cancelled, or taken over by another worker; no handler may swallow it."""


class Reins:
    """What holds one running job: its heart, and whether it must stop."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.cancelled = False
        self.lost = False
        self._told = 0.0

    def __call__(self, step: Phrase, done: int, total: int | None = None) -> None:
        """Tell where the work is; raises Stopped when it must end."""
        now = time.monotonic()
        if now - self._told >= _TOLD_EVERY or done == total:
            self._told = now
            self.feel(beat(self.job.pk, self.job.attempt, step, done, total))
        if self.cancelled or self.lost:
            raise Stopped

    def feel(self, answer: bool | None) -> None:
        """Take in what the row answered to a beat."""
        self.lost = self.lost or answer is None
        self.cancelled = self.cancelled or answer is True


@contextmanager
def _beating(reins: Reins) -> Iterator[None]:
    """Beat in a thread of its own while the work goes on."""
    over = threading.Event()

    def heart() -> None:
        while not over.wait(settings.JOB_HEARTBEAT):
            try:
                reins.feel(beat(reins.job.pk, reins.job.attempt))
            except Exception:
                _LOG.exception("a heartbeat failed")
                close_old_connections()
        connections.close_all()

    thread = threading.Thread(target=heart, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def work_off(job: Job) -> None:
    """Run one claimed job to its end and write down how it ended."""
    reins = Reins(job)
    handler = handlers().get(job.kind)
    try:
        if handler is None:
            raise LookupError(f"no handler is named {job.kind}")
        parameters = msgspec.json.decode(job.parameters, type=handler.parameters)
        with _beating(reins):
            result = handler.run(parameters, reins)
    except Stopped:
        if not reins.lost:
            finish(job, State.CANCELLED)
    except Exception as error:
        told = in_words(error)
        if told is None:
            _LOG.exception("job %s failed", job)
            told = Phrase(f"程序内部错误（{type(error).__name__}）", f"internal error ({type(error).__name__})")
        finish(job, State.FAILED, error=told)
    else:
        finish(job, State.DONE, result=msgspec.json.encode(result).decode())


def run(stop: Callable[[], bool] = lambda: False, *, pause: float = 0.5) -> None:
    """Work until told to stop."""
    name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    reaped = ticked = 0.0
    while not stop():
        try:
            close_old_connections()
            if time.monotonic() - reaped > settings.JOB_PATIENCE / 4 or not reaped:
                reap()
                reaped = time.monotonic()
            job = claim(name)
            if job is not None or time.monotonic() - ticked > EVERY or not ticked:
                tick()  # also before each job: it finds the workspace as it stands now
                ticked = time.monotonic()
            if job is not None:
                work_off(job)
                continue
        except Exception:  # the database may be away for a while: the worker outlives it
            _LOG.exception("the worker could not reach its jobs")
            connections.close_all()
        time.sleep(pause)
