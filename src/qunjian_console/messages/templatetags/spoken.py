"""The tags of messages: the word for a message in an address, and what kinds of message are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from qunjian_console.bridge.naming import MESSAGE_KINDS
from qunjian_console.messages.refs import ref_of

if TYPE_CHECKING:
    from qunjian_console.bridge.conversations import Key

register = template.Library()


@register.filter
def ref(key: Key) -> str:
    """Return the word that names a message in an address."""
    return ref_of(key)


@register.simple_tag
def message_kind(kind: str) -> str:
    """Return what a kind of message is called."""
    return str(MESSAGE_KINDS.get(kind, kind))
