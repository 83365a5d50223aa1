"""Forms as the frame draws them: Tabler's classes on every field, errors tied to their field."""

from __future__ import annotations

from typing import Any

from django import forms

_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "form-check-input"),
    (forms.CheckboxSelectMultiple, ""),
    (forms.Select, "form-select"),
    (forms.Widget, "form-control"),
)


class FramedForm(forms.Form):
    """A form whose fields look like the rest of the console; inherit it for every form."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            look = next(look for kind, look in _CLASSES if isinstance(field.widget, kind))
            if name in self.errors:
                look += " is-invalid"
                field.widget.attrs["aria-describedby"] = f"id_{name}_error"
            if look:
                field.widget.attrs["class"] = look.strip()
