"""Who may be sent masked messages: endpoint, model, purpose, legal basis, written down before the first one leaves."""

from __future__ import annotations

import datetime as dt
import ipaddress
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import msgspec

from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from pathlib import Path

    from qunjian.workspace import Workspace

FILE = "recipients.jsonl"


class Recipient(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of the record: from `at` on the recipient is allowed, or no longer."""

    at: dt.datetime
    act: Literal["allow", "revoke"]
    endpoint: str
    model: str
    purpose: str
    legal_basis: str
    by: str


def path_of(workspace: Workspace) -> Path:
    """Return the file of the record."""
    return workspace.root / FILE


def recorded(workspace: Workspace) -> list[Recipient]:
    """Return every entry, oldest first."""
    path = path_of(workspace)
    if not path.exists():
        return []
    try:
        return [msgspec.json.decode(line, type=Recipient) for line in path.read_bytes().splitlines() if line.strip()]
    except msgspec.MsgspecError as error:
        raise BadInputError(Phrase(f"读不懂：{error}", f"cannot be read: {error}"), where=str(path)) from error


def in_force(workspace: Workspace) -> Recipient | None:
    """Return the recipient that may be used: the last one allowed and not revoked since."""
    entries = recorded(workspace)
    return entries[-1] if entries and entries[-1].act == "allow" else None


def record(
    workspace: Workspace, act: Literal["allow", "revoke"], endpoint: str, model: str, purpose: str, basis: str, by: str
) -> Recipient:
    """Write an entry; an endpoint is https, or on this very machine."""
    if act == "allow":
        check_endpoint(endpoint)
        said = (("--model", model), ("--purpose", purpose), ("--basis", basis), ("--by", by))
        for name, value in said:
            if not value.strip():
                raise BadInputError(Phrase("不能为空", "must not be empty"), where=name)
    entry = Recipient(workspace.clock(), act, endpoint.rstrip("/"), model, purpose, basis, by)
    with path_of(workspace).open("ab") as log:
        log.write(msgspec.json.encode(entry) + b"\n")
    return entry


def check_endpoint(endpoint: str) -> None:
    """Raise an error unless the address is https without a password, or http on this machine."""
    try:
        parts = urlsplit(endpoint)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    local = host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)
    if not host or parts.username or parts.query or parts.fragment or parts.scheme not in ("https", "http"):
        raise BadInputError(
            Phrase("不是接口地址", "no address of an endpoint"), where=endpoint,
            todo=Phrase("写成 https://主机/v1", "write it like https://host/v1"),
        )  # fmt: skip
    if parts.scheme == "http" and not local:
        raise BadInputError(
            Phrase("只有本机的接口可以不加密", "only an endpoint on this machine may be without encryption"),
            where=endpoint, todo=Phrase("改用 https", "use https"),
        )  # fmt: skip


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
