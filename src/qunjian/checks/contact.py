"""Check kind `contact`: ways out of the group: WeChat and QQ ids, phone numbers, links, QR codes spoken of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import msgspec
import re2
from pydantic import Field

from qunjian.checks.contract import CheckKind, Match
from qunjian.model.language import Phrase
from qunjian.standards.rules import Strict
from qunjian.text.disguised_numbers import MOBILE_IN_DISGUISE, WORDED_DIGITS, reveal
from qunjian.text.folding import fold
from qunjian.text.identifiers import stands_alone
from qunjian.text.keys import USUAL
from qunjian.text.links import (
    LINK,
    LINK_HINT,
    SENTENCE_MARKS,
    LinkClass,
    host_and_path,
    in_link_or_file,
    link_class,
    trimmed,
    under,
)
from qunjian.text.matching import Word
from qunjian.text.scanning import Pattern

if TYPE_CHECKING:
    from qunjian.checks.contract import Candidate
    from qunjian.text.matching import Sighting
    from qunjian.text.scanning import Needle

Channel = Literal["wechat", "qq", "phone", "link", "qr_words"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)

# How people write WeChat and QQ; all folded. A Latin name is only meant where no other letter stands before it.
_WECHAT_ZH = r"微信|威信|薇信|徽信|维信|溦信|v信|[v微薇威徽维溦]❤|微x|威x|薇x|绿泡泡"
_WECHAT_LATIN = r"wechat|weixin|vx|wx|vxin|wxin"
_WECHAT = rf"(?:{_WECHAT_ZH}|卫星|{_WECHAT_LATIN})"
_QQ = r"(?:qq|扣扣|叩叩|企鹅|球球|q)"
_ID = r"[a-z][a-z0-9_\-]{5,19}"
_TELLING_ID = r"[a-z][a-z_\-]{0,18}[0-9_\-][a-z0-9_\-]{2,18}"  # a word of letters alone may just be a word
_NUMBER = r"(?:1[3-9]\d{9}|[1-9]\d{6,10})"
_SAY = r"[ \t]*(?:号码?|id|账号|帐号)?[ \t]*(?:是|为|就是)?[ \t]*[:=]?[ \t]*"
_SAID = r"[ \t]*(?:(?:号码?|id|账号|帐号|是|为|就是)[ \t]*[:=]?|[:=])[ \t]*"
_ADD = r"(?:加|➕|\+|添加|私聊|私加|联系|咨询|找)"
_WHO = r"(?:一?下|个|我|俺|老师|客服|群主|助理|助教|小助手|的|本人|私人|个人|工作){0,3}"

# Pattern, the group whose span counts, how sure it is.
_FORMS: dict[Channel, tuple[tuple[str, int, float], ...]] = {
    "wechat": (
        (rf"(?:^|[^a-z])({_WECHAT}{_SAID}{_ID})", 1, 0.95),
        (rf"(?:^|[^a-z])({_WECHAT}{_SAY}{_NUMBER})", 1, 0.95),
        (rf"(?:{_WECHAT_ZH})[ \t]*{_TELLING_ID}", 0, 0.9),
        (rf"(?:^|[^a-z])((?:{_WECHAT_LATIN})[ \t]+{_TELLING_ID})", 1, 0.9),
        (r"wxid_[a-z0-9]{6,}", 0, 0.98),
        (rf"{_ADD}[ ]?{_WHO}[ ]?[薇威徽溦v][ \t:]*{_TELLING_ID}", 0, 0.9),
        (rf"(?:^|[^a-z])(v[ ]?:[ ]?(?:{_TELLING_ID}|1[3-9]\d{{9}}))", 1, 0.9),
    ),
    "qq": (
        (rf"(?:^|[^a-z])({_QQ}(?:群|裙|群号)?{_SAY}[1-9]\d{{4,10}})(?:[^\d]|$)", 1, 0.95),
        (r"((?:互助|交流|公会|工会|水友|粉丝|玩家|讨论|闲聊)群号?[ \t]*[:=]?[ \t]*[1-9]\d{5,10})(?:[^\d]|$)", 1, 0.85),
    ),
    "phone": ((r"1[3-9]\d(?:[ \-]?\d{4}){2}", 0, 0.9),),
    "link": ((LINK, 0, 0.95),),
    "qr_words": (
        (r"扫(?:一?下|一扫|描)?(?:我|下方|下面|图中|图片|上方|上面|这个|此|的|群)*二维码", 0, 0.9),
        (r"(?:长按|识别|保存)+(?:我|下方|下面|图中|图片|上方|上面|这个|此|的|群)*(?:二维码|qr ?code)", 0, 0.9),
        (r"扫码(?:加|进|入|领|添加|联系|咨询|关注|下载|看)", 0, 0.9),
        (r"二维码(?:进群|加群|加我|入群|添加)", 0, 0.9),
    ),
}
# The same without an id: it counts only where the sentence asks to be added.
_BARE_FORMS: dict[Channel, tuple[tuple[str, int, float], ...]] = {
    "wechat": (
        (rf"{_ADD}[ ]?{_WHO}[ ]?(?:{_WECHAT_ZH})", 0, 0.9),
        (rf"({_ADD}[ ]?{_WHO}[ ]?(?:{_WECHAT_LATIN}))(?:[^a-z]|$)", 1, 0.9),
        (rf"(?:^|[^a-z0-9])({_ADD}[ ]?{_WHO}[ ]?v)(?:[^a-z0-9.]|$)", 1, 0.8),
    ),
    "qq": ((rf"(?:^|[^a-z])({_ADD}[ ]?{_WHO}[ ]?(?:qq|扣扣|叩叩|企鹅号?|q))(?:[^a-z]|$)", 1, 0.85),),
}
# Numbers in disguise, over the span that `reveal` reads.
_DISGUISED_FORMS: dict[Channel, tuple[tuple[str, int, float], ...]] = {
    "wechat": ((rf"(?:^|[^a-z]){_WECHAT}{_SAY}({WORDED_DIGITS})", 1, 0.9),),
    "qq": ((rf"(?:^|[^a-z])(?:{_QQ}|加扣)(?:群|裙|群号)?{_SAY}({WORDED_DIGITS})", 1, 0.9),),
    "phone": tuple((source, 0, 0.9) for source in MOBILE_IN_DISGUISE),
}
_ASKING = re2.compile(
    "我|俺|老师|客服|助理|助教|小助手|群主|本人|工作|领|拿|拉你|拉群|进群|入群|详|咨询|了解|备注|免费|资料|报名"
    "|想|需要|有意|兴趣|名额|发你|私|速|滴滴|欢迎|大家|请|送|优惠|下单"
)
_ASKED_WITHIN = 8
# Names that may be hidden, by every usual key. Those that ask to be added count as the bare forms do; all count where
# an id follows at once.
_ASKING_NAMES: dict[Channel, tuple[str, ...]] = {
    "wechat": (
        *(f"加{who}微信" for who in ("", "我", "一下", "我的", "老师", "客服", "群主", "助理", "助教")),
        *("添加微信", "加我微", "加个微", "加微聊", "加微领", "加微详"),
    ),
    "qq": ("加扣扣", "加我扣扣", "加企鹅号"),
}
_NAMES: dict[Channel, tuple[str, ...]] = {
    "wechat": ("我的微信", "我微信", "老师微信", "客服微信", "联系微信", "私聊微信", "咨询微信", "微信号", "微信账号"),
}
_ID_FOLLOWS = {
    "wechat": re2.compile(rf"{_SAY}(?:{_TELLING_ID}|{_NUMBER})"),
    "qq": re2.compile(rf"{_SAY}[1-9]\d{{4,10}}(?:[^\d]|$)"),
}
_FAR_ENOUGH = 48
_NAME_SURE = 0.9


class Parameters(Strict):
    """The channels that are a fault; the team's own accounts, numbers and domains; the classes of link that count."""

    channels: tuple[Channel, ...] = Field(min_length=1)
    allow: tuple[str, ...] = ()
    link_classes: tuple[LinkClass, ...] = ("invite", "short", "netdisk", "download", "payment", "ip", "lookalike")


