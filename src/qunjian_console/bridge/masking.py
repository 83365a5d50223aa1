"""Masks what identifies a person before a page shows it; whole only for whoever may see it so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.model.language import alone
from qunjian.text.masking import mask_account, mask_ids, mask_name, mask_text
from qunjian_console.language import current

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["in_language", "mask_account", "mask_name", "masked_text"]


def in_language(text: str) -> str:
    """Return the reader's half of a text the engine stores in both languages."""
    return alone(text, current())


def masked_text(text: str, contacts: Sequence[tuple[int, int]] = (), called: Iterable[str] = ()) -> str:
    """Return a text of the same length without addresses, long numbers, ids at `contacts` and names after an @."""
    masked = mask_text(text)
    for start, end in contacts:
        masked = masked[:start] + mask_ids(masked[start:end]) + masked[end:]
    for name in sorted(set(called), key=len, reverse=True):
        for sign in "@＠":
            if name and sign + name in masked:
                masked = masked.replace(sign + name, sign + mask_name(name))
    return masked
