"""Trains the shipped model of offensive language and writes its card; the same data gives the same file.

    python -m scripts.offensive_model --cold DIR --swsr DIR

Learns from COLD's training texts and SWSR's comments; measured on COLD's test texts, as they are and hidden by
homophones and emoji from tables the model does not use (tests/evasion/disguises.py, which needs xpinyin).
"""

from __future__ import annotations

import argparse
import csv
import random
from pathlib import Path

import msgspec
from tests.evasion.disguises import Disguise, built_in

from qunjian.model.language import Phrase
from qunjian.models.card import Card, Data, Figures, write_card
from qunjian.models.evaluating import evaluate
from qunjian.models.training import Recipe, train

LIBRARY = Path(__file__).parents[1] / "src" / "qunjian" / "models" / "library"
SHARES = {"homophone": 0.4, "emoji": 1.0}  # of the characters that can be hidden so
CALLED = {
    "": Phrase("COLD 测试集", "COLD's test texts"),
    "homophone": Phrase("同上，四成汉字换成同音字", "the same, four in ten characters as homophones"),
    "emoji": Phrase("同上，能换的都换成表情", "the same, every character that can be as an emoji"),
}


def labelled(path: Path, text: str, label: str) -> tuple[list[str], list[bool]]:
    """Return texts and labels of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row[text] for row in rows], [row[label] == "1" for row in rows]


def hidden(text: str, disguise: Disguise, share: float, chance: random.Random) -> str:
    """Return a text with a share of the characters that can be hidden so, hidden."""
    return "".join(
        chance.choice(forms) if (forms := disguise.forms(each)) and chance.random() < share else each for each in text
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cold", type=Path, required=True)
    parser.add_argument("--swsr", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=LIBRARY)
    given = parser.parse_args()
    texts, labels = labelled(given.cold / "train.csv", "TEXT", "label")
    more, more_labels = labelled(given.swsr / "SexComment_text_labels.csv", "comment_text", "label")
    recipe = Recipe()
    model = train("offensive", texts + more, labels + more_labels, recipe)
    given.out.mkdir(exist_ok=True)
    model.save(given.out / "offensive.npz")
    fresh, marks = labelled(given.cold / "test.csv", "TEXT", "label")
    disguises = built_in()
    figures = [Figures(CALLED[""], evaluate(model, fresh, marks))]
    for name, share in SHARES.items():
        chance = random.Random(7)
        cloaked = [hidden(text, disguises[name], share, chance) for text in fresh]
        figures.append(Figures(CALLED[name], evaluate(model, cloaked, marks)))
    card = Card(
        id="offensive",
        version=model.version,
        label=Phrase("冒犯性语言（针对人群的贬损、侮辱）", "offensive language (slurs and insults, mostly of groups)"),
        purpose=Phrase(
            "提示可能冒犯人的消息，供人复核；不单独作为违规依据",
            "hints at messages that may offend, for people to review; never by itself ground for a finding that counts",
        ),
        data=(
            Data("COLD", "thu-coai/COLDataset", "Apache-2.0", len(texts)),
            Data("SWSR", "aggiejiang/SWSR", "MIT", len(more)),
        ),
        recipe=msgspec.structs.asdict(recipe),
        figures=tuple(figures),
        limits=Phrase(
            "训练文本是微博、知乎上关于种族、地域、性别的评论；对群聊里的玩笑、引用、反讽会误判；"
            "概率按留出的训练同源文本校准，换一种文本就偏高或偏低",
            "learnt from comments on race, region and gender in public forums; jokes, quotations and irony of chats "
            "mislead it; its probabilities are calibrated on texts of the same origin and are off elsewhere",
        ),
    )
    write_card(card, given.out / "offensive.npz")
    for each in figures:
        result = each.result
        print(each.on.en, f"n={result.n} accuracy={result.accuracy.value:.4f} macro-F1={result.macro_f1:.4f}")


if __name__ == "__main__":
    main()
