"""A job: long work as one row, with everything a person or a successor needs to know of it."""

from __future__ import annotations

import json
import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from qunjian_console.language import say


class State(models.TextChoices):
    """Where a job is."""

    QUEUED = "queued", say("排队", "Waiting")
    RUNNING = "running", say("进行中", "Running")
    DONE = "done", say("完成", "Done")
    FAILED = "failed", say("失败", "Failed")
    CANCELLED = "cancelled", say("已取消", "Cancelled")


OPEN = (State.QUEUED, State.RUNNING)


class Job(models.Model):
    """Work that a worker does; `attempt` is the lease: only the worker of the newest attempt may write to the row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=64)
    parameters = models.TextField(default="{}")
    once = models.CharField(max_length=200, null=True, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    step_zh = models.CharField(max_length=200, blank=True)
    step_en = models.CharField(max_length=200, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    cancel = models.BooleanField(default=False)
    attempt = models.PositiveIntegerField(default=0)
    most_attempts = models.PositiveIntegerField(default=3)
    worker = models.CharField(max_length=120, blank=True)
    heartbeat = models.DateTimeField(null=True)
    result = models.TextField(blank=True)
    error_zh = models.TextField(blank=True)
    error_en = models.TextField(blank=True)
    by = models.BigIntegerField(null=True, db_index=True)
    created = models.DateTimeField(default=timezone.now)
    started = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "created"], name="jobs_next")]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def open(self) -> bool:
        """Return whether the job has not ended."""
        return self.state in OPEN

    @property
    def step(self) -> str:
        """Return where the work is, in words."""
        return say(self.step_zh, self.step_en)

    @property
    def error(self) -> str:
        """Return why the job failed, in words."""
        return say(self.error_zh, self.error_en)

    @property
    def shown(self) -> dict[str, object]:
        """Return what the work returned, by name."""
        found = json.loads(self.result or "null")
        return found if isinstance(found, dict) else {}

    @property
    def percent(self) -> int | None:
        """Return how much is done, where the total is known."""
        return min(100, 100 * self.done // self.total) if self.total else None
