"""People and how they come in: users with role and scope, invitations, sessions, sign-in tries."""

from __future__ import annotations

import unicodedata
from functools import cached_property
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from qunjian_console.language import say
from qunjian_console.policy.roles import Role


def plain_name(username: str) -> str:
    """Return a sign-in name as it is kept: compatible forms are one, case does not matter."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


class UserManager(BaseUserManager["User"]):
    """Finds users by the name they type."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=plain_name(username or ""))


class User(AbstractBaseUser):
    """A person who signs in; disabled rather than deleted, for the audit log names them by number."""

    username = models.CharField(say("用户名", "User name"), max_length=80, unique=True)
    name = models.CharField(say("姓名", "Name"), max_length=80)
    role = models.CharField(say("角色", "Role"), max_length=16, choices=Role.choices)
    everywhere = models.BooleanField(say("全部社群", "All communities"), default=True)
    is_active = models.BooleanField(say("启用", "Active"), default=True)
    language = models.CharField(max_length=2, default="zh")
    theme = models.CharField(max_length=8, default="auto")
    second_factor = models.CharField(max_length=64, blank=True)
    second_factor_step = models.BigIntegerField(default=0)
    recovery_codes = models.TextField(blank=True)
    created = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "username"
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-is_active", "name", "pk"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.username = plain_name(self.username)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @cached_property
    def communities(self) -> frozenset[str]:
        """Return the communities this person may see; meaningless where `everywhere` holds."""
        return frozenset(self.scopes.values_list("community", flat=True))

    def sees(self, community: str) -> bool:
        """Return whether the community lies in this person's scope."""
        return self.everywhere or community in self.communities


class Scope(models.Model):
    """One community a person may see."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="scopes")
    community = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "community"], name="accounts_scope_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.community}"


class Invitation(models.Model):
    """A link that makes an account, or sets a new password of one (`user`); only its digest is kept."""

    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=80)
    role = models.CharField(max_length=16, choices=Role.choices)
    everywhere = models.BooleanField(default=True)
    communities = models.JSONField(default=list)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="password_links")
    created = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created"]

    def __str__(self) -> str:
        return self.name


class Visit(models.Model):
    """One signed-in browser; without this row the session is worth nothing."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="visits")
    session_key = models.CharField(max_length=40, unique=True)
    created = models.DateTimeField(default=timezone.now)
    seen = models.DateTimeField(default=timezone.now)
    address = models.CharField(max_length=64, blank=True)
    browser = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-seen"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.created:%Y-%m-%d %H:%M}"


class Attempt(models.Model):
    """One failed sign-in, kept as long as it counts."""

    username = models.CharField(max_length=80, db_index=True)
    address = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
