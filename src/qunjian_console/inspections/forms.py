"""The forms of inspections: start one, schedule one, silence findings, keep filters."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone

from qunjian_console.frame.forms import FramedForm
from qunjian_console.inspections.models import Every, Weekday, Window
from qunjian_console.language import say

_LONGEST_SILENCE = 366


class Day(forms.DateInput):
    """A day, chosen in the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class Clock(forms.TimeInput):
    """A time of day."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class ReachForm(FramedForm):
    """What an inspection looks at."""

    standard = forms.ChoiceField(label=say("标准", "Standard"), required=False)
    communities = forms.MultipleChoiceField(
        label=say("社群（不选为全部）", "Communities (none ticked: all)"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args: Any, standards: dict[str, str], communities: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, list[tuple[str, Any]]] = {
            "standard": [
                ("", say("现行标准（没有则用通用标准）", "The one in force, else general")),
                *standards.items(),
            ],
            "communities": [(each, name or each) for each, name in communities.items()],
        }
        for name, given in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 (tells the type checker)
            field.choices = given


class StartForm(ReachForm):
    """An inspection now."""

    first = forms.DateField(label=say("从（留空为最早）", "From (empty: the first)"), required=False, widget=Day())
    last = forms.DateField(label=say("到（留空为最近）", "To (empty: the newest)"), required=False, widget=Day())
    field_order = ("standard", "first", "last", "communities")

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("first") and given.get("last") and given["first"] > given["last"]:
            self.add_error("last", say("结束早于开始", "The end lies before the beginning"))
        return given


class ScheduleForm(ReachForm):
    """An inspection that starts by itself."""

    every = forms.ChoiceField(label=say("多久一次", "How often"), choices=Every.choices)
    weekday = forms.TypedChoiceField(
        label=say("周几（每周一次时）", "Weekday (when weekly)"), choices=Weekday.choices, coerce=int,
        initial=Weekday.MONDAY,
    )  # fmt: skip
    at = forms.TimeField(label=say("几点", "At"), initial=dt.time(6, 0), widget=Clock())
    window = forms.ChoiceField(label=say("看哪些天", "Which days"), choices=Window.choices)
    field_order = ("every", "weekday", "at", "window", "standard", "communities")


class SilenceForm(FramedForm):
    """Put findings of a rule aside; `where` is filled with the scopes that are offered."""

    where = forms.ChoiceField(label=say("范围", "Scope"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=say("理由", "Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=say("写给以后查看的人：为什么这些不算问题", "For whoever looks later: why these are no faults"),
    )  # fmt: skip
    expires = forms.DateField(
        label=say("有效至", "Until"), widget=Day(),
        help_text=say("到期后自动重新列为待处理；最长一年", "Then they are open again; a year at most"),
    )  # fmt: skip

    def __init__(self, *args: Any, scopes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["where"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (tells the type checker)
        field.choices = scopes

    def clean_expires(self) -> dt.date:
        expires: dt.date = self.cleaned_data["expires"]
        today = timezone.localdate()
        if not today <= expires <= today + dt.timedelta(days=_LONGEST_SILENCE):
            raise forms.ValidationError(say("要在今天和一年之内", "From today to a year from now"))
        return expires


class KeepForm(FramedForm):
    """A name for the filters."""

    name = forms.CharField(label=say("名称", "Name"), max_length=80)
    shared = forms.BooleanField(label=say("分享给所有人", "Share with everybody"), required=False)
