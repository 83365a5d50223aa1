"""Tells whether words are said or only spoken of: quoted from others, negated, or warned of.

It excuses little on purpose. A cue counts in the clause of the hit, or in one of the next two within `AFTER`
characters; a quotation needs somebody else who says it. Nothing is excused in a text that solicits in its own voice:
"别信他们，加我微信刷单" warns in one clause and solicits in the other. All patterns are read on folded text by RE2.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import re2

Speech = Literal["quotation", "negation", "warning"]

# Characters of the same clause before a hit in which a warning, or who says it, is looked for.
BEFORE = 16
# Characters behind a hit in which its clause may judge it (都是骗局), and in which the next two clauses may warn.
BEHIND, AFTER = 14, 30
# Longer quotations are a way to say it oneself.
QUOTED = 80
# A clause is read no farther than this, and so many solicitations are looked at: longer texts cost no more.
_FARTHEST, _MOST = 400, 50

_OTHERS = (
    r"(?:有人|有些人|有的人|某人|骗子|不法分子|坏人|诈骗分子|对方|他们?|她们?|那人|那个人|别人|人家|网友|网上|群里|群友"
    r"|楼上|楼主|评论(?:区|里)?|弹幕|同事|朋友|邻居|陌生人|客人|顾客|会员|学员|家长|书里|文章|新闻|电影|剧里|标题|截图|昨天|刚才|刚刚?)"
)
_SAYS = r"(?:说|问|发|喊|骂|写|回|回复|叫|称|讲|道|提|推|刷|转|念|留言|评论|聊|让|要求)"
_SPOKEN_OF = (
    r"(?:这(?:个|种|句|类|些|几个)?(?:词|话|字|说法|广告|消息|信息|标题|梗|短信)|一词|二字|什么意思|啥意思"
    r"|是个?(?:词|梗)|所谓的?)"
)
_SELF = r"(?:我们?|俺|咱们?|本人|老子|本店|小编)"
_NOT = (
    r"(?:不要|不得|不能|不会|不许|不准|不可|不用|不必|不想|不敢|不愿|请勿|切勿|勿|别再|别|莫|没有|没|未|从不|绝不|从未"
    r"|禁止|严禁|谢绝|拒绝|杜绝|抵制|不)"
)
# What may stand between a negation and what it negates; anything else, and it negates that instead (不用本金刷单).
_FILLER = (
    r"(?:再|去|来|搞|做|发|参与|参加|从事|进行|提供|接|任何|有|让|叫|教|给|你们?|大家|各位|他人|别人|私下|私自|随便|随意"
    r"|互相|相互|直接|用|使用|出现|发布|传播|转发|讨论|涉及|在|本群|群里|群内|这里|里|过|会|想|要|碰|主动|乱|到处)"
)
_NEGATED = re2.compile(rf"{_NOT}{_FILLER}{{0,5}}$")
# 要不要, 能不能 … ask, 不得不 insists, 无不 affirms.
_NOT_NEGATED = re2.compile(
    rf"(?:要不|能不|可不|会不|是不|好不|想不|用不|敢不|该不|有没|不得不|不能不|无不|莫不|何不){_NOT}?{_FILLER}{{0,5}}$|(?:要不要|能不能|可不可以|会不会|想不想|用不用|敢不敢|该不该|有没有|加不){_FILLER}{{0,5}}$"
)
# 没加微信的抓紧, 不加微信不给: the negation is part of the demand.
_DEMANDED = re2.compile(r"^[^,。!?;\n]{0,4}?(?:的|者|就?(?:不|没|别想|无法|拿不到|错过|亏)|怎么|哪)")

_GIVEN = r"(?:微信|vx?|wx|薇信?|威信|q{1,2}|扣扣|电话|手机|联系|咨询|tel)(?:号码?|热线|方式)?\s?[::]?\s?[a-z0-9_\-]{5,}"
_SOLICITS = re2.compile(
    r"(?:加|➕|\+|找|联系|私信|私聊|私|滴滴?|戳|咨询|添加|扫)(?:一下|下|个)?(?:我|俺|本人|老师|客服|助理|主页|头像|v|薇|威|q)"
    r"|加微信(?:领|进|聊|了解|咨询|做|带|拿|看|详|报|免费)"
    r"|(?:扫码|扫一扫|点击|点我|戳我|复制)[^,。!?;\n]{0,6}(?:进群|领|报名|下载|加入|参与|联系|咨询)"
    r"|(?:进群|入群|报名|领取|详情|有意|想做的?|想赚的?|需要的|要的|感兴趣的)(?:的|者)?[^,。!?;\n]{0,4}(?:私|加|扣|滴|来|联系|扫|找我|咨询|扣1)"
    rf"|{_SELF}(?:这里?|家|这边|们)?[^,。!?;\n]{{0,6}}(?:靠谱|正规|真实|稳赚|稳定|保证|保障|诚信|长期|带你|可做|专业|才是真|包过|包赚|秒到|现货|招人|收人|有货|有渠道)"
    r"|名额有限|手慢无|先到先得|日结秒到|一手货源"
    rf"|{_GIVEN}"
)
_REPORTED = re2.compile(
    rf"{_OTHERS}[^,。!?;\n]{{0,10}}{_SAYS}[^,。!?;\n]{{0,8}}$|{_OTHERS}(?:的)?$|(?:凡是|这种|此类|那种|遇到|收到)[^,。!?;\n]{{0,6}}$"
)

_WARNS_OF = re2.compile(
    r"(?:警惕|谨防|提防|小心|当心|别信|不要信|勿信|别相信|不要相信|切勿轻信|勿轻信|莫信|远离|防范|抵制|打击|举报|查处|严打|曝光|识破|揭秘"
    r"|反诈|防骗|防诈)"
)
_JUDGED = re2.compile(
    r"(?:都|全|就|也|肯定|绝对|多半|其实|纯)?(?:是|属于|属|为|涉嫌)?(?:骗局|骗子|骗人|诈骗|陷阱|套路|圈套|骗钱|假的|假货|违法|犯法|犯罪|违规|传销|谣言|不实|会被骗|被骗|坐牢|判刑|被抓|被封|不可信|信不得)"
)
_NO_JUDGEMENT = re2.compile(r"(?:不|没|没有|非|绝无|无|零|拒绝|并非|并不|不会|怕|谁说)(?:是|属于|属|为|有|存在|任何)?$")
# 大家别信, 别信这种: of an object of its own (别信课本) it says nothing about the hit.
_ITSELF = r"(?:$|[了啊哦呀吧哈啦]|这|它|此类|任何|有人)"
_DISBELIEF = re2.compile(
    rf"(?:别信|不要信|勿信|别相信|不要相信|不要轻信|切勿轻信|别上当|不要上当){_ITSELF}"
    r"|不可信|都?是骗(?:子|局|人|钱)|骗人的|假的|诈骗|已举报|举报了|报警|违法|犯法|犯罪"
)
_CAUTION = re2.compile(
    r"(?:小心|当心|注意防骗|注意安全|警惕|谨防|提防|别加|别点|别理|别转|别去|不要加|不要点|不要理|请勿|不要转|保护好|删了|踢了|处理)"
)
# Whom one should not believe is somebody else: what was said before stays an offer. And sellers warn of imitations.
_OF_RIVALS = re2.compile(r"(?:别家|其他|其它|别的|同行|外面|外边|他们|那些|假冒|仿冒|冒充本|盗版)")
_KEPT_AT_DISTANCE = re2.compile(rf"{_OTHERS}|这种|此类|这类|那种|凡是|任何|所谓|遇到|收到|看到|接到|类似|冒充")
# Those who quote themselves mean it.
_BY_SELF = re2.compile(rf"(?:^|[^对跟和给向聊骂叫让]){_SELF}[^,。!?;\n]{{0,4}}{_SAYS}[^,。!?;\n]{{0,3}}$")
_BY_OTHERS = re2.compile(
    rf"{_OTHERS}[^,。!?;\n“”\"「」『』]{{0,10}}{_SAYS}?(?:了|着|过|的|是|到|一?句|我|她|他|人家)*[:,]?\s?$|{_SPOKEN_OF}[^,。!?;\n]{{0,6}}$"
)
_ABOUT_IT = re2.compile(rf"^\s?[^,。!?;\n]{{0,4}}{_SPOKEN_OF}|^\s?,?{_OTHERS}[^,。!?;\n]{{0,4}}{_SAYS}")
_REPORTS = re2.compile(
    rf"(?:{_OTHERS}[^,。!?;\n“”\"]{{0,8}}{_SAYS}(?:了|着|过|的|到|我|她|他|人家|一句|什么|起)*)[:,]?\s?$"
)
# How clients show a quotation, with an answer behind it: lines that begin with >, WeChat's 「name：text」 over dashes.
_ARROW = re2.compile(r"^\s{0,3}>")
_ANSWERED = re2.compile(r"(?:^|\n)\s*[^>\s][^\n]*[\p{L}\p{N}]")
_CLIENT = re2.compile(r"^「[^」]+」\s*\n\s*(?:-\s?){5,}\s*\n\s*[\p{L}\p{N}]")

_PAIRS = {"“": "”", "‘": "’", "「": "」", "『": "』", '"': '"'}
# What is no mark though no letter or digit: everything else ends a clause, emoji too.
_WITHIN = frozenset("“”‘’「」『』\"'%+_")


class Excuse(NamedTuple):
    """Why a hit is no fault: the kind of speech, and the words that show it."""

    kind: Speech
    cue: str


def excuse(folded: str, start: int, end: int, kinds: tuple[Speech, ...]) -> Excuse | None:
    """Return how a hit of a folded text is excused by one of these kinds of speech, or None."""
    quoted = _client_quotation(folded, start)
    if quoted is not None and "quotation" in kinds:
        return quoted
    if solicits(folded):
        return None
    for kind in kinds:
        found = _TELLERS[kind](folded, start, end)
        if found is not None:
            return Excuse(kind, found.strip(" ,:"))
    return None


def solicits(folded: str) -> bool:
    """Return whether a folded text solicits in its own voice: not negated, not quoted, not told of others."""
    for nth, match in enumerate(_SOLICITS.finditer(folded)):
        if nth == _MOST:
            return True
        start = match.start()
        clause = folded[_clause_start(folded, start) : start]
        if _negates(clause, folded[match.end() : match.end() + BEHIND]) or _REPORTED.search(clause[-24:]):
            continue
        opened = _quotes(folded, start, match.end())
        if opened is not None and _framed(folded, *opened):
            continue
        if _client_quotation(folded, start) is not None:
            continue
        return True
    return False


def _quotation(folded: str, start: int, end: int) -> str | None:
    """Return who says it: words in quotation marks that others say, or that others say in the same clause."""
    opened = _quotes(folded, start, end)
    if opened is not None:
        return _framed(folded, *opened)
    clause = folded[_clause_start(folded, start, also=":") : start]
    told = _REPORTS.search(clause[-BEFORE:])
    return told.group() if told and not _BY_SELF.search(clause) else None


def _negation(folded: str, start: int, end: int) -> str | None:
    """Return the negation that governs the hit."""
    clause = folded[_clause_start(folded, start) : start]
    return _negates(clause, folded[end : end + BEHIND])


def _warning(folded: str, start: int, end: int) -> str | None:
    """Return what warns of it: before it or behind it in its clause, or in one of the next two clauses."""
    first, last = _clause_start(folded, start), _clause_end(folded, end)
    before = _WARNS_OF.search(folded[max(first, start - BEFORE) : start])
    if before:
        return str(before.group())
    behind = folded[end : min(last, end + BEHIND)]
    judged = _JUDGED.search(behind)
    if judged and not _NO_JUDGEMENT.search(behind[: judged.start()]):
        return str(judged.group())
    distant = _KEPT_AT_DISTANCE.search(folded[max(first, start - BEFORE) : last])
    place = last
    for _ in range(2):
        while place < len(folded) and _ends(folded[place]):
            place += 1
        if place - last > AFTER:
            break
        stop = _clause_end(folded, place)
        clause = folded[place : min(stop, last + AFTER)]
        told = _DISBELIEF.search(clause) or (_CAUTION.search(clause) if distant else None)
        if told and not _NO_JUDGEMENT.search(clause[: told.start()]) and (distant or not _OF_RIVALS.search(clause)):
            return str(told.group())
        place = stop
    return None


_TELLERS = {"quotation": _quotation, "negation": _negation, "warning": _warning}


def _negates(clause: str, behind: str) -> str | None:
    found = _NEGATED.search(clause[-BEFORE:])
    if not found or _NOT_NEGATED.search(clause[-BEFORE:]) or _DEMANDED.search(behind):
        return None
    return str(found.group())


def _framed(folded: str, opening: int, closing: int) -> str | None:
    """Return who is quoted, or what speaks of the words as words; None: the writer's own."""
    before = folded[max(0, opening - BEFORE) : opening]
    if _BY_SELF.search(before):
        return None
    told = _BY_OTHERS.search(before) or _ABOUT_IT.search(folded[closing + 1 : closing + 1 + BEFORE])
    return str(told.group()) if told else None


