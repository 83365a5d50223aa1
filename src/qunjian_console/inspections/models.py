"""What people decide about inspections: when they run by themselves, what is silenced, which filters are kept."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from qunjian_console.language import say


class Every(models.TextChoices):
    """How often an inspection runs by itself."""

    DAY = "day", say("每天", "Every day")
    WEEK = "week", say("每周", "Every week")


class Window(models.TextChoices):
    """Which days a scheduled inspection looks at, seen from the day it runs."""

    ALL = "all", say("全部消息", "All messages")
    YESTERDAY = "yesterday", say("前一天", "The day before")
    WEEK = "week", say("之前 7 天", "The 7 days before")
    MONTH = "month", say("之前 30 天", "The 30 days before")


class Weekday(models.IntegerChoices):
    """The day of a weekly inspection."""

    MONDAY = 1, say("周一", "Monday")
    TUESDAY = 2, say("周二", "Tuesday")
    WEDNESDAY = 3, say("周三", "Wednesday")
    THURSDAY = 4, say("周四", "Thursday")
    FRIDAY = 5, say("周五", "Friday")
    SATURDAY = 6, say("周六", "Saturday")
    SUNDAY = 7, say("周日", "Sunday")


class Schedule(models.Model):
    """An inspection that starts by itself; `due` is the lease: whoever moves it on starts the run."""

    every = models.CharField(max_length=8, choices=Every.choices)
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices, default=Weekday.MONDAY)
    at = models.TimeField()
    window = models.CharField(max_length=12, choices=Window.choices, default=Window.ALL)
    standard = models.CharField(max_length=200, blank=True)
    communities = models.JSONField(default=list)
    paused = models.BooleanField(default=False)
    due = models.DateTimeField(db_index=True)
    job = models.UUIDField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["due", "pk"]

    def __str__(self) -> str:
        return f"{self.every} {self.at}"


class Silence(models.Model):
    """Findings of a rule put aside in a scope until a day; the workspace's file follows these rows."""

    rule = models.CharField(max_length=200, db_index=True)
    community = models.CharField(max_length=200, blank=True)
    account = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500)
    owner = models.CharField(max_length=80)
    expires = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    created = models.DateTimeField(default=timezone.now)
    withdrawn = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created", "-pk"]

    def __str__(self) -> str:
        return f"{self.rule} {self.expires}"


class Adopted(models.Model):
    """That the ledger has taken over what the workspace's files said of a kind of decision."""

    kind = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.kind


class View(models.Model):
    """Filters of the list of findings somebody kept; shared ones are everybody's."""

    name = models.CharField(max_length=80)
    query = models.CharField(max_length=2000)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    shared = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["shared", "name", "pk"]

    def __str__(self) -> str:
        return self.name
