"""Starts, cancels and retries jobs, and the worker's own writes: each under the lease of its attempt."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from qunjian_console.audit.services import PROGRAM, Actor, record
from qunjian_console.bridge.errors import Phrase
from qunjian_console.jobs.entries import CANCELLED, ENDED, ENQUEUED, RETRIED
from qunjian_console.jobs.handling import handlers
from qunjian_console.jobs.models import OPEN, Job, State

if TYPE_CHECKING:
    import uuid

_WORKER_DIED = Phrase(
    "执行它的进程多次中途消失（内存不足或被结束）",
    "the process that ran it vanished several times (out of memory, or ended)",
)


@transaction.atomic
def enqueue(kind: str, parameters: msgspec.Struct, actor: Actor, *, once: str | None = None) -> Job:
    """Add a job; with `once`, an open job of the same mark is returned instead of a second one."""
    handler = handlers()[kind]
    if not isinstance(parameters, handler.parameters):
        raise TypeError(f"a job {kind} takes {handler.parameters.__name__}")
    written = msgspec.json.encode(parameters).decode()
    if once is not None:
        job, made = Job.objects.get_or_create(
            once=once, defaults={"kind": kind, "parameters": written, "by": actor.person}
        )
        if not made:
            return job
    else:
        job = Job.objects.create(kind=kind, parameters=written, by=actor.person)
    record(ENQUEUED, actor, subject=f"job:{job.pk}", after={"kind": kind, "parameters": msgspec.json.decode(written)})
    return job


@transaction.atomic
def cancel(job: Job, actor: Actor) -> None:
    """Ask for the end of a job: one that waits ends now, one that runs at its next step."""
    if Job.objects.filter(pk=job.pk, state=State.QUEUED).update(
        state=State.CANCELLED, ended=timezone.now(), cancel=True, once=None
    ) or Job.objects.filter(pk=job.pk, state=State.RUNNING, cancel=False).update(cancel=True):
        record(CANCELLED, actor, subject=f"job:{job.pk}", after={"kind": job.kind})


@transaction.atomic
def retry(job: Job, actor: Actor) -> None:
    """Put a failed or cancelled job back to its beginning."""
    ended = Job.objects.filter(pk=job.pk, state__in=(State.FAILED, State.CANCELLED))
    if ended.update(
        state=State.QUEUED, cancel=False, attempt=0, done=0, total=None, step_zh="", step_en="", error_zh="",
        error_en="", ended=None, started=None, heartbeat=None,
    ):  # fmt: skip
        record(RETRIED, actor, subject=f"job:{job.pk}", after={"kind": job.kind})


def claim(worker: str) -> Job | None:
    """Take the job that waits longest, if any; of two workers only one gets it."""
    waiting = Job.objects.filter(state=State.QUEUED).order_by("created", "pk")
    if not waiting.exists():
        return None
    with transaction.atomic():
        locked = waiting.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
        job = locked.first()
        if job is None:
            return None
        now = timezone.now()
        job.state, job.worker, job.attempt = State.RUNNING, worker, job.attempt + 1
        job.heartbeat, job.started, job.done, job.total = now, job.started or now, 0, None
        job.save(update_fields=["state", "worker", "attempt", "heartbeat", "started", "done", "total"])
        return job


def beat(
    job: uuid.UUID, attempt: int, step: Phrase | None = None, done: int = 0, total: int | None = None
) -> bool | None:
    """Say that the work goes on, and where it is; returns whether it was cancelled, None where the lease is lost."""
    held = Job.objects.filter(pk=job, attempt=attempt, state=State.RUNNING)
    told = {} if step is None else {"step_zh": step.zh[:200], "step_en": step.en[:200], "done": done, "total": total}
    if not held.update(heartbeat=timezone.now(), **told):
        return None
    return held.values_list("cancel", flat=True).first()


@transaction.atomic
def finish(job: Job, state: State, *, result: str = "", error: Phrase | None = None) -> bool:
    """End a job under its lease; False where another worker has taken it over meanwhile."""
    held = Job.objects.filter(pk=job.pk, attempt=job.attempt, state=State.RUNNING)
    said = {"error_zh": error.zh, "error_en": error.en} if error is not None else {}
    if not held.update(state=state, ended=timezone.now(), result=result, once=None, **said):
        return False
    record(
        ENDED, PROGRAM, subject=f"job:{job.pk}",
        after={"kind": job.kind, "state": str(state.value), "attempt": job.attempt},
    )  # fmt: skip
    return True


def reap() -> int:
    """Take back the jobs of workers that show no sign of life; returns how many."""
    silent_since = timezone.now() - dt.timedelta(seconds=settings.JOB_PATIENCE)
    dead = list(Job.objects.filter(Q(heartbeat__lt=silent_since) | Q(heartbeat=None), state=State.RUNNING))
    for job in dead:
        if job.cancel:
            finish(job, State.CANCELLED)
        elif job.attempt >= job.most_attempts:
            finish(job, State.FAILED, error=_WORKER_DIED)
        else:
            Job.objects.filter(pk=job.pk, attempt=job.attempt, state=State.RUNNING, heartbeat=job.heartbeat).update(
                state=State.QUEUED, worker=""
            )
    return len(dead)


def open_jobs() -> bool:
    """Return whether any job waits or runs."""
    return Job.objects.filter(state__in=OPEN).exists()
