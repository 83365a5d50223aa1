"""What came in and what did not, and the signs that something may be missing: each computed once for a state."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from qunjian.insight.expected import LATE
from qunjian.insight.signs.record import KINDS, Sign
from qunjian.lake.beside import replace
from qunjian.runs.data_quality import FileSeen, Quality, Standing, Week, data_quality
from qunjian.runs.surveying import standing_on
from qunjian.runs.trusting import integrity
from qunjian_console.bridge.conversations import Key
from qunjian_console.bridge.opening import workspace
from qunjian_console.bridge.reading import reading
from qunjian_console.language import say

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["LATE", "FileSeen", "Quality", "Sign", "Standing", "Week"]
SIGNS = {name: say(title.zh, title.en) for name, title in KINDS.items()}
STATES = {
    "never": say("从未收到", "never received"), "overdue": say("逾期", "overdue"),
    "stale": say("有新文件，记录却旧", "new files, old records"), "current": say("按时", "in time"),
    "unscheduled": say("没有约定周期", "no interval agreed"),
}  # fmt: skip
FIELDS = {
    "message_ids": say("消息编号", "message ids"), "replies": say("回复", "replies"),
    "mentions": say("@ 提及", "mentions"),
    "reactions": say("表情回应", "reactions"), "roles": say("角色", "roles"), "joins": say("入群", "joins"),
    "leaves": say("退群", "leaves"), "roster": say("成员名单", "roster"), "edits": say("改写", "edits"),
    "recalls": say("撤回", "recalls"), "media": say("媒体文件", "media"),
}  # fmt: skip


def quality() -> Quality:
    """Return what came in, as the lake and the decisions stand now."""
    return _computed(standing_on(workspace()))


@lru_cache(maxsize=2)
def _computed(_state: tuple[str, ...]) -> Quality:
    return data_quality(workspace())


def signs() -> tuple[Sign, ...] | None:
    """Return the signs of the record as it stands, None where nobody has looked since it changed."""
    path = _kept()
    return _read(path, path.stat().st_mtime_ns) if path.exists() else None


@lru_cache(maxsize=2)
def _read(path: Path, _stamp: int) -> tuple[Sign, ...]:
    return msgspec.json.decode(path.read_bytes(), type=tuple[Sign, ...])


def look_for_signs() -> int:
    """Look for signs in the whole record and keep them for this state; returns how many there are."""
    opened, path = workspace(), _kept()
    found, _ = integrity(opened)
    opened.cache.mkdir(exist_ok=True)
    for old in opened.cache.glob("signs-*.json"):
        old.unlink(missing_ok=True)
    replace(path, msgspec.json.encode(found))
    return len(found)


def _kept() -> Path:
    opened = workspace()
    state = "\n".join(opened.lake.visible().of("import", "undo", "erase", "inspect"))
    return opened.cache / f"signs-{sha256(state.encode()).hexdigest()[:32]}.json"


def message_at(community: str, at: dt.datetime) -> Key | None:
    """Return the first message of a community at a moment or after it, else its last."""
    with reading() as here:
        for condition, order in (("sent_at >= ?", ""), ("sent_at < ?", "DESC")):
            row = here.session.connection.execute(
                f"SELECT community_id, scope, message_id FROM message WHERE community_id = ? AND {condition} "  # noqa: S608
                f"ORDER BY sent_at {order}, message_id LIMIT 1",
                [community, at],
            ).fetchone()
            if row is not None:
                return Key(*row)
    return None
