"""The rows of the audit log: entries in a chain, the erasable values beside them, and the sealed head."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Entry(models.Model):
    """One thing that was done or seen; it holds nothing personal, so it is never changed or deleted."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=64, db_index=True)
    actor = models.BigIntegerField(null=True, db_index=True)
    subject = models.CharField(max_length=200, blank=True, db_index=True)
    community = models.CharField(max_length=200, blank=True, db_index=True)
    facts = models.TextField(default="{}")
    digests = models.TextField(default="{}")
    mac = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"


class Part(models.Model):
    """Personal values of an entry, about one person: they can be erased, the entry keeps their digest."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="parts")
    slot = models.CharField(max_length=8)
    about = models.CharField(max_length=200, db_index=True)
    nonce = models.CharField(max_length=64)
    body = models.TextField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["entry", "slot"], name="audit_part_once")
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.slot}"


class Head(models.Model):
    """The end of the chain, sealed with the key; its row is the lock under which entries are appended."""

    number = models.BigIntegerField(default=0)
    mac = models.CharField(max_length=64, blank=True)
    seal = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return str(self.number)
