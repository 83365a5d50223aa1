"""The purpose that is asked before a list of individuals is shown."""

from django import forms

from qunjian_console.frame.forms import FramedForm
from qunjian_console.language import say


class PurposeForm(FramedForm):
    """Why somebody needs to see who never speaks."""

    purpose = forms.CharField(
        label=say("用途", "Purpose"), min_length=4, max_length=200,
        help_text=say("写入审计记录，例如：核对名单后欢迎新成员。", "Kept in the audit log, as: welcome newcomers."),
    )  # fmt: skip