class _Form(msgspec.Struct, frozen=True):
    channel: Channel
    sure: float
    bare: bool = False
    disguised: bool = False


class ContactCheck:
    """Ways out of the group, through the chosen channels."""

    def __init__(self, parameters: Parameters) -> None:
        forms = [
            (channel, *form, known is _BARE_FORMS, known is _DISGUISED_FORMS)
            for channel in parameters.channels
            for known in (_FORMS, _BARE_FORMS, _DISGUISED_FORMS)
            for form in known.get(channel, ())
        ]
        names = [
            (channel, name, asking)
            for channel in parameters.channels
            for asking, known in ((True, _ASKING_NAMES), (False, _NAMES))
            for name in known.get(channel, ())
        ]
        patterns = (Pattern(source, group, LINK_HINT if source is LINK else "") for _, source, group, *_ in forms)
        self.needles: tuple[Needle, ...] = (*patterns, *(Word(name, USUAL) for _, name, _ in names))
        self._forms = tuple(_Form(channel, sure, *how) for channel, _, _, sure, *how in forms)
        self._names = tuple(_Form(channel, _NAME_SURE, asking) for channel, _, asking in names)
        self._allowed = tuple(each.strip().lower() for each in parameters.allow)
        self._domains = frozenset(self._allowed)
        self._classes = frozenset(parameters.link_classes)

    def judge(self, candidate: Candidate) -> list[Match]:
        """Return every way out that is not the team's own."""
        written = len(self._forms)
        plain = [self._match(candidate.text, seen) for seen in candidate.sightings if seen.needle < written]
        hidden = [self._named(candidate.text, seen) for seen in candidate.sightings if seen.needle >= written]
        found = [match for match in plain if match is not None]
        for match in sorted((each for each in hidden if each is not None), key=lambda each: each.start - each.end):
            if all(match.end <= other.start or other.end <= match.start for other in found):
                found.append(match)
        return sorted(found, key=lambda match: (match.start, -match.end))

    def _named(self, text: str, seen: Sighting) -> Match | None:
        """Return the match of a hidden name: an id follows it, or it asks to be added."""
        form = self._names[seen.needle - len(self._forms)]
        rest = text[seen.end : seen.end + _FAR_ENOUGH]
        follows = _ID_FOLLOWS[form.channel].match(fold(rest))
        if follows is None and not (form.bare and _asks(text, seen)):
            return None
        end = seen.end + follows.end() if follows is not None and len(fold(rest)) == len(rest) else seen.end
        if any(allowed in fold(text[seen.start : end]) for allowed in self._allowed):
            return None
        sure, doubtful = round(seen.confidence * form.sure, 4), seen.doubtful and follows is None
        return Match(seen.start, end, seen.transformations, sure, form.channel, doubtful)

    def _revealed(self, text: str, seen: Sighting, form: _Form) -> Match | None:
        """Return the match of a number in disguise."""
        read = reveal(text, seen.start, seen.end, seen.seen)
        if read is None or any(allowed in read.digits for allowed in self._allowed):
            return None
        if in_link_or_file(text, seen.start, seen.end):
            return None
        sure = round(read.confidence * form.sure, 4)
        return Match(seen.start, seen.end, read.transformations, sure, form.channel)

    def _match(self, text: str, seen: Sighting) -> Match | None:
        form = self._forms[seen.needle]
        end = seen.end
        if form.disguised:
            return self._revealed(text, seen, form)
        if form.channel == "link":
            link = trimmed(seen.seen)
            mail = seen.start > 0 and text[seen.start - 1] == "@"
            if mail or link_class(link) not in self._classes or under(host_and_path(link)[0], self._domains):
                return None
            end = seen.start + len(text[seen.start : seen.end].rstrip(SENTENCE_MARKS))
        elif any(allowed in seen.seen for allowed in self._allowed) or in_link_or_file(text, seen.start, seen.end):
            return None
        if form.bare and not _asks(text, seen):
            return None
        if form.channel == "phone" and not stands_alone(text, seen.start, seen.end):
            return None
        return Match(seen.start, end, seen.transformations, round(seen.confidence * form.sure, 4), form.channel)


def _asks(text: str, seen: Sighting) -> bool:
    """Return whether the words around a name without id ask to be added, or there are no other words."""
    before, after = text[: seen.start].strip(), text[seen.end :].strip()
    around = before[-_ASKED_WITHIN:] + seen.seen + after[:_ASKED_WITHIN]
    return not (before or after) or _ASKING.search(fold(around)) is not None


KIND = CheckKind("contact", Phrase("联系方式与引流", "contacts and diversion"), Parameters, ContactCheck)
