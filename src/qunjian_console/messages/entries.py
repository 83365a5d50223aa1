"""Looks at raw messages, as kinds of audit entry; message ids are facts, for erasure lets them lead nowhere."""

from qunjian_console.audit.kinds import Kind

VIEWED = Kind(
    "messages.viewed", "{actor} 查看了 {count} 条消息（已打码）", "{actor} looked at {count} messages (masked)",
    facts=("count", "messages", "on"),
)  # fmt: skip
UNMASKED = Kind(
    "messages.unmasked", "{actor} 查看了 {count} 条消息的原文（未打码）", "{actor} looked at {count} messages unmasked",
    facts=("count", "messages", "on"),
)  # fmt: skip

SEARCHED = Kind(
    "messages.searched", "{actor} 搜索消息“{words}”，看到 {count} 条",
    "{actor} searched messages for '{words}' and saw {count}",
    facts=("count", "messages", "community", "kind", "first", "last", "whole"), personal=("words", "author"),
)  # fmt: skip

KINDS = (VIEWED, UNMASKED, SEARCHED)
