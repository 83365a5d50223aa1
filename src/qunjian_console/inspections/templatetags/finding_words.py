"""The tags of findings: their addresses, masked accounts, and one half of a text in two languages."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django import template
from django.urls import reverse
from django.utils import timezone

from qunjian_console.bridge.masking import in_language, mask_account
from qunjian_console.inspections.refs import FindingKey, ref_of

if TYPE_CHECKING:
    from qunjian_console.bridge.inspections import Row

register = template.Library()


@register.simple_tag
def finding_address(row: Row, run: str) -> str:
    """Return where a finding is shown."""
    return reverse("inspections:finding", kwargs={"ref": ref_of(FindingKey(row.community_id, run, row.finding_id))})


@register.filter
def masked_account(account: str) -> str:
    """Return an account as pages show it."""
    return mask_account(account)


@register.filter
def in_one_language(text: str) -> str:
    """Return the reader's half of a text the engine stores in both."""
    return in_language(text)


@register.filter
def day(at: dt.datetime) -> str:
    """Return the local day of an instant."""
    return f"{timezone.localtime(at):%Y-%m-%d}"


@register.filter
def percent(sure: float) -> str:
    """Return a confidence as a percentage."""
    return f"{100 * sure:.0f} %"
