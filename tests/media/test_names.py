"""Names of files that hide a program, and where codes lead."""

from __future__ import annotations

import random

import pytest

from qunjian.text.code_links import code_class, shown
from qunjian.text.file_names import HARMLESS, PROGRAMS, file_name, file_names
from qunjian.text.folding import fold


@pytest.mark.parametrize(
    ("name", "classes"),
    [
        ("讲义.pdf", set()),
        ("第三章.v2.pdf", set()),
        ("README", set()),
        ("", set()),
        ("...", set()),
        ("setup.EXE", {"program"}),
        ("setup.exe. ", {"program"}),
        ("ｓｅｔｕｐ．ｅｘｅ", {"program"}),
        ("红包.pdf.exe", {"program", "double_ending"}),
        ("名单.xlsx                         .scr", {"program", "double_ending"}),
        ("名单.xlsx\u2800\u2800.scr", {"program", "double_ending"}),
        ("发票.pdf.js", {"double_ending"}),
        ("活动\u202egpj.exe", {"program", "turned_around"}),
        ("照片.jpg.zip", {"archive"}),
        ("模板.xlsm", {"macro_document"}),
        ("登录.html", {"page"}),
        ("discord.com", set()),
        ("deploy.sh", set()),
    ],
)
def test_names(name: str, classes: set[str]) -> None:
    assert file_name(name).classes == classes


def naive_ending(name: str) -> str:
    """Return the last ending, letter by letter."""
    parts = [""]
    for letter in fold(name):
        if letter in ".。．":
            parts.append("")
        elif not letter.isspace() and letter not in "\u2800\u3164\ufeff\u200b\u200c\u200d\u200e\u200f\u202e\u2066":
            parts[-1] += letter
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return parts[-1] if len(parts) > 1 else ""


def test_many_names_at_once_are_judged_like_each_alone() -> None:
    draw = random.Random(4)
    pieces = [
        *sorted(HARMLESS),
        *sorted(PROGRAMS),
        "Ｅｘｅ",
        "照片",
        "國",
        "a b",
        *"...。．  \n\u3000\u2800\u200b\u202e\u2066\0",
        "",
    ]
    names = ["".join(draw.choices(pieces, k=draw.randint(0, 6))) for _ in range(5_000)]
    together = file_names(names)
    assert [each.ending for each in together] == [naive_ending(name) for name in names]
    assert together == [file_name(name) for name in names]
    assert sum("program" in each.classes for each in together) == sum(naive_ending(name) in PROGRAMS for name in names)
    assert sum("turned_around" in each.classes for each in together) == sum(
        "\u202e" in name or "\u2066" in name for name in names
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("https://weixin.qq.com/g/AwYAAKq3", "group"),
        ("https://work.weixin.qq.com/gm/0123abcd", "group"),
        ("https://u.wechat.com/MKq3Zx81", "person"),
        ("http://weixin.qq.com/r/0UzABCD", "official_account"),
        ("wxp://f2f0AbCdEf", "payment"),
        ("wxp://wbf2f0AbCdEf", "payment"),
        ("HTTPS://QR.ALIPAY.COM/FKX08154", "payment"),
        ("https://qm.qq.com/q/abc", "invite"),
        ("https://dwz.cn/AbC12xyz", "short"),
        ("https://example.com/a.apk", "download"),
        ("https://203.0.113.9/x", "ip"),
        ("https://mp.weixin.qq.com/s/AbCd", "link"),
        ("https://weixin.qq.com.example.com/g/AwYAAKq3", "link"),
        ("https://example.com/?u=https://weixin.qq.com/g/x", "link"),
        ("BEGIN:VCARD\nFN:林\nEND:VCARD", "contact_card"),
        ("WIFI:T:WPA;S:a;P:b;;", "wifi"),
        ("取餐号 36", "text"),
        ("", "text"),
    ],
)
def test_where_codes_lead(content: str, expected: str) -> None:
    assert code_class(content) == expected


def test_what_is_told_of_a_code_betrays_no_token() -> None:
    assert shown("https://weixin.qq.com/g/AwYAAKq3Zx81") == "weixin.qq.com/g/…"
    assert shown("wxp://f2f0SECRET") == "wxp://…"
    assert "SECRET" not in shown("https://u.wechat.com/SECRET") + shown("微信 SECRET")
    assert "SECRET" not in shown("https://SECRET:pw@example.com/SECRETSECRETSECRET/x").upper()
