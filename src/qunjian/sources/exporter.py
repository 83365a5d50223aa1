"""Who made an export (import --me): put in the place of "我" or "You", which is somebody else in every export."""

from __future__ import annotations

import re

import msgspec

from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.model.persons import EXPORTERS
from qunjian.text.late import late

_BOTH = late(r"(?P<name>.+?)\s*[(（](?P<id>[^\s()（）]{2,64})[)）]\Z", re.DOTALL)
_PHONE = late(r"\+[\d\s()\-.]{6,24}\Z")
_PLAIN_ID = late(r"wxid_\w+\Z")


class Me(msgspec.Struct, frozen=True):
    """Whoever made the export, as other people's exports of the talk show them: by name, by id, or by both."""

    name: str | None = None
    native: str | None = None

    def account(self, platform: str) -> str:
        """Return the account id: by the id where it is known, else by the name."""
        return f"{platform}:{self.native}" if self.native else f"{platform}:name:{self.name}"


def parse_me(written: str) -> Me:
    """Return who is meant by "小林", "小林(wxid_abc)", "wxid_abc", "wechat:abc", "wechat:name:小林" or "+86 138…"."""
    text = written.strip()
    if not text or text.casefold() in EXPORTERS:
        raise BadInputError(
            Phrase("--me 没有说是谁", "--me does not say who that is"),
            todo=Phrase(
                "写别人的导出里显示的名字或账号，如 --me 小林、--me '小林(wxid_abc)'",
                "write the name or id that other people's exports show, such as --me Lin or --me 'Lin(wxid_abc)'",
            ),
        )
    platform, colon, rest = text.partition(":")
    if colon and re.fullmatch(r"[a-z][a-z0-9_]*", platform) and rest:
        name = rest.removeprefix("name:")
        return Me(name=name) if name != rest else Me(native=rest)
    if _PHONE.match(text):
        return Me(text, "+" + "".join(char for char in text if char.isdigit()))
    if _PLAIN_ID.match(text):
        return Me(native=text)
    both = _BOTH.match(text)
    return Me(both["name"], both["id"]) if both else Me(name=text)


def says_me(name: str | None) -> bool:
    """Return whether a name only says "me"."""
    return name is not None and name.strip().casefold() in EXPORTERS
