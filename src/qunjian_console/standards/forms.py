"""What the pages of standards ask for."""

from __future__ import annotations

from typing import Any

from django import forms

from qunjian_console.bridge.naming import ROLES
from qunjian_console.frame.forms import FramedForm
from qunjian_console.language import say

MOST_TEXTS = 200


class CheckForm(FramedForm):
    """Texts to check, who is taken to have written them, and a rule to ask about."""

    texts = forms.CharField(
        label=say("要检查的文字，每行一条消息", "Texts to check, one message a line"), max_length=20_000, strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "autofocus": True}),
    )  # fmt: skip
    role = forms.ChoiceField(
        label=say("发言人身份", "Written by"), choices=[(name, ROLES[name]) for name in ("member", "staff", "admin")],
        required=False,
    )  # fmt: skip
    rule = forms.CharField(
        label=say("为什么这条规则没有命中？", "Why does this rule not hit?"), max_length=120, required=False,
        widget=forms.TextInput(attrs={"list": "rules", "autocomplete": "off"}),
    )  # fmt: skip

    def clean_texts(self) -> list[str]:
        texts = [line for line in self.cleaned_data["texts"].splitlines() if line.strip()]
        if len(texts) > MOST_TEXTS:
            raise forms.ValidationError(say("一次最多 {n} 条", "At most {n} at a time", n=MOST_TEXTS))
        return texts

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["role"] = self.cleaned_data.get("role") or "member"
        return self.cleaned_data


class AboutForm(FramedForm):
    """Name, version and summary of a draft."""

    zh = forms.CharField(label=say("名称", "Chinese name"), max_length=80)
    en = forms.CharField(label=say("英文名称", "English name"), max_length=80, required=False)
    version = forms.CharField(label=say("版本号", "Version"), max_length=20)
    summary = forms.CharField(
        label=say("摘要", "Summary"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class SheetForm(FramedForm):
    """A sheet of rules to take back."""

    file = forms.FileField(
        label=say("Excel 文件（.xlsx）", "Excel file (.xlsx)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xlsm"}),
    )


class ProposeForm(FramedForm):
    """From when on, and what those bound are told."""

    starts = forms.DateField(
        label=say("生效日期", "In force from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=say("此前不按它给任何人打分", "Nobody is scored by it before"),
    )  # fmt: skip
    announcement = forms.CharField(
        label=say("给受约束的人的公告", "Announcement to those bound"), max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=say("知悉之后，本标准才对其本人计分", "It counts for a person once they know of it"),
    )  # fmt: skip


class AloneForm(FramedForm):
    """Why nobody else publishes."""

    reason = forms.CharField(label=say("没有第二人，理由", "No second person: why"), max_length=500)


class ReturnForm(FramedForm):
    """Why a proposal goes back."""

    reason = forms.CharField(label=say("退回理由", "Why it goes back"), max_length=500)


class TellForm(FramedForm):
    """How people were told."""

    how = forms.CharField(label=say("怎样告知的", "How they were told"), max_length=200)
