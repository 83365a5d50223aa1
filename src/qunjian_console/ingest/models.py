"""What is on its way into the lake: an upload and its files; and why an import was taken back."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from qunjian_console.language import say


class Stage(models.TextChoices):
    """Where an upload is."""

    OPEN = "open", say("待导入", "To be imported")
    STARTED = "started", say("导入中", "Being imported")
    DONE = "done", say("已导入", "Imported")


class Upload(models.Model):
    """Files somebody has handed in and has not imported yet, with how they are to be read; the words stay on disk."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    by = models.BigIntegerField(db_index=True)
    created = models.DateTimeField(default=timezone.now)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.OPEN)
    forced = models.CharField(max_length=80, blank=True)
    community = models.CharField(max_length=200, blank=True)
    zone = models.CharField(max_length=64, blank=True)
    me = models.CharField(max_length=200, blank=True)
    job = models.UUIDField(null=True)
    import_id = models.CharField(max_length=64, blank=True)
    files_count = models.PositiveIntegerField(default=0)
    bytes = models.BigIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)  # pictures and the like, which hold no messages

    class Meta:
        ordering: ClassVar[list[str]] = ["-created"]

    def __str__(self) -> str:
        return f"{self.id} {self.stage}"


class StagedFile(models.Model):
    """One file of an upload: where it lies, and what it was taken for (counts and ids, never words)."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="files")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=1024)
    place = models.CharField(max_length=1100)
    folded = models.CharField(max_length=1100)  # the place without case: no two may differ by case alone
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64, db_index=True)
    glance = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["upload", "number"], name="ingest_number"),
            models.UniqueConstraint(fields=["upload", "folded"], name="ingest_place"),
        ]

    def __str__(self) -> str:
        return self.name


class Undoing(models.Model):
    """That somebody wants an import taken back, and why."""

    import_id = models.CharField(max_length=64, unique=True)
    by = models.BigIntegerField()
    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=500)
    job = models.UUIDField(null=True)

    def __str__(self) -> str:
        return self.import_id
