"""The form of a search in messages."""

from __future__ import annotations

from typing import Any

from django import forms

from qunjian_console.bridge.naming import MESSAGE_KINDS
from qunjian_console.bridge.searches import KINDS
from qunjian_console.frame.forms import FramedForm
from qunjian_console.language import say


class Day(forms.DateInput):
    """A day, chosen in the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class SearchForm(FramedForm):
    """What is looked for; every field may stay empty."""

    words = forms.CharField(
        label=say("文字", "Words"), max_length=200, required=False, strip=True,
        widget=forms.TextInput(attrs={"data-search": "", "autocomplete": "off"}),
    )  # fmt: skip
    author = forms.CharField(
        label=say("发言人（名字或账号）", "Author (name or account)"), max_length=200, required=False
    )
    community = forms.ChoiceField(label=say("社群", "Community"), required=False)
    kind = forms.ChoiceField(
        label=say("类型", "Kind"), required=False,
        choices=[("", say("全部", "All")), *((kind, MESSAGE_KINDS[kind]) for kind in KINDS)],
    )  # fmt: skip
    first = forms.DateField(label=say("从", "From"), required=False, widget=Day())
    last = forms.DateField(label=say("到", "To"), required=False, widget=Day())

    def __init__(self, *args: Any, communities: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(code, name or code) for code, name in communities.items()]
        self.fields["community"].choices = [("", say("全部", "All")), *known]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        first, last = given.get("first"), given.get("last")
        if first and last and first > last:
            self.add_error("last", say("结束早于开始", "The end lies before the beginning"))
        return given

    @property
    def asked(self) -> bool:
        """Return whether anything is looked for."""
        return any(self.cleaned_data.values())
