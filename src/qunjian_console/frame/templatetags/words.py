"""The tags every template has: texts in two languages, strangers' text made safe, numbers, moments, icons, rights."""

from __future__ import annotations

import datetime as dt
import json
import unicodedata
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe

from qunjian_console.frame.icons import ICONS
from qunjian_console.language import current
from qunjian_console.policy.table import may as policy_may

register = template.Library()
_HIDDEN = ("Cc", "Cf", "Co", "Cn", "Zl", "Zp")


@register.simple_tag(name="say")
def said(zh: str, en: str, **values: object) -> str:
    """Return the text in the reader's language; values are escaped like any other."""
    text = zh if current() == "zh" else en
    if not values:
        return mark_safe(text)  # noqa: S308 (both texts are literals of a template)
    return mark_safe(text.format(**{name: conditional_escape(str(value)) for name, value in values.items()}))  # noqa: S308


@register.filter
def stranger(text: object) -> SafeString:
    """Return text somebody else wrote: isolated in direction, escaped, its invisible characters shown by their code."""
    shown = "".join(
        char if char in "\n\t" or unicodedata.category(char) not in _HIDDEN else _code(char) for char in _whole(text)
    )
    return format_html('<bdi class="stranger" translate="no">{}</bdi>', mark_safe(shown))  # noqa: S308 (escaped above)


def _whole(text: object) -> str:
    return str(escape("" if text is None else text))


def _code(char: str) -> str:
    return f'<span class="hidden-character">U+{ord(char):04X}</span>'


@register.filter
def number(value: object) -> str:
    """Return a number with its thousands apart; nothing known is a dash."""
    if value is None or value == "":
        return "—"
    if isinstance(value, float):
        return f"{value:,.1f}"
    return f"{int(str(value)):,}"


@register.filter
def share(part: int | None, whole: int | None) -> str:
    """Return a percentage, or a dash where there is nothing to divide by."""
    return "—" if part is None or not whole else f"{100 * part / whole:.1f} %"


@register.filter(name="json")
def as_json(value: object) -> str:
    """Return plain values as JSON, for a data attribute; it is escaped there like any other."""
    return json.dumps(value, ensure_ascii=False)


@register.filter
def moment(at: dt.datetime | None) -> SafeString:
    """Return a date and time in the workspace's zone."""
    if at is None:
        return mark_safe("—")
    local = timezone.localtime(at)
    return format_html('<time datetime="{}" class="text-nowrap">{}</time>', at.isoformat(), f"{local:%Y-%m-%d %H:%M}")


@register.filter
def entry(mapping: dict[str, object], key: str) -> object:
    """Return what a mapping has under a key, else the key itself."""
    return mapping.get(key, key)


@register.simple_tag
def icon(name: str, size: int = 20) -> SafeString:
    """Return an icon; it is decoration, the text beside it says the same."""
    if name not in ICONS:
        raise template.TemplateSyntaxError(f"no icon is named {name}; add it to frame/icons.py")
    return format_html(
        '<svg class="icon" width="{}" height="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        size, size, static("parts/icons.svg"), name,
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def may(context: dict[str, Any], route: str, **arguments: object) -> bool:
    """Return whether the reader may call that route or has that permission."""
    return policy_may(context["request"].user, route, **arguments)


@register.simple_tag(takes_context=True)
def querystring_of(context: dict[str, Any], **values: object) -> str:
    """Return the query of this address with some values changed."""
    query = context["request"].GET.copy()
    for name, value in values.items():
        query[name] = str(value)
    return str(query.urlencode())


@register.filter(name="said")
def in_language(text: object) -> object:
    """Return the reader's language of a text that is kept in both; it is escaped like any other."""
    return "" if text is None else getattr(text, current())
