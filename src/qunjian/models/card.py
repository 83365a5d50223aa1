"""A model's card: what it is for, on what it was trained and under which licences, how it did, where it fails."""

from __future__ import annotations

from pathlib import Path

import msgspec

from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.models.evaluating import Evaluation
from qunjian.models.shelf import library, shipped


class Data(msgspec.Struct, frozen=True):
    """Texts a model learnt from."""

    name: str
    origin: str
    licence: str
    texts: int


class Figures(msgspec.Struct, frozen=True):
    """How a model did on texts it had not seen."""

    on: Phrase
    result: Evaluation


class Card(msgspec.Struct, frozen=True):
    """All that people should know before they trust a model."""

    id: str
    version: str
    label: Phrase
    purpose: Phrase
    data: tuple[Data, ...]
    recipe: dict[str, float | int | bool]
    figures: tuple[Figures, ...]
    limits: Phrase


def write_card(card: Card, model: Path) -> Path:
    """Write a card beside its model's file."""
    path = model.with_suffix(".json")
    path.write_bytes(msgspec.json.format(msgspec.json.encode(card), indent=1) + b"\n")
    return path


def read_card(name_or_path: str | Path) -> Card:
    """Return the card of a shipped model, or of a team's own beside its file; raises BadInputError."""
    if str(name_or_path) in shipped():
        data = (library() / f"{name_or_path}.json").read_bytes()
    else:
        path = Path(name_or_path).with_suffix(".json")
        if not path.is_file():
            raise BadInputError(Phrase("模型旁边没有说明卡", "there is no card beside the model"), where=str(path))
        data = path.read_bytes()
    try:
        return msgspec.json.decode(data, type=Card)
    except msgspec.MsgspecError as error:
        raise BadInputError(Phrase("说明卡读不懂", "the card cannot be read"), where=str(name_or_path)) from error
