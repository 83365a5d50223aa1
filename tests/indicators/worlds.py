"""Puts small worlds of dicts into a session, as the lake would show them."""

from __future__ import annotations

import hashlib

import pyarrow as pa

from qunjian.engines.local import Session
from qunjian.model import schemas


def session_of(worlds: dict[str, dict]) -> Session:
    """Return a session whose views hold the communities: id → {zone, messages, events, roster, sizes}."""
    session = Session()
    rows: dict[str, list[dict]] = {name: [] for name in ("message", "membership", *schemas.STATES, "document")}
    for community, world in worlds.items():
        for m in world["messages"]:
            rows["message"].append(_message(community, m))
        for number, e in enumerate(world.get("events", ())):
            rows["membership"].append({
                "scope": community, "message_id": f"e{number}", "platform": "x", "community_id": community,
                "sent_at": e["at"], "account_id": e["account"], "kind": e["kind"],
            })  # fmt: skip
        for r in world.get("roster", ()):
            rows["roster"].append({
                "platform": "x", "community_id": community, "account_id": r["account"], "role": r["role"],
                "joined_at": r["joined"], "left_at": r["left"], "complete": r["complete"], "observed_at": r["seen"],
            })  # fmt: skip
        for s in world.get("sizes", ()):
            rows["size_snapshot"].append({"community_id": community, "at": s["at"], "members": s["members"]})
        rows["community"].append({"platform": "x", "community_id": community, "zone": world["zone"]})
        rows["document"].extend(world.get("documents", ()))
    kinds = {**schemas.FACTS, **schemas.STATES, "document": schemas.DOCUMENT}
    for name, found in rows.items():
        session.connection.register(f"{name}_rows", pa.Table.from_pylist(found, schema=kinds[name]))
        session.connection.execute(f"CREATE VIEW {name} AS SELECT * FROM {name}_rows")
    return session


def _message(community: str, m: dict) -> dict:
    attached = [{"kind": "file", "name": "a", "size": 1, "digest": None}] if m["attached"] else None
    return {
        "scope": community, "message_id": m["id"], "platform": "x", "community_id": community, "sent_at": m["at"],
        "account_id": m["account"], "name_then": m["name"], "kind": m["kind"], "text": m.get("text"),
        "reply_to": m["reply_to"], "mentions": m["mentions"] or None, "attachments": attached,
        "content_hash": hashlib.blake2b(m["id"].encode(), digest_size=16).digest(),
    }  # fmt: skip


def message(at, account="a", kind="text", *, id="m", name=None, reply_to=None, mentions=(), attached=False, text="hi"):  # noqa: A002
    return {
        "at": at, "account": account, "kind": kind, "id": id, "name": name or account, "reply_to": reply_to,
        "mentions": list(mentions), "attached": attached, "text": text,
    }  # fmt: skip


def listing(account, seen, *, role="member", joined=None, left=None, complete=True):
    return {"account": account, "role": role, "joined": joined, "left": left, "complete": complete, "seen": seen}
