"""Finds links in folded text and says what kind of place they lead to."""

from __future__ import annotations

from typing import Literal, get_args

import re2

LinkClass = Literal["invite", "short", "shop", "netdisk", "download", "payment", "ip", "lookalike", "other"]
LINK_CLASSES: tuple[LinkClass, ...] = get_args(LinkClass)

_TOP = (
    "com|cn|net|org|top|xyz|vip|cc|io|me|co|info|shop|club|site|online|live|link|ltd|tech|fun|icu|work|wang|pro|app"
    "|dev|tv|la|ly|gl|gg|im|so|to|ink|store|art|group|biz|mobi|asia|hk|tw|jp|us|uk|ru|de|eu"
)
# A URL, or a bare domain under a usual top level; Chinese characters and blanks end it.
LINK = (
    r"(?:https?://[a-z0-9\-._~:/?#@!$&'()*+,;=%\[\]]{3,}"
    rf"|(?:[a-z0-9][a-z0-9\-]{{0,62}}\.){{1,4}}(?:{_TOP})\b(?::\d{{2,5}})?(?:[/?#][a-z0-9\-._~:/?#@!$&'()*+,;=%]*)?)"
)
SENTENCE_MARKS = ".,;:!?'\"…．，；：！？＇＂"
_HOST = re2.compile(r"^(?:https?://)?(?:[^/@]*@)?([^/:?#]+)(?::\d+)?(.*)$")
_ADDRESS = re2.compile(r"^\d{1,3}(?:\.\d{1,3}){3}$")
_FILE = re2.compile(r"\.(?:apk|exe|msi|dmg|ipa|pkg|zip|rar|7z|bat|scr|jar)(?:[?#]|$)")

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
    match = _HOST.match(link)
    if match is None:
        return "", ""
    return match.group(1).removeprefix("www.").rstrip("."), match.group(2)


def link_class(link: str) -> LinkClass:
    """Return what kind of place a folded link leads to."""
    host, path = host_and_path(link)
    if any(part.startswith("xn--") for part in host.split(".")):
        return "lookalike"
    if _ADDRESS.match(host):
        return "ip"
    if under(host, _PAYMENT):
        return "payment"
    if host in _INVITE_HOSTS or any(path.startswith(start) for start in _INVITE_PATHS.get(host, ())):
        return "invite"
    if under(host, _SHORT):
        return "short"
    if under(host, _NETDISK) or host.startswith("lanzou"):
        return "netdisk"
    if _FILE.search(path):
        return "download"
    return "shop" if under(host, _SHOP) else "other"


def under(host: str, domains: set[str] | frozenset[str]) -> bool:
    """Return whether the host is one of these domains or below one."""
    parts = host.split(".")
    return any(".".join(parts[place:]) in domains for place in range(len(parts)))


def trimmed(link: str) -> str:
    """Return the link without the punctuation a sentence put behind it."""
    return link.rstrip(SENTENCE_MARKS)
