"""The ledger of reviews: plans, the items a plan drew, the decisions on them (only ever added), drafts and habits."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from qunjian_console.language import say


class Verdict(models.TextChoices):
    """What a person says of a finding, or of a message nobody flagged: there is a fault, there is none, cannot tell."""

    CONFIRMED = "confirmed", say("成立", "Confirmed")
    REFUTED = "refuted", say("误报", "Refuted")
    UNSURE = "unsure", say("存疑", "Unsure")


class PlanState(models.TextChoices):
    """Where a plan is: being drawn, open to reviewers, closed."""

    DRAWING = "drawing", say("正在抽取", "Being drawn")
    OPEN = "open", say("复核中", "Under review")
    CLOSED = "closed", say("已结束", "Closed")


class ItemState(models.TextChoices):
    """Where an item is."""

    OPEN = "open", say("待复核", "To review")
    DONE = "done", say("已复核", "Reviewed")
    SKIPPED = "skipped", say("已跳过", "Skipped")


class Act(models.TextChoices):
    """What happened to an item."""

    VERDICT = "verdict", say("判定", "Judged")
    SKIP = "skip", say("跳过", "Skipped")
    UNDO = "undo", say("撤销", "Taken back")
    APPEAL = "appeal", say("申诉改判", "Changed on appeal")


UNFLAGGED = "unflagged"


class Plan(models.Model):
    """What is reviewed, drawn by a seed; once drawn its items never change. The form is pinned as it was then."""

    name = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=PlanState.choices, default=PlanState.DRAWING)
    wish = models.TextField()  # what was asked to be drawn, as JSON: seed, quotas, communities, days
    run = models.CharField(max_length=64, blank=True)
    standard = models.CharField(max_length=200, blank=True)
    version = models.CharField(max_length=200, blank=True)
    form = models.TextField(blank=True)  # the review form of that version, as JSON; empty: none is filled in
    strata = models.TextField(default="[]")  # how many there were and were drawn, as JSON
    due = models.DateField(null=True)
    by = models.BigIntegerField()
    created = models.DateTimeField(default=timezone.now)
    drawn = models.DateTimeField(null=True)
    closed = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created", "-pk"]

    def __str__(self) -> str:
        return self.name


class Item(models.Model):
    """One finding or message to be looked at.

    `version` counts what happened to it: whoever decides names the version they saw, so nobody overwrites another.
    What stands (state, verdict, by, at, score) repeats the newest decision, for lists.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="items")
    place = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)  # a severity, or UNFLAGGED
    rank = models.CharField(max_length=64)
    finding = models.CharField(max_length=64, blank=True, db_index=True)
    rule = models.CharField(max_length=120, blank=True, db_index=True)
    community = models.CharField(max_length=200)
    account = models.CharField(max_length=200, blank=True, db_index=True)
    scope = models.CharField(max_length=300)
    message = models.CharField(max_length=300)
    sent = models.DateTimeField()
    version = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=8, choices=ItemState.choices, default=ItemState.OPEN)
    holder = models.BigIntegerField(null=True)
    held_until = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True)
    by = models.BigIntegerField(null=True, db_index=True)
    at = models.DateTimeField(null=True)
    number = models.BigIntegerField(null=True)
    score = models.FloatField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["place"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["plan", "place"], name="reviews_place_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["plan", "state", "place"], name="reviews_queue"),
            models.Index(fields=["finding", "state"], name="reviews_standing"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}/{self.place}"

    @property
    def flagged(self) -> bool:
        """Return whether a rule had found something."""
        return bool(self.finding)


class Decision(models.Model):
    """One thing that happened to an item, never changed or deleted; `number` is that of its audit entry.

    Audit entries are appended one at a time, so the numbers say the order in which decisions were made everywhere;
    (item, version) is unique, so the history of an item is a line.
    """

    number = models.BigIntegerField(primary_key=True)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="history")
    version = models.PositiveIntegerField()
    act = models.CharField(max_length=8, choices=Act.choices)
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    marks = models.TextField(default="{}")
    causes = models.TextField(default="{}")
    score = models.FloatField(null=True)
    by = models.BigIntegerField()
    at = models.DateTimeField()
    token = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["item", "version"], name="reviews_history_is_a_line")
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.version} {self.act}"


