"""The forms of reports: what to build, when by itself, why deleted."""

from __future__ import annotations

from typing import Any

from django import forms

from qunjian_console.bridge.communities import community_names
from qunjian_console.bridge.reports import PRESETS, Wish, inspected_under, periods
from qunjian_console.frame.forms import FramedForm
from qunjian_console.language import current, say
from qunjian_console.reports.ordering import within_scope

_NEWEST = {
    "daily": say("日报：最近完整的一天", "Daily: the newest whole day"),
    "weekly": say("周报：最近完整的一周", "Weekly: the newest whole week"),
    "monthly": say("月报：最近完整的一月", "Monthly: the newest whole month"),
}
_SPANS = {"monthly": say("月", "Months"), "weekly": say("周", "Weeks"), "daily": say("日", "Days")}
LANGUAGES = (("zh", say("中文", "Chinese")), ("en", say("英文", "English")))


class _ScopedForm(FramedForm):
    """What every report is asked for: communities within the person's scope, standard, language, pseudonyms."""

    communities = forms.MultipleChoiceField(
        label=say("社群", "Communities"), required=False, widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=say("不选就是我能看到的全部；可以选几个", "None chosen: all I may see; several can be chosen"),
    )  # fmt: skip
    standard = forms.ChoiceField(label=say("标准", "Standard"), required=False)
    language = forms.ChoiceField(label=say("报告的语言", "Language of the report"), choices=LANGUAGES)
    pseudonyms = forms.BooleanField(
        label=say("要给团队以外的人看：人名、群名换成代号", "It leaves the team: pseudonyms for persons and groups"),
        required=False,
        help_text=say(
            "代号由本工作区的密钥生成，每次都一样；正文里提到的成员名和群名用 * 代替",
            "Made with this workspace's key, always the same; members and groups named in texts are starred",
        ),
    )

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("language", current())
        super().__init__(*args, **kwargs)
        self._person = person
        seen = [(each, name or each) for each, name in community_names().items() if person.sees(each)]
        self.fields["communities"].choices = seen  # type: ignore[attr-defined]
        standards = [("", say("按质检时的标准", "As inspected")), *((name, name) for name in inspected_under())]
        self.fields["standard"].choices = standards  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        scope = within_scope(self._person, given.get("communities", []))
        if scope == ():
            self.add_error(
                "communities", say("你能看到的社群里还没有消息", "No community in your scope has messages yet")
            )
        self.everything, self._scope = scope is None, scope or ()
        return given

    def wish(self, preset: str, period: str | None = None) -> Wish:
        """Return what is asked for."""
        given = self.cleaned_data
        return Wish(
            preset, period, self._scope, given["standard"] or None, pseudonyms=given["pseudonyms"],
            language=given["language"],
        )  # fmt: skip


class BuildForm(_ScopedForm):
    """One report now."""

    period = forms.ChoiceField(label=say("期间", "Period"))
    field_order = ("period", "communities", "standard", "language", "pseudonyms")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = periods()
        newest = [(f"{preset}:", _NEWEST[preset]) for preset in PRESETS]
        self.fields["period"].choices = [  # type: ignore[attr-defined]
            (title, [auto, *((f"{preset}:{name}", f"{name}（{days}）") for name, days in known.get(preset, []))])
            for (preset, title), auto in zip(PRESETS.items(), newest, strict=True)
        ]

    def ordered(self) -> Wish:
        """Return what is asked for."""
        preset, _, period = self.cleaned_data["period"].partition(":")
        return self.wish(preset, period or None)


class PackForm(_ScopedForm):
    """A compliance pack of a finished period."""

    period = forms.ChoiceField(label=say("期间（已结束的）", "Period (finished)"))
    field_order = ("period", "communities", "standard", "language", "pseudonyms")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"pseudonyms": True}, **kwargs)
        known = periods()
        self.fields["period"].choices = [  # type: ignore[attr-defined]
            (_SPANS[preset], [(f"{preset}:{name}", f"{name}（{days}）") for name, days in known.get(preset, [])])
            for preset in ("monthly", "weekly", "daily")
        ]

    def ordered(self) -> Wish:
        """Return what is asked for."""
        preset, _, period = self.cleaned_data["period"].partition(":")
        return self.wish(preset, period)


class ScheduleForm(_ScopedForm):
    """A report by itself."""

    preset = forms.ChoiceField(label=say("哪一种", "Which"), choices=tuple(PRESETS.items()))
    hour = forms.IntegerField(
        label=say("几点生成（0–23）", "At which hour (0–23)"), min_value=0, max_value=23, initial=8,
        help_text=say("日报每天，周报每周一，月报每月一日", "Daily: each day; weekly: Mondays; monthly: the first"),
    )  # fmt: skip
    field_order = ("preset", "hour", "communities", "standard", "language", "pseudonyms")


class EraseForm(FramedForm):
    """Why a report is deleted."""

    why = forms.CharField(label=say("原因", "Reason"), max_length=300)
