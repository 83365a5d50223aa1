"""Says where a decoded QR code leads: into a group, to a person, to a payment, to a download, or to another link."""

from __future__ import annotations

from typing import Literal, get_args

from qunjian.text.folding import fold
from qunjian.text.links import LinkClass, host_and_path, link_class

CodeClass = Literal[
    "group", "person", "official_account", "payment", "contact_card", "wifi", "download", "short", "ip", "lookalike",
    "invite", "shop", "netdisk", "link", "text",
]  # fmt: skip
CODE_CLASSES: tuple[CodeClass, ...] = get_args(CodeClass)

_SCHEMES: tuple[tuple[str, CodeClass], ...] = (
    ("wxp://", "payment"), ("weixin://wxpay/", "payment"), ("alipays://platformapi/startapp?appid=20000067", "payment"),
    ("begin:vcard", "contact_card"), ("mecard:", "contact_card"), ("bizcard:", "contact_card"), ("wifi:", "wifi"),
    ("tel:", "person"), ("sms:", "person"), ("smsto:", "person"), ("mailto:", "person"),
)  # fmt: skip
# host → (beginning of the path, class); an empty beginning is any path.
_PLACES: dict[str, tuple[tuple[str, CodeClass], ...]] = {
    "weixin.qq.com": (("/g/", "group"), ("/r/", "official_account")),
    "work.weixin.qq.com": (("/gm/", "group"), ("/u/", "person"), ("/ca/", "person")),
    "u.wechat.com": (("/", "person"),),
    "wework.qpic.cn": (("/", "link"),),
    "jq.qq.com": (("", "group"),),
    "qm.qq.com": (("", "invite"),),
    "discord.gg": (("", "group"),),
    "discord.com": (("/invite/", "group"),),
    "chat.whatsapp.com": (("", "group"),),
    "wa.me": (("", "person"),),
    "t.me": (("/+", "group"), ("/joinchat/", "group"), ("", "invite")),
    "line.me": (("/ti/g", "group"), ("/r/ti/g", "group"), ("/ti/p", "person"), ("/r/ti/p", "person")),
    "qr.dingtalk.com": (("/action/joingroup", "group"),),
    "i.qianbao.qq.com": (("", "payment"),),
    "qr.95516.com": (("", "payment"),),
    "wx.tenpay.com": (("", "payment"),),
}


def code_class(content: str) -> CodeClass:
    """Return what a decoded code is for."""
    folded = fold(content).strip()
    for scheme, found in _SCHEMES:
        if folded.startswith(scheme):
            return found
    if not is_link(content):
        return "text"
    host, path = host_and_path(folded)
    for beginning, found in _PLACES.get(host, ()):
        if path.startswith(beginning):
            return found
    known: LinkClass = link_class(folded)
    return "link" if known == "other" else known


def is_link(content: str) -> bool:
    """Return whether a code holds one address and nothing else."""
    folded = fold(content).strip()
    return folded.startswith(("http://", "https://")) and not any(c.isspace() for c in folded)


def shown(content: str) -> str:
    """Return what may be told of a code without telling its secret: of a link the place, of a text its length."""
    folded = fold(content).strip()
    head, mark, _ = folded.partition("://")
    if mark and head.isalnum() and len(head) <= 12:
        if head not in ("http", "https"):
            return f"{head}://…"
        host, path = host_and_path(folded)
        first = path.split("/")[1].partition("?")[0] if path.startswith("/") else ""
        return f"{host}/{first}/…" if path.count("/") > 1 and len(first) <= 12 else f"{host}/…" if path else host
    return f"{len(content)} 字"
