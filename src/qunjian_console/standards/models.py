"""Drafts of standards: a row names who began one and where it stands, its contents are files named by their hash."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from qunjian_console.language import say


class DraftState(models.TextChoices):
    """Where a draft is."""

    OPEN = "open", say("编辑中", "Being edited")
    PROPOSED = "proposed", say("待第二人发布", "Waits for a second person")
    PUBLISHED = "published", say("已发布", "Published")
    DISCARDED = "discarded", say("已丢弃", "Discarded")


class What(models.TextChoices):
    """What a revision changed."""

    BEGUN = "begun", say("复制而来", "Copied")
    RULE = "rule", say("改规则", "Rule changed")
    ADDED = "added", say("加规则", "Rule added")
    REMOVED = "removed", say("删规则", "Rule removed")
    RULES = "rules", say("批量改规则", "Rules changed")
    TARGETS = "targets", say("改指标目标", "Targets changed")
    SCORECARD = "scorecard", say("改评分", "Scorecard changed")
    ABOUT = "about", say("改名称说明", "Name or summary changed")
    SHEET = "sheet", say("收回表格", "Sheet taken back")
    RESTORED = "restored", say("恢复旧版", "Earlier state restored")


class Draft(models.Model):
    """One draft; `head` is the number of its newest revision and the lock of those who save at once."""

    standard = models.CharField(max_length=80)
    title = models.CharField(max_length=120)
    source_origin = models.CharField(max_length=16)
    source_name = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=DraftState.choices, default=DraftState.OPEN)
    head = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(default=timezone.now)
    changed = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-changed", "-pk"]

    def __str__(self) -> str:
        return f"{self.standard} {self.pk}"

    @property
    def digest(self) -> str:
        """Return the digest of the newest content."""
        return self.revisions.get(number=self.head).content


class Revision(models.Model):
    """One state of a draft that was saved; none is ever changed, so that every one can be restored."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    content = models.CharField(max_length=32)
    what = models.CharField(max_length=10, choices=What.choices)
    subject = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["draft", "number"], name="standards_revision_once")
        ]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.number}"


class ReleaseState(models.TextChoices):
    """Where a release is."""

    PROPOSED = "proposed", say("待第二人发布", "Waits for a second person")
    PUBLISHED = "published", say("已发布", "Published")
    RETURNED = "returned", say("已退回", "Sent back")


class Release(models.Model):
    """A draft put up for publishing; once published, the version and content that count from `starts` on."""

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="releases")
    revision = models.PositiveIntegerField()
    digest = models.CharField(max_length=32)  # of the draft's content
    standard = models.CharField(max_length=80)
    title = models.CharField(max_length=120)
    version = models.CharField(max_length=80, blank=True)
    content = models.CharField(max_length=32, blank=True)
    starts = models.DateField()
    announcement = models.TextField()
    state = models.CharField(max_length=10, choices=ReleaseState.choices, default=ReleaseState.PROPOSED)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)  # of sending back, or of publishing without a second person
    waived = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-proposed", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["draft"], condition=models.Q(state="proposed"), name="standards_one_proposal"
            )
        ]

    def __str__(self) -> str:
        return f"{self.standard} {self.version or self.pk}"


class InForce(models.Model):
    """From which local day on which version counts; `content` is empty where a file of the team names it by hand."""

    standard = models.CharField(max_length=80)
    version = models.CharField(max_length=80)
    content = models.CharField(max_length=32, blank=True)
    starts = models.DateField()
    release = models.OneToOneField(Release, on_delete=models.PROTECT, null=True, related_name="in_force")

    class Meta:
        ordering: ClassVar[list[str]] = ["starts", "pk"]

    def __str__(self) -> str:
        return f"{self.standard} {self.version} {self.starts}"


class Told(models.Model):
    """Somebody bound by a standard knows of it: they said so themselves, or somebody told them outside the console."""

    standard = models.CharField(max_length=80)
    version = models.CharField(max_length=80, blank=True)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, null=True, related_name="told")
    person = models.CharField(max_length=120)  # as the duty table names them
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    how = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["on", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["standard", "version", "person"], name="standards_told_once")
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.standard} {self.version}"
