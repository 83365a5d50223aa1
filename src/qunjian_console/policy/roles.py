"""The six roles, and what the rest of the console needs to know of a person to decide what they may."""

from __future__ import annotations

from typing import Protocol

from django.db import models

from qunjian_console.language import say


class Role(models.TextChoices):
    """What a person is here for."""

    OWNER = "owner", say("所有者", "Owner")
    LEAD = "lead", say("质检主管", "QA lead")
    INSPECTOR = "inspector", say("质检员", "Inspector")
    OPERATOR = "operator", say("运营", "Operator")
    MANAGER = "manager", say("管理者", "Manager")
    AUDITOR = "auditor", say("审计", "Auditor")


EVERYBODY = frozenset(Role)


class Person(Protocol):
    """Somebody who signed in."""

    pk: int
    role: str

    @property
    def is_authenticated(self) -> bool: ...

    def sees(self, community: str) -> bool:
        """Return whether the community lies in this person's scope."""
        ...
