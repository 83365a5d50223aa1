"""Finds links in folded text and says what kind of place they lead to."""

from __future__ import annotations

import re
from typing import Literal, get_args

LinkClass = Literal["invite", "short", "shop", "netdisk", "download", "payment", "ip", "lookalike", "other"]
LINK_CLASSES: tuple[LinkClass, ...] = get_args(LinkClass)

_TOP = (
    "com|cn|net|org|top|xyz|vip|cc|io|me|co|info|shop|club|site|online|live|link|ltd|tech|fun|icu|work|wang|pro|app"
    "|dev|tv|la|ly|gl|gg|im|so|to|ink|store|art|group|biz|mobi|asia|hk|tw|jp|us|uk|ru|de|eu"
)
# A URL, or a bare domain under a usual top level; Chinese characters, blanks and brackets end it.
LINK = (
    r"(?:https?://[a-z0-9\-._~:/?#@!$&'*+,;=%]{3,}"
    rf"|(?:[a-z0-9][a-z0-9\-]{{0,62}}\.){{1,4}}(?:{_TOP})\b(?::\d{{2,5}})?(?:[/?#][a-z0-9\-._~:/?#@!$&'*+,;=%]*)?)"
)
# What every link has in it, for a scanner to look for.
LINK_HINT = rf"https?://[a-z0-9]|[a-z0-9]\.(?:{_TOP})\b"
SENTENCE_MARKS = ".,;:!?'\"…．，；：！？＇＂"
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}$", re.ASCII)
_FILE = re.compile(r"\.(?:apk|exe|msi|dmg|ipa|pkg|zip|rar|7z|bat|scr|jar)(?:[?#]|$)")

_NAMED_FILE = re.compile(
    r"\.(?:png|jpe?g|gif|webp|bmp|mp[34]|mov|html?|php|pdf|docx?|xlsx?|pptx?|txt|zip|rar|apk)(?![a-z0-9])",
    re.IGNORECASE,
)

_INVITE_HOSTS = {"discord.gg", "chat.whatsapp.com", "jq.qq.com", "qm.qq.com", "t.me", "telegram.me", "line.me"}
_INVITE_PATHS = {
    "weixin.qq.com": ("/g/",),
    "work.weixin.qq.com": ("/ca/", "/gm/", "/u/"),
    "discord.com": ("/invite/",),
    "u.wechat.com": ("/",),
}
_SHORT = {
    "t.cn", "dwz.cn", "url.cn", "suo.im", "suo.nz", "mrw.so", "dwz.mk", "c1n.cn", "u.nu", "bit.ly", "tinyurl.com",
    "goo.gl", "is.gd", "t.co", "w.url.cn", "985.so", "sourl.cn", "tb.cn", "3.cn", "reurl.cc", "0rz.tw", "ow.ly",
    "cutt.ly",
}  # fmt: skip
_SHOP = {
    "taobao.com", "tmall.com", "jd.com", "pinduoduo.com", "yangkeduo.com", "youzan.com", "weidian.com", "vip.com",
    "1688.com", "kaola.com", "suning.com", "dangdang.com", "amazon.cn", "amazon.com", "xiaohongshu.com", "goofish.com",
}  # fmt: skip
_NETDISK = {
    "pan.baidu.com", "yun.baidu.com", "pan.quark.cn", "aliyundrive.com", "alipan.com", "lanzou.com", "lanzoui.com",
    "lanzoux.com", "123pan.com", "weiyun.com", "cloud.189.cn", "ctfile.com", "mega.nz", "drive.google.com",
    "pan.xunlei.com", "terabox.com",
}  # fmt: skip
_PAYMENT = {"qr.alipay.com", "wxp.qq.com", "payapp.weixin.qq.com", "paypal.me", "paypal.com"}


def host_and_path(link: str) -> tuple[str, str]:
    """Return the host of a link (without `www.`) and what follows it."""
    rest = link.split("://", 1)[-1]
    end = next((place for place, character in enumerate(rest) if character in "/?#"), len(rest))
    host = rest[:end].rsplit("@", 1)[-1].partition(":")[0]
    return host.removeprefix("www.").rstrip("."), rest[end:]


def link_class(link: str) -> LinkClass:
    """Return what kind of place a folded link leads to."""
    host, path = host_and_path(link)
    if "xn--" in host:
        return "lookalike"
    if _ADDRESS.match(host):
        return "ip"
    domains = above(host)
    if domains & _PAYMENT:
        return "payment"
    if host in _INVITE_HOSTS or path.startswith(_INVITE_PATHS.get(host, ("\0",))):
        return "invite"
    if domains & _SHORT:
        return "short"
    if domains & _NETDISK or host.startswith("lanzou"):
        return "netdisk"
    if _FILE.search(path):
        return "download"
    return "shop" if domains & _SHOP else "other"


def above(host: str) -> set[str]:
    """Return the host and every domain it is below."""
    parts = host.split(".")
    return {".".join(parts[place:]) for place in range(len(parts))}


def under(host: str, domains: frozenset[str]) -> bool:
    """Return whether the host is one of these domains or below one."""
    return bool(domains) and not domains.isdisjoint(above(host))


def in_link_or_file(text: str, start: int, end: int) -> bool:
    """Return whether a span lies in a URL or in the name of a file: such numbers and letters are nobody's address."""
    first = start
    while first > 0 and "!" <= text[first - 1] <= "~":
        first -= 1
    last = end
    while last < len(text) and "!" <= text[last] <= "~":
        last += 1
    return "://" in text[first:start] or _NAMED_FILE.search(text[start:last]) is not None


def trimmed(link: str) -> str:
    """Return the link without the punctuation a sentence put behind it."""
    return link.rstrip(SENTENCE_MARKS)
