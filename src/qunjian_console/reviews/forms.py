"""What the pages of reviews ask for, and how it is checked."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django import forms

from qunjian_console.bridge.errors import Phrase
from qunjian_console.bridge.reviewing import Quota, Wanted
from qunjian_console.bridge.severities import TITLES
from qunjian_console.frame.forms import FramedForm
from qunjian_console.language import say
from qunjian_console.reviews.keys import ACTIONS, TAKEN
from qunjian_console.reviews.models import Blur, Outcome, Verdict

_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)\s*[%％]")
_COUNT = re.compile(r"\d{1,6}")
_ALL = Phrase("全部", "all")


class QuotaField(forms.Field):
    """A share ("20%"), a count ("50"), everything ("全部"), or nothing."""

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, widget=forms.TextInput(attrs={"maxlength": 12}), **more)

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip().lower()
        if text in (_ALL.zh, _ALL.en):
            return Quota(share=1.0)
        if match := _SHARE.fullmatch(text):
            part = float(match[1]) / 100
            if 0 <= part <= 1:
                return Quota(share=round(part, 6))
        elif _COUNT.fullmatch(text) or not text:
            return Quota(count=int(text or 0))
        raise forms.ValidationError(say("写成 20%、50 或 全部", "Write 20%, 50 or all"))


class PlanForm(FramedForm):
    """What is to be drawn."""

    name = forms.CharField(label=say("名称", "Name"), max_length=80)
    first = forms.DateField(
        label=say("从", "From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=say("到", "To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    critical = QuotaField(label=TITLES["critical"], initial="100%")
    major = QuotaField(label=TITLES["major"], initial="50%")
    minor = QuotaField(label=TITLES["minor"], initial="10%")
    notice = QuotaField(label=TITLES["notice"])
    unflagged = QuotaField(
        label=say("没有命中的消息", "Messages nobody flagged"), initial="10",
        help_text=say(
            "随机抽一些，才知道漏掉了多少。都可以写比例（20%）、数量（50）或 全部。",
            "Drawn at random, or nobody knows what is missed. Write a share (20%), a count (50) or all.",
        ),
    )  # fmt: skip
    each = forms.BooleanField(
        label=say("按社群分别抽（每个社群都抽这么多）", "In every community by itself"), required=False, initial=True
    )
    communities = forms.MultipleChoiceField(
        label=say("社群（不选就是全部）", "Communities (none: all)"), required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )  # fmt: skip
    with_form = forms.BooleanField(
        label=say("同时填写标准里的评分表", "Fill in the standard's review form as well"), required=False
    )
    due = forms.DateField(
        label=say("截止", "Due"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    seed = forms.CharField(
        label=say("抽样种子", "Seed"), max_length=40,
        help_text=say(
            "任何人凭种子和同一次质检都能抽出同样的条目。",
            "With the seed and the same inspection anybody draws the same.",
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, communities: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["communities"]
        assert isinstance(choices, forms.MultipleChoiceField)  # noqa: S101 (declared so above)
        choices.choices = [(number, name or number) for number, name in communities.items()]
        self.fields["seed"].initial = secrets.token_hex(6)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("first") and given.get("last") and given["first"] > given["last"]:
            self.add_error("last", say("结束早于开始", "The end is before the beginning"))
        quotas = [given.get(name) for name in (*TITLES, "unflagged")]
        if not self.errors and not any(quota and (quota.share or quota.count) for quota in quotas):
            raise forms.ValidationError(say("至少要抽一种", "At least one kind must be drawn"))
        return given

    def wanted(self, communities: tuple[str, ...]) -> Wanted:
        """Return what is to be drawn; `communities`: those the person may see, where not all of them."""
        given = self.cleaned_data

        def quota(name: str) -> Quota:
            return Quota(given[name].share, given[name].count, each=given["each"])

        return Wanted(
            given["seed"].strip(), {name: quota(name) for name in TITLES if given[name].share or given[name].count},
            quota("unflagged"), tuple(given["communities"]) or communities, given["first"], given["last"],
        )  # fmt: skip


class KeysForm(FramedForm):
    """A key for each action, and which texts are blurred."""

    texts = forms.ChoiceField(label=say("模糊哪些内容", "Which texts are blurred"), choices=Blur.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (_, title) in ACTIONS.items():
            look = {"class": "form-control", "autocomplete": "off", "autocapitalize": "none"}
            self.fields[name] = forms.CharField(label=title, max_length=1, widget=forms.TextInput(attrs=look))
        self.order_fields([*ACTIONS, "texts"])

    def clean(self) -> dict[str, Any]:
        seen: dict[str, str] = {}
        for name in ACTIONS:
            key = str(self.cleaned_data.get(name, "")).lower()
            if not key or name in self.errors:
                continue
            if key in TAKEN or not key.isprintable():
                self.add_error(name, say("这个键另有用处", "This key is taken"))
            elif key in seen:
                self.add_error(name, say("两个动作用了同一个键", "Two actions have the same key"))
            seen[key] = name
            self.cleaned_data[name] = key
        return self.cleaned_data


class AppealForm(FramedForm):
    """Why a result is wrong, and what would be right."""

    reason = forms.CharField(
        label=say("理由", "Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=say("哪里判错了，依据是什么。", "What is wrong about it, and why."),
    )  # fmt: skip
    score = forms.FloatField(label=say("你认为的得分", "The score you think right"), min_value=0, max_value=100,
                             required=False)  # fmt: skip

    def __init__(self, *args: Any, scored: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not scored:
            del self.fields["score"]


class RulingForm(FramedForm):
    """How an appeal is decided."""

    outcome = forms.ChoiceField(label=say("裁定", "Outcome"), choices=Outcome.choices)
    verdict = forms.ChoiceField(
        label=say("结论改为（部分接受或另定时）", "Verdict now (accepted in part, or a third)"), required=False,
        choices=[("", "—"), *Verdict.choices],
    )  # fmt: skip
    score = forms.FloatField(
        label=say("得分改为（可不填）", "Score now (may be empty)"), min_value=0, max_value=100, required=False
    )
    reason = forms.CharField(
        label=say("理由（申诉人看得到）", "Reason (the appellant sees it)"), max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
