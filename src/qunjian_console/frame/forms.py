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
        for field in self.fields.values():
            look = next(look for kind, look in _CLASSES if isinstance(field.widget, kind))
            if look:
                field.widget.attrs["class"] = look

    def full_clean(self) -> None:
        """Check the fields, not before they are complete: a form may set choices after it was made."""
        super().full_clean()
        for name in self.errors:
            if name in self.fields:
                attributes = self.fields[name].widget.attrs
                attributes["class"] = f"{attributes.get('class', '')} is-invalid".strip()
                attributes["aria-describedby"] = f"id_{name}_error"