def _quotes(folded: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the places of the quotation marks around a span, not farther apart than a quotation may be long."""
    for opening, closing in _PAIRS.items():
        if opening == closing:
            odd = folded.count(opening, max(0, start - _FARTHEST), start) % 2
            left = folded.rfind(opening, max(0, start - QUOTED), start) if odd else -1
        else:
            left = folded.rfind(opening, max(0, start - QUOTED), start)
            if left >= 0 and folded.rfind(closing, left, start) >= 0:
                left = -1
        right = folded.find(closing, end, end + QUOTED) if left >= 0 else -1
        if right >= 0:
            return left, right
    return None


def _client_quotation(folded: str, start: int) -> Excuse | None:
    line = folded[folded.rfind("\n", max(0, start - _FARTHEST), start) + 1 : start]
    if _ARROW.search(line) and _ANSWERED.search(folded):
        return Excuse("quotation", ">")
    quoted = _CLIENT.search(folded) if folded.startswith("「") else None
    return Excuse("quotation", "「」") if quoted and start < folded.find("」") else None


def _clause_start(folded: str, place: int, also: str = "") -> int:
    """Return where the clause begins that a place is in; marks of `also` do not end one."""
    least = max(0, place - _FARTHEST)
    while place > least and (not _ends(folded[place - 1]) or folded[place - 1] in also):
        place -= 1
    return place


def _clause_end(folded: str, place: int) -> int:
    most = min(len(folded), place + _FARTHEST)
    while place < most and not _ends(folded[place]):
        place += 1
    return place


def _ends(character: str) -> bool:
    """Return whether a character ends a clause."""
    return not character.isalnum() and character not in _WITHIN
