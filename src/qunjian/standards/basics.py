"""The shapes all written records share: strict models, texts in both languages, roles and kinds of message."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.model.problems import PhrasedError
from qunjian.text.patterns import confirmer

Role = Literal["owner", "admin", "staff", "member", "bot"]
MessageKind = Literal[
    "text", "image", "voice", "video", "file", "link", "sticker", "red_packet", "location", "card",
    "forward", "system", "recall", "other",
]  # fmt: skip


class Strict(BaseModel):
    """What all written records share: nothing unknown, nothing guessed, nothing changed after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class Said(Strict):
    """A text in both languages; with only one written, it serves for both."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _one_serves_both(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"zh": value, "en": value}
        if isinstance(value, dict) and len(value) == 1 and (only := value.get("zh") or value.get("en")):
            return {"zh": only, "en": only}
        return value

    @property
    def phrase(self) -> Phrase:
        """Return the text as the product's phrase."""
        return Phrase(self.zh, self.en)


def readable(pattern: str) -> None:
    """Raise an error for a rule file's writer where RE2 cannot take the pattern."""
    try:
        confirmer(pattern)
    except BadInputError as error:
        raise PhrasedError(error.sentence("zh"), error.sentence("en")) from error


def clean_domain(domain: str) -> None:
    """Raise an error for a rule file's writer where a text is no domain."""
    if "/" in domain or "." not in domain or domain != domain.strip().lower():
        raise PhrasedError(f"“{domain}”应写成域名，如 example.com", f"write '{domain}' like example.com")
