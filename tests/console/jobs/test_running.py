"""Jobs: run, fail in words, cancelled, retried, taken over, and returned after a real kill -9."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from tests.console.conftest import World

from qunjian_console.audit.models import Entry
from qunjian_console.audit.services import PROGRAM
from qunjian_console.audit.verifying import verify
from qunjian_console.bridge.errors import Phrase, QunjianError
from qunjian_console.jobs import handling, services
from qunjian_console.jobs.handling import Handler, Watch
from qunjian_console.jobs.models import Job, State
from qunjian_console.jobs.worker import work_off

pytestmark = pytest.mark.django_db(transaction=True)


class Wish(msgspec.Struct, frozen=True):
    """What the tests' jobs take."""

    steps: int = 3
    fail: str = ""
    log: str = ""


STEP = Phrase("做一步", "one step")


def work(wish: Wish, watch: Watch) -> dict[str, int]:
    """Do some steps; each is written down, so that a test sees what was done."""
    for number in range(wish.steps):
        watch(STEP, number, wish.steps)
        if wish.log:
            with open(wish.log, "a") as log:  # noqa: PTH123
                log.write(f"{os.getpid()} {number}\n")
            time.sleep(0.05)
    if wish.fail == "words":
        raise QunjianError(Phrase("文件读不懂", "cannot read the file"))
    if wish.fail:
        raise ZeroDivisionError
    return {"steps": wish.steps}


TESTING = Handler("tests.work", "测试", Wish, work)


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {**handling.handlers(), TESTING.kind: TESTING}
    for module in ("services", "worker"):
        monkeypatch.setattr(f"qunjian_console.jobs.{module}.handlers", lambda: known)


def start(**wish: object) -> Job:
    return services.enqueue(TESTING.kind, Wish(**wish), PROGRAM)


def run_next() -> Job:
    job = services.claim("here")
    assert job is not None
    work_off(job)
    job.refresh_from_db()
    return job


def test_a_job_runs_to_its_end_and_says_what_came_of_it() -> None:
    start()
    job = run_next()
    assert (job.state, job.attempt, job.shown) == (State.DONE, 1, {"steps": 3})
    assert [entry.kind for entry in Entry.objects.all()] == ["jobs.enqueued", "jobs.ended"]


def test_jobs_run_in_the_order_they_were_asked_for() -> None:
    wanted = [start().pk for _ in range(3)]
    assert [run_next().pk for _ in wanted] == wanted
    assert services.claim("here") is None


def test_a_failure_is_told_in_words_and_may_be_tried_again() -> None:
    start(fail="words")
    job = run_next()
    assert (job.state, job.error_zh, job.error_en) == (State.FAILED, "文件读不懂", "cannot read the file")
    services.retry(job, PROGRAM)
    assert run_next().attempt == 1


def test_a_failure_of_ours_shows_no_traceback() -> None:
    start(fail="bug")
    job = run_next()
    assert job.state == State.FAILED
    assert job.error_en == "internal error (ZeroDivisionError)"


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_at_its_next_step() -> None:
    waiting = start()
    services.cancel(waiting, PROGRAM)
    waiting.refresh_from_db()
    assert waiting.state == State.CANCELLED
    start()
    running = services.claim("here")
    assert running is not None
    services.cancel(running, PROGRAM)
    work_off(running)
    running.refresh_from_db()
    assert running.state == State.CANCELLED


def test_of_two_equal_wishes_one_is_done() -> None:
    one = services.enqueue(TESTING.kind, Wish(), PROGRAM, once="mark")
    other = services.enqueue(TESTING.kind, Wish(), PROGRAM, once="mark")
    assert one.pk == other.pk
    run_next()
    assert services.enqueue(TESTING.kind, Wish(), PROGRAM, once="mark").pk != one.pk


def test_a_job_taken_over_is_not_finished_by_its_first_worker() -> None:
    start()
    first = services.claim("first")
    assert first is not None
    _fall_silent(first)
    assert services.reap() == 1
    second = services.claim("second")
    assert second is not None
    assert second.attempt == 2
    work_off(first)
    second.refresh_from_db()
    assert (second.state, second.worker) == (State.RUNNING, "second")
    work_off(second)
    second.refresh_from_db()
    assert second.state == State.DONE
    assert Entry.objects.filter(kind="jobs.ended").count() == 1


def test_a_job_that_kills_every_worker_ends_as_failed() -> None:
    job = start()
    for _ in range(3):
        claimed = services.claim("here")
        assert claimed is not None
        _fall_silent(claimed)
        services.reap()
    job.refresh_from_db()
    assert job.state == State.FAILED
    assert "vanished" in job.error_en


def _fall_silent(job: Job) -> None:
    past = timezone.now() - dt.timedelta(seconds=settings.JOB_PATIENCE + 1)
    Job.objects.filter(pk=job.pk).update(heartbeat=past)
    job.refresh_from_db()


CHILD = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.console.settings"
import django
django.setup()
from django.conf import settings
from django.db import connections
settings.JOB_PATIENCE, settings.JOB_HEARTBEAT = 1.0, 0.2
settings.AUDIT_CHECKPOINTS = __import__("pathlib").Path({checkpoints!r})
connections["default"].settings_dict["NAME"] = {name!r}
from tests.console.jobs import test_running
from qunjian_console.jobs import services, worker
known = {{test_running.TESTING.kind: test_running.TESTING}}
services.handlers = worker.handlers = lambda: known
worker.run(lambda: {stop}, pause=0.05)
"""


def test_a_killed_workers_job_returns_and_is_done_once(tmp_path: Path, world: World) -> None:
    log = tmp_path / "log"
    job = start(steps=20, log=str(log))
    told = {"checkpoints": str(settings.AUDIT_CHECKPOINTS), "name": str(connection.settings_dict["NAME"])}
    child = _worker(stop="False", **told)
    try:
        _wait(lambda: log.exists() and len(log.read_text().splitlines()) >= 3)
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    done = len(log.read_text().splitlines())
    assert done < 20
    other = _worker(stop="services.Job.objects.filter(state='done').exists()", **told)
    assert other.wait(60) == 0
    job.refresh_from_db()
    assert (job.state, job.attempt, job.shown) == (State.DONE, 2, {"steps": 20})
    numbers = [int(line.split()[1]) for line in log.read_text().splitlines()]
    assert numbers[done:] == list(range(20))
    assert [entry.kind for entry in Entry.objects.all()] == ["jobs.enqueued", "jobs.ended"]
    assert verify().sound


def _worker(**values: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", CHILD.format(**values)], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    )


def _wait(happened: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)
