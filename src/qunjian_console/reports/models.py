"""A report in the archive with its files, the communities it tells of, and schedules."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone


class Schedule(models.Model):
    """A report that is built by itself; `next_run` is when, `missed` are periods whose time passed unused."""

    preset = models.CharField(max_length=16)
    hour = models.PositiveSmallIntegerField(default=8)
    language = models.CharField(max_length=2, default="zh")
    standard = models.CharField(max_length=120, blank=True)
    pseudonymous = models.BooleanField(default=False)
    everything = models.BooleanField(default=False)
    communities = models.JSONField(default=list)
    by = models.BigIntegerField()
    created = models.DateTimeField(default=timezone.now)
    paused = models.BooleanField(default=False)
    next_run = models.DateTimeField()
    missed = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar[list[str]] = ["preset", "pk"]

    def __str__(self) -> str:
        return f"{self.preset} {self.pk}"


class Report(models.Model):
    """One report, as it was built once; its files lie in the workspace, its row outlives them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    preset = models.CharField(max_length=16)
    title = models.CharField(max_length=200)
    period = models.CharField(max_length=16)
    first = models.DateField()
    last = models.DateField()
    language = models.CharField(max_length=2)
    standard = models.CharField(max_length=120)
    standard_title = models.CharField(max_length=300)
    version = models.CharField(max_length=80)
    run = models.CharField(max_length=80, blank=True)
    everything = models.BooleanField()
    pseudonymous = models.BooleanField()
    messages = models.BigIntegerField()
    findings = models.BigIntegerField()
    policy = models.TextField()
    by = models.BigIntegerField(null=True)
    schedule = models.ForeignKey(Schedule, null=True, on_delete=models.SET_NULL, related_name="reports")
    built = models.DateTimeField(default=timezone.now, db_index=True)
    erased = models.DateTimeField(null=True)
    erased_by = models.BigIntegerField(null=True)
    erased_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-built"]

    def __str__(self) -> str:
        return f"{self.title} {self.period}"


class Covered(models.Model):
    """One community a report tells of."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="covered")
    community = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["report", "community"], name="reports_covered_once")
        ]

    def __str__(self) -> str:
        return self.community


class ReportFile(models.Model):
    """One format of a report, by the hash of its bytes."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="files")
    form = models.CharField(max_length=8)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["report", "form"], name="reports_file_once")
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.sha256[:12]}"
