"""Says which network addresses may be spoken to, so that a name cannot lead to what stands inside the house."""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_PORTS = {"http": 80, "https": 443}


def checked_url(url: str) -> SplitResult:
    """Return the parts of a base address; refuses what is no plain http(s) address, or carries a secret."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in _PORTS or not parts.hostname or port == 0 or not url.isprintable() or " " in url.strip():
        raise BadInputError(
            Phrase("不是 http(s) 地址", "not an http(s) address"),
            todo=Phrase("写成 https://主机/路径", "write it as https://host/path"),
        )
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise BadInputError(
            Phrase("地址里不要写口令、? 或 #", "an address must hold no password, ? or #"),
            where=parts.hostname,
            todo=Phrase(
                "令牌放在环境变量 QUNJIAN_PULL_TOKEN 或 --token-file 的文件里",
                "put the token into the environment variable QUNJIAN_PULL_TOKEN or a file, named by --token-file",
            ),
        )
    return parts


def port_of(parts: SplitResult) -> int:
    """Return the port of an address."""
    return parts.port or _PORTS[parts.scheme]


def permitted(parts: SplitResult, *, private: bool, plain: bool) -> tuple[str, ...]:
    """Return the numeric addresses of a host, all of which may be spoken to; raises where one may not.

    The connection is then made to one of these very numbers: asked again, a name could lead elsewhere.
    """
    host = parts.hostname or ""
    try:
        found = socket.getaddrinfo(host, port_of(parts), type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError):
        raise BadInputError(
            Phrase("找不到这个主机", "no such host"),
            where=host,
            todo=Phrase("检查地址和网络", "check name and network"),
        ) from None
    numbers = tuple(dict.fromkeys(str(each[4][0]) for each in found))
    addresses = [ipaddress.ip_address(number.partition("%")[0]) for number in numbers]
    for address in addresses:
        _require_permitted(address, host, private=private)
    inside = private and all(_plainest(address).is_loopback for address in addresses)
    if parts.scheme == "http" and not plain and not inside:
        raise BadInputError(
            Phrase("这个地址不加密（http）", "this address is not encrypted (http)"),
            where=host,
            todo=Phrase(
                "用 https；确实只能用 http，且网络可信，才加 --plain-http",
                "use https; only on a network you trust, add --plain-http",
            ),
        )
    return numbers


def _require_permitted(address: Address, host: str, *, private: bool) -> None:
    plain = _plainest(address)
    if plain.is_global and not plain.is_multicast:
        return
    # Where cloud machines keep their keys, and what is no host at all: nobody exports chats there.
    never = plain.is_link_local or plain.is_multicast or plain.is_unspecified or plain.is_reserved
    if never or not private:
        raise BadInputError(
            Phrase(f"这个主机的地址（{plain}）在内网或本机", f"its address ({plain}) is private or this machine's"),
            where=host,
            todo=Phrase("这种地址不读", "such an address is never read")
            if never
            else Phrase("确实要读内网或本机，加 --allow-private", "if that is meant, add --allow-private"),
        )


def _plainest(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address stands for, where it does."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None) or address
