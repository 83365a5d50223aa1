"""Use cases of text models: train one on labelled texts, measure it, compare two, propose what to label next."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.models.card import Card, Data, write_card
from qunjian.models.evaluating import Comparison, Evaluation, compare, evaluate
from qunjian.models.proposing import propose
from qunjian.models.text_model import load_model
from qunjian.models.training import Recipe, train
from qunjian.sources.tables import rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from qunjian.models.text_model import TextModel
    from qunjian.workspace import Workspace

_YES = frozenset({"1", "true", "yes", "y", "是", "有", "违规"})
_NO = frozenset({"0", "false", "no", "n", "否", "无", "正常"})
_TEXT, _LABEL = ("text", "TEXT", "文本", "comment_text", "内容"), ("label", "标签", "标注", "结论")


class Examples(msgspec.Struct, frozen=True):
    """Labelled texts, and how many rows were left out because they had no text or no label that is understood."""

    texts: tuple[str, ...]
    labels: tuple[bool, ...]
    left_out: int


def read_examples(paths: Sequence[Path], text: str | None = None, label: str | None = None) -> Examples:
    """Read labelled texts from CSV, TSV or XLSX; `text`, `label`: the headings, if not the usual ones."""
    texts, labels, left_out = list[str](), list[bool](), 0
    for path in paths:
        if not path.is_file():
            raise BadInputError(Phrase("没有这个文件", "there is no such file"), where=str(path))
        text_heading = label_heading = None
        for row in rows(path):
            if text_heading is None or label_heading is None:
                text_heading = _heading(row, text, _TEXT, path)
                label_heading = _heading(row, label, _LABEL, path)
            said, mark = row.get(text_heading, "").strip(), row.get(label_heading, "").strip().lower()
            if not said or mark not in _YES | _NO:
                left_out += 1
                continue
            texts.append(said)
            labels.append(mark in _YES)
    if not texts:
        raise BadInputError(
            Phrase("没有一行既有文本又有标签", "no row has both a text and a label"),
            where="、".join(map(str, paths)),
            todo=Phrase("标签写 1/0、是/否", "write labels as 1/0 or yes/no"),
        )
    return Examples(tuple(texts), tuple(labels), left_out)


def train_model(examples: Examples, name: str, path: Path, recipe: Recipe | None = None, origin: str = "") -> Card:
    """Train a model, keep it in a file with its card beside it, and return the card."""
    recipe = recipe or Recipe()
    model = train(name, examples.texts, examples.labels, recipe)
    path.parent.mkdir(parents=True, exist_ok=True)
    model.save(path)
    card = Card(
        name, model.version, Phrase(name, name), Phrase("团队自己的模型", "a team's own model"),
        (Data(name, origin, "", len(examples.texts)),), msgspec.structs.asdict(recipe), (),
        Phrase("只在与训练文本相似的文本上可信", "to be trusted on texts like those it learnt from only"),
    )  # fmt: skip
    write_card(card, path)
    return card


def evaluate_model(model: str, examples: Examples, threshold: float = 0.5) -> Evaluation:
    """Measure a model on labelled texts it has not seen."""
    return evaluate(load_model(model), examples.texts, examples.labels, threshold)


def compare_models(first: str, second: str, examples: Examples) -> Comparison:
    """Compare two models on labelled texts neither has seen."""
    return compare(load_model(first), load_model(second), examples.texts, examples.labels)


def next_to_label(
    workspace: Workspace, model: str, count: int, communities: Sequence[str] = ()
) -> list[dict[str, object]]:
    """Return messages whose label would teach the model most, with what it thinks of each."""
    chosen = load_model(model)
    wanted = tuple(communities) or None
    columns = ("community_id", "message_id", "text")
    with closing(workspace.lake.session()) as session:
        table = workspace.lake.messages(session, wanted, None, None, columns).read_all()
    table = table.filter(table["text"].is_valid())
    texts = table["text"].to_pylist()
    places = propose(chosen, texts, count)
    return [_proposed(chosen, table.slice(place, 1).to_pylist()[0]) for place in places]


def _proposed(model: TextModel, row: dict[str, str]) -> dict[str, object]:
    return {**row, "probability": round(float(model.probabilities(pa.array([row["text"]]))[0]), 4)}


def _heading(row: dict[str, str], named: str | None, usual: Sequence[str], path: Path) -> str:
    for each in (named,) if named else usual:
        if each in row:
            return each
    raise BadInputError(
        Phrase(f"找不到列 {named or '/'.join(usual)}", f"there is no column {named or '/'.join(usual)}"),
        where=str(path),
        todo=Phrase(f"现有的列：{'、'.join(row)}", f"the columns there are: {', '.join(row)}"),
    )
