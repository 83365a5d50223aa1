"""The forms of imports."""

from __future__ import annotations

from typing import Any

from django import forms

from qunjian_console.bridge.communities import community_names
from qunjian_console.bridge.formats import format_titles
from qunjian_console.bridge.glances import Manner
from qunjian_console.bridge.zones import default_zone, zone_fault
from qunjian_console.frame.forms import FramedForm
from qunjian_console.language import say


class MannerForm(FramedForm):
    """How the files of an upload are to be read."""

    forced = forms.ChoiceField(label=say("格式", "Format"), required=False)
    community = forms.CharField(
        label=say("归入社群", "Community"), max_length=200, required=False,
        widget=forms.TextInput(attrs={"list": "communities", "autocomplete": "off"}),
        help_text=say("文件里没有写是哪个群时填", "for files that do not say which group they are of"),
    )  # fmt: skip
    zone = forms.CharField(
        label=say("时区", "Time zone"), max_length=64, required=False,
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}),
    )  # fmt: skip
    me = forms.CharField(
        label=say("导出人在群里叫什么", "Who made the export"), max_length=200, required=False,
        help_text=say("有的导出把导出人写成“我”", "some exports call whoever made them 'You'"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles = {name: title for name, title in format_titles().items() if name != "unknown"}
        forced = self.fields["forced"]
        assert isinstance(forced, forms.ChoiceField)  # noqa: S101 (tells the type checker)
        forced.choices = [("", say("自动识别", "Detect it")), *titles.items()]
        self.fields["zone"].help_text = say("空着：文件写明的，否则 {zone}", "empty: as written, else {zone}",
                                            zone=default_zone())  # fmt: skip

    def clean_community(self) -> str:
        """Return the id of a community on record that was named by its name."""
        written = str(self.cleaned_data["community"]).strip()
        return next((key for key, name in community_names().items() if written and name == written), written)

    def clean_zone(self) -> str:
        """Refuse a name that is no zone."""
        name = str(self.cleaned_data["zone"]).strip()
        fault = zone_fault(name) if name else None
        if fault is not None:
            raise forms.ValidationError(say(fault.zh, fault.en))
        return name

    def manner(self) -> Manner:
        """Return what was chosen."""
        given = self.cleaned_data
        return Manner(given["forced"], given["community"], given["zone"], given["me"].strip())


class UndoForm(FramedForm):
    """Why an import is taken back."""

    reason = forms.CharField(
        label=say("原因", "Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=say("写进审计记录，例如：时区选错了", "goes into the audit log, such as: the zone was wrong"),
    )  # fmt: skip


class MappingForm(FramedForm):
    """The text of a mapping file."""

    page = forms.CharField(
        label=say("映射文件（YAML）", "Mapping file (YAML)"), max_length=200_000, strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"}),
    )  # fmt: skip
