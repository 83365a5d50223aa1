"""Draws a report as one HTML file that loads nothing: scripts and style are named by hash in a strict policy."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec

from qunjian import __version__
from qunjian.reports.html_blocks import BlockWriter
from qunjian.reports.vega import bundle

if TYPE_CHECKING:
    from qunjian.reports.report import Report, ReportPart, Section

# The first two serve the console as well.
SCRIPTS = ("charts.js", "tables.js", "page.js")


def render_html(report: Report, fonts: str = "") -> bytes:
    """Return the report as a whole HTML document in UTF-8.

    `fonts`: a style sheet of fonts that lie beside the page, for whoever draws it where no Chinese font is installed.
    """
    writer = BlockWriter(report.language)
    body = "".join(_part(writer, part) for part in report.parts)
    style = packaged("page.css")
    library = bundle() if writer.charts else ""
    scripts = [each for each in (library, *map(packaged, SCRIPTS)) if each]
    styles = [each for each in (fonts, style) if each]
    beside = "font-src 'self'; " if fonts else ""
    policy = (
        f"default-src 'none'; style-src {' '.join(map(_hash, styles))}; script-src {' '.join(map(_hash, scripts))}; "
        f"{beside}base-uri 'none'; form-action 'none'"
    )
    # "<" is escaped in JSON so that no text of a member can end the element that holds it.
    charts = msgspec.json.encode(writer.charts).decode().replace("<", "\\u003c")
    running = "".join(f"<script>{each}</script>\n" for each in scripts)
    return (
        f'<!doctype html>\n<html lang="{"zh-CN" if writer.zh else "en"}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" '
        'content="no-referrer">\n'
        '<meta name="robots" content="noindex">\n'
        f'<meta name="generator" content="Qunjian {__version__}">\n<title>{escape(report.title)} '
        f"· {escape(report.period)}</title>\n"
        f"{''.join(f'<style>{each}</style>' for each in styles)}\n</head>\n"
        f"<body>\n{_header(writer, report)}{_contents(writer, report)}"
        f'<main id="main">\n{body}</main>\n{_footer(writer)}</div>\n'
        f'<script type="application/json" id="charts">{charts}</script>\n{running}</body>\n</html>\n'
    ).encode()


def packaged(name: str) -> str:
    """Return a file that ships beside this module."""
    return files("qunjian.reports").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _header(writer: BlockWriter, report: Report) -> str:
    say = writer.say
    facts = (
        (say("标准", "Standard"), f"{report.standard_title} {report.version}"),
        (say("时区", "Zone"), report.zone),
        (say("生成于", "Made"), report.made_at),
    )
    listed = "".join(
        f'<span class="{"made" if place == 2 else "fact"}">{title} {escape(text)}</span>'
        for place, (title, text) in enumerate(facts)
    )
    warning = say("本期尚未结束，数字还会变。", "The period is still running: figures will change.")
    running = f'<p class="say warn"><span>{warning}</span></p>'
    return (
        f'<a class="skip" href="#main">{say("跳到正文", "Skip to content")}</a>\n<div '
        'class="frame">\n<header class="top"><div>'
        f'<h1>{escape(report.title)}</h1><p class="sub">{escape(report.subtitle)}</p>\n<p class="facts">{listed}</p>\n'
        f"{running if report.unfinished else ''}</div>"
        f'<button type="button" class="theme" hidden>{say("深色 / 浅色", "Dark / light")}</button></header>\n'
    )


def _contents(writer: BlockWriter, report: Report) -> str:
    items = []
    for part in report.parts:
        sub = ""
        if part.key == "communities" and part.sections:
            inner = "".join(
                f'<li><a href="#{escape(section.key)}"><bdi>{escape(section.title)}</bdi></a></li>'
                for section in part.sections
            )
            sub = f"<ol>{inner}</ol>"
        items.append(f'<li><a href="#{escape(part.key)}">{escape(part.title)}</a>{sub}</li>')
    label = writer.say("目录", "Contents")
    return f'<nav class="contents" aria-label="{label}"><ol>{"".join(items)}</ol></nav>\n'


def _part(writer: BlockWriter, part: ReportPart) -> str:
    lead = f'<p class="lead">{escape(part.lead)}</p>\n' if part.lead else ""
    blocks = "\n".join(writer.block(block) for block in part.blocks)
    sections = "\n".join(_section(writer, section, first=place == 0) for place, section in enumerate(part.sections))
    return (
        f'<section class="part" id="{escape(part.key)}">'
        f"<h2>{escape(part.title)}</h2>\n{lead}{blocks}\n{sections}</section>\n"
    )


def _section(writer: BlockWriter, section: Section, *, first: bool) -> str:
    badge = f'<span class="badge {section.tone}">{escape(section.badge)}</span>' if section.badge else ""
    blocks = "\n".join(writer.block(block) for block in section.blocks)
    return (
        f'<details class="card section" id="{escape(section.key)}"{" open" if first else ""}>'
        f"<summary><h3><bdi>{escape(section.title)}</bdi></h3>{badge}</summary><div "
        f'class="body">\n{blocks}</div></details>'
    )


def _footer(writer: BlockWriter) -> str:
    text = writer.say(
        f"群鉴 Qunjian {__version__} 生成。姓名与号码已打码；本文件不加载任何外部内容。",
        f"Made by Qunjian {__version__}. Names and numbers are masked; this file loads nothing from outside.",
    )
    return f"<footer>{text}</footer>\n"