class Draft(models.Model):
    """What somebody has filled in on an item but not decided yet."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="drafts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    body = models.TextField()
    saved = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["item", "user"], name="reviews_draft_once")
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.user_id}"


class Blur(models.TextChoices):
    """Which texts stay blurred until asked for."""

    NEVER = "never", say("不模糊", "Never")
    HARSH = "harsh", say("致命和言行类的问题", "Critical findings and faults of conduct")
    ALWAYS = "always", say("全部", "Always")


class Habit(models.Model):
    """How somebody works: which key does what, and which texts stay blurred until asked for."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    keys = models.TextField(default="{}")
    blur = models.CharField(max_length=6, choices=Blur.choices, default=Blur.HARSH)

    def __str__(self) -> str:
        return str(self.user_id)


class Link(models.Model):
    """Who a user is in the communities: a person of the duty table, and accounts besides those of that table."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="review_link")
    person = models.CharField(max_length=200, blank=True)
    accounts = models.TextField(default="[]")

    def __str__(self) -> str:
        return str(self.user_id)


class Carried(models.Model):
    """A verdict that stood in the workspace before the console kept them; taken over once."""

    finding = models.CharField(max_length=64, unique=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    reviewer = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    note = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.finding


class Export(models.Model):
    """How far verdicts were written into the workspace; one row. `carried`: what stood there before was taken over."""

    number = models.BigIntegerField(default=-1)
    digest = models.CharField(max_length=64, blank=True)
    carried = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.number)


class AppealState(models.TextChoices):
    """Where an appeal is; what was decided can be taken to final judgement once, and then stands."""

    OPEN = "open", say("待裁定", "To be decided")
    DECIDED = "decided", say("已裁定", "Decided")
    FINAL_OPEN = "final_open", say("待终审", "Awaiting final judgement")
    FINAL = "final", say("已终审", "Finally judged")
    WITHDRAWN = "withdrawn", say("已撤回", "Withdrawn")


class Outcome(models.TextChoices):
    """How an appeal was decided."""

    KEPT = "kept", say("维持", "Kept")
    ACCEPTED = "accepted", say("接受", "Accepted")
    PARTLY = "partly", say("部分接受", "Accepted in part")
    THIRD = "third", say("另定", "A third result")


class Appeal(models.Model):
    """What somebody says against the result of an item about them; first result, claim and judgements side by side."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="appeals")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()  # of the item, when the appeal was made
    state = models.CharField(max_length=12, choices=AppealState.choices, default=AppealState.OPEN)
    reason = models.CharField(max_length=2000)
    asked_score = models.FloatField(null=True)
    first_verdict = models.CharField(max_length=10, choices=Verdict.choices)
    first_score = models.FloatField(null=True)
    first_by = models.BigIntegerField()
    made = models.DateTimeField()
    due = models.DateTimeField(db_index=True)
    steps = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["due"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["item"], condition=~models.Q(state="withdrawn"), name="reviews_appeal_once")
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.state}"


class Judgment(models.Model):
    """One judgement of an appeal, never changed: by a second person, or the final one by a QA lead."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="judgments")
    number = models.BigIntegerField(primary_key=True)
    final = models.BooleanField(default=False)
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    score = models.FloatField(null=True)
    reason = models.CharField(max_length=2000)
    by = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["appeal", "final"], name="reviews_judged_once")
        ]

    def __str__(self) -> str:
        return f"{self.appeal_id} {self.outcome}"


class Attachment(models.Model):
    """A file beside an appeal, kept in the ledger; only ever handed out as a download."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=40)
    content = models.BinaryField()

    def __str__(self) -> str:
        return self.name
