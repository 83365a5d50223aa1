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
