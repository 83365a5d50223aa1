"""The forms of the workspace."""

from __future__ import annotations

from django import forms

from qunjian_console.accounts.forms import NewAccountForm
from qunjian_console.frame.forms import FramedForm
from qunjian_console.language import say


class StartForm(NewAccountForm):
    """The owner, and whether to begin with the demo."""

    demo = forms.BooleanField(label=say("装入演示数据，先看看", "Load demo data to look around"), required=False)
    field_order = ("name", "username", "password", "again", "demo")


class PurposeForm(FramedForm):
    """Why, on which basis and how long."""

    purpose = forms.CharField(
        label=say("处理目的", "Purpose"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}), required=False,
        help_text=say("为什么要看这些消息，例如：改进客户群服务质量", "Why these messages are looked at"),
    )  # fmt: skip
    legal_basis = forms.CharField(
        label=say("合法性基础", "Legal basis"), max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}), required=False,
        help_text=say("个人信息保护法第十三条的哪一项", "Which item of PIPL article 13, or of your law"),
    )  # fmt: skip
    notice = forms.CharField(
        label=say("告知方式", "Notice"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}), required=False,
        help_text=say("群成员怎样知道，例如：群公告，日期", "How members were told, and when"),
    )  # fmt: skip
    retention_days = forms.IntegerField(
        label=say("保存天数（0 为不限）", "Days of retention (0: no limit)"), min_value=0, max_value=36500
    )
