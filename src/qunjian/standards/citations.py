"""Says in English what a rule rests on: Chinese laws by the titles in laws/, and the shipped standard's sections."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from qunjian.standards.clauses import load_laws
from qunjian.text.numerals import read_number

if TYPE_CHECKING:
    from qunjian.model.language import Language

# The sections and notices that shipped rules rest on beside the law.
SOURCES = {
    "通用社群运营标准": "General standard of community operations",
    "服务纪律": "conduct of service",
    "服务纪律（红线）": "conduct of service (red line)",
    "群内不发推广": "no promotion in groups",
    "秩序": "order",
    "准确性": "accuracy",
    "打扰最小化": "least disturbance",
    "外链须说明来源": "links say where they lead",
    "不在群内招揽成员": "no luring of members",
    "群内不留外部联系方式": "no outside contacts in groups",
    "互动指引（不代替医生）": "guidance on talking (never in place of a doctor)",
    "首次响应": "first response",
    "群内不私下收款": "no private payments in groups",
    "群内不招揽业务": "no soliciting of business",
    "名单上的图片不再出现": "listed pictures do not return",
    "发布职责": "duty to publish",
    "内容质量": "quality of content",
    "微信外部链接内容管理规范（2019-10-18 版，自 2019-10-28 起）": (
        "WeChat rules on the content of external links (version 2019-10-18, in force from 2019-10-28)"
    ),
    "企业微信群发规则（帮助中心 path/92135）": "WeCom rules on mass sending (help centre, path/92135)",
    "微信打击外挂公告（2024-03-26）": "WeChat notice against plug-ins (2024-03-26)",
    "微信公众平台诱导分享与诱导关注公告（2014-12-30）": "WeChat notice on induced sharing and following (2014-12-30)",
    "中办国办“双减”意见（2021-07）": "Opinions on the “double reduction” (2021-07)",
}

_CLAUSE = re.compile(r"《([^》]+)》([^（]*)（(\d{4}-\d{2}-\d{2}) 版(，条文待核)?）")
_PLACE = re.compile(r"第([零一二三四五六七八九十百千]+)(条|款|项)(?:之([一二三四五六七八九十]))?")
_PARTS = {"条": "art.", "款": "para.", "项": "item"}


def citation_in(language: Language, citation: str) -> str:
    """Return a stored citation (`Rule.citation`) in a language; a title that has no English one stays as it is."""
    if language == "zh":
        return citation
    return "; ".join(_CLAUSE.sub(_clause, each) if "《" in each else _source(each) for each in citation.split("；"))


def _clause(found: re.Match[str]) -> str:
    law, article, version, doubt = found.groups()
    title = _titles().get(law, f"《{law}》")
    places = [
        f"{_PARTS[part]} {_figure(number)}{f'-{_figure(of)}' if of else ''}"
        for number, part, of in _PLACE.findall(article)
    ]
    at = "".join(f", {place}" for place in places) if places or not article else f", {article}"
    return f"{title}{at} (version {version}{', wording to be checked' if doubt else ''})"


@cache
def _titles() -> dict[str, str]:
    return {law.law: law.english for law in load_laws()}


def _source(named: str) -> str:
    if named in SOURCES:
        return SOURCES[named]
    standard, _, section = named.partition("·")
    return f"{SOURCES.get(standard, standard)}: {SOURCES.get(section, section)}" if section else named


def _figure(written: str) -> str:
    number = read_number(written)
    return str(number.low) if number is not None and number.low == number.high else written
