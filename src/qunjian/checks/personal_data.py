"""Check kind `personal_data`: numbers and addresses that identify a person, verified where they can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import msgspec
import re2
from pydantic import Field

from qunjian.checks.contract import CheckKind, Match
from qunjian.model.language import Phrase
from qunjian.standards.rules import Strict
from qunjian.text.disguised_numbers import MOBILE_IN_DISGUISE, reveal
from qunjian.text.identifiers import digits_of, stands_alone, valid_bank_card, valid_id_card
from qunjian.text.links import in_link_or_file
from qunjian.text.scanning import Pattern

if TYPE_CHECKING:
    from qunjian.checks.contract import Candidate
    from qunjian.text.matching import Sighting

Type = Literal["id_card", "bank_card", "phone", "landline", "email", "address", "plate", "passport"]
TYPES: tuple[Type, ...] = get_args(Type)

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_ROAD = r"(?:路|街|大道|巷|弄|胡同)"
_HOMES = r"(?:小区|花园|家园|公寓|苑|新村|村|庄)"
_ON = r"[^\s,.!?。、;:]"
_DOOR = r"\d{1,5}(?:号|室|单元|栋|幢|楼|户)"

# Type: pattern over folded text, group whose span counts, how sure it is by itself.
_FORMS: dict[Type, tuple[tuple[str, int, float], ...]] = {
    "id_card": (
        (r"[1-9]\d{5}[ \-]?(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ \-]?\d{3}[\dx]", 0, 0.99),
    ),
    "bank_card": ((r"[2-69]\d{3}(?:[ \-]?\d{4}){2}[ \-]?\d{3,7}", 0, 0.8),),
    "phone": ((r"1[3-9]\d(?:[ \-]?\d{4}){2}", 0, 0.85),),
    "landline": ((r"\(?0(?:10|2\d|[3-9]\d{2})\)?[ \-]?[2-8]\d{6,7}", 0, 0.75),),
    "email": ((r"[a-z0-9][a-z0-9._%+\-]*@[a-z0-9\-]+(?:\.[a-z0-9\-]+)*\.[a-z]{2,}", 0, 0.95),),
    "plate": ((rf"[{_PROVINCES}][a-hj-np-z][ ·.\-]?[a-hj-np-z0-9]{{5,6}}", 0, 0.85),),
    "passport": ((r"护照(?:号码|号)?[^a-z0-9\n]{0,6}(e[a-hj-np-z]\d{7}|[degps]\d{8})", 1, 0.95),),
    "address": (
        (rf"{_ROAD}\d{{1,5}}(?:号|弄|巷){_ON}{{0,8}}?{_DOOR}", 0, 0.8),
        (rf"{_HOMES}{_ON}{{0,4}}?\d{{1,4}}(?:号楼?|栋|幢|座|弄|单元){_ON}{{0,8}}?\d{{1,5}}(?:室|单元|户)", 0, 0.8),
        (rf"(?:市|区|县){_ON}{{1,10}}{_ROAD}\d{{1,5}}号", 0, 0.75),
    ),
}  # fmt: skip
_DISGUISED = tuple((source, 0, 0.85) for source in MOBILE_IN_DISGUISE)
_BEFORE_ADDRESS = re2.compile(r"[\p{Han}0-9]{1,16}$")
# What stands near a number says what it is.
_SAYING: dict[Type, tuple[str, ...]] = {
    "bank_card": ("卡号", "银行", "账号", "帐号", "开户", "转账", "汇款", "打款"),
    "phone": ("电话", "手机", "联系", "致电", "拨打", "号码", "短信", "tel", "phone"),
    "landline": ("电话", "座机", "联系", "致电", "拨打", "号码", "tel", "phone"),
}
# What looks like an address but ends like a file's name, as cut-out pictures and CDN suffixes do.
_FILE_ENDING = re2.compile(
    "png|jpe?g|jfif|gif|webp|bmp|svg|ico|heic|avif|tiff?|psd|mp[34]|m4[av]|mov|avi|mkv|flv|webm|wav|ogg|flac"
    "|html?|php|aspx?|jsp|css|js|json|xml|ya?ml|txt|log|csv|pdf|docx?|xlsx?|pptx?|zip|rar|gz|tar|apk|exe|dll|bin|dat"
)
# Mailboxes of a desk, not of a person.
_DESK = re2.compile(
    "support|services?|cs|customer(?:service|care|support)?|kefu|help|helpdesk|info|contact|admin|administrator"
    "|webmaster|postmaster|hostmaster|feedback|fankui|bugs?|report|abuse|security|privacy|legal|copyright|hr|jobs?"
    "|careers?|recruit|zhaopin|business|bd|biz|marketing|sales|press|media|pr|office|editor|tougao|noreply|donotreply"
    "|newsletter"
)
_NOT_BEFORE_MAIL = frozenset("._%+-@/\\$~`^&*{}#")


class Parameters(Strict):
    """The types of personal data that are a fault, and numbers or addresses that are public (the team's own)."""

    types: tuple[Type, ...] = Field(min_length=1)
    allow: tuple[str, ...] = ()


class _Form(msgspec.Struct, frozen=True):
    type: Type
    sure: float
    disguised: bool = False


class PersonalDataCheck:
    """Personal data of the chosen types."""

    def __init__(self, parameters: Parameters) -> None:
        forms = [(type_, *form, False) for type_ in parameters.types for form in _FORMS[type_]]
        if "phone" in parameters.types:
            forms += [("phone", *form, True) for form in _DISGUISED]
        self.needles = tuple(Pattern(source, group) for _, source, group, *_ in forms)
        self._forms = tuple(_Form(type_, sure, disguised) for type_, _, _, sure, disguised in forms)
        self._allowed = frozenset(_bare(each) for each in parameters.allow)

    def judge(self, candidate: Candidate) -> list[Match]:
        """Return the verified places; a number that is an identity card is not also taken for a bank card."""
        found = [match for seen in candidate.sightings if (match := self._match(candidate.text, seen)) is not None]
        cards = [(match.start, match.end) for match in found if match.detail == "id_card"]
        return [
            match
            for match in found
            if match.detail == "id_card" or not any(start < match.end and match.start < end for start, end in cards)
        ]

    def _match(self, text: str, seen: Sighting) -> Match | None:
        form = self._forms[seen.needle]
        sure, took = seen.confidence, seen.transformations
        if form.disguised:
            read = reveal(text, seen.start, seen.end, seen.seen)
            if read is None or read.digits in self._allowed or in_link_or_file(text, seen.start, seen.end):
                return None
            sure, took = read.confidence, read.transformations
        elif _bare(seen.seen) in self._allowed or not _verified(form.type, text, seen):
            return None
        start = seen.start
        if form.type == "address" and (before := _BEFORE_ADDRESS.search(text[:start][-16:])):
            start -= before.end() - before.start()
        said = any(word in text[max(0, start - 12) : start].lower() for word in _SAYING.get(form.type, ()))
        return Match(start, seen.end, took, round(sure * (0.97 if said else form.sure), 4), form.type)


def _verified(type_: Type, text: str, seen: Sighting) -> bool:
    if type_ in ("id_card", "bank_card", "phone", "landline"):
        if not stands_alone(text, seen.start, seen.end) or in_link_or_file(text, seen.start, seen.end):
            return False
        number = digits_of(seen.seen)
        return {"id_card": valid_id_card, "bank_card": valid_bank_card}.get(type_, bool)(number)
    if type_ == "email":
        return _somebodys_mail(text, seen)
    if type_ == "plate":
        tail, after = seen.seen[2:], text[seen.end : seen.end + 1]
        alone = not (after.isascii() and after.isalnum())
        return alone and sum(character.isdigit() for character in tail) >= 2
    return True


def _somebodys_mail(text: str, seen: Sighting) -> bool:
    """Return whether it is an address (no file's name, no scrap of one) and may be a person's (no desk's)."""
    before = text[seen.start - 1 : seen.start] if seen.start else ""
    if before in _NOT_BEFORE_MAIL or (before.isascii() and before.isalnum()):
        return False
    local, _, domain = seen.seen.lower().rpartition("@")
    if _FILE_ENDING.fullmatch(domain.rpartition(".")[2]) or in_link_or_file(text, seen.start, seen.end):
        return False
    parts = ("".join(filter(str.isalpha, part)) for part in re2.split(r"[._\-+]", local))
    return not any(_DESK.fullmatch(part) for part in parts)


def _bare(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())


KIND = CheckKind("personal_data", Phrase("个人信息", "personal data"), Parameters, PersonalDataCheck)
