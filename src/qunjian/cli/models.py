"""Commands of the group `models`: model list, show, train, eval, compare, next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from qunjian.cli.console import LANGUAGE, CommunitiesOption, JsonOption, WorkspaceOption, emit, emit_lines, say, shown

if TYPE_CHECKING:
    from qunjian.models.evaluating import Evaluation, Share

_Files = Annotated[
    list[Path],
    typer.Argument(metavar="FILE…", help=say("带标签的表（CSV、TSV、XLSX）", "labelled tables (CSV, TSV, XLSX)")),
]
_Text = Annotated[str | None, typer.Option("--text", metavar="列", help=say("文本那一列的表头", "heading of the text"))]
_Label = Annotated[
    str | None,
    typer.Option("--label", metavar="列", help=say("标签那一列的表头（1/0、是/否）", "heading of the label")),
]
_Model = Annotated[
    str, typer.Argument(metavar="MODEL", help=say("自带模型的名字，或 .npz 文件", "a shipped model's name, or a .npz"))
]


def register(app: typer.Typer) -> None:
    """Add this group's commands to the command line."""
    group = typer.Typer(
        no_args_is_help=True,
        help=say(
            "文本模型：训练、检验、比较、挑下一批要标的消息。模型只提示，不定罪。",
            "Text models: train, measure, compare, propose what to label. A model hints; it convicts nobody.",
        ),
    )
    group.command("list", help=say("列出自带的模型", "List the models that come along"))(list_models)
    group.command("show", help=say("显示模型的说明卡", "Show a model's card"))(show)
    group.command(
        "train",
        help=say(
            "用带标签的文本训练模型；同样的输入得到同样的模型。\n\n"
            "例：qunjian model train 复核.xlsx -o models/广告.npz",
            "Train a model on labelled texts; the same input gives the same model.\n\n"
            "Example: qunjian model train reviewed.xlsx -o models/ads.npz",
        ),
    )(train)
    group.command(
        "eval",
        help=say(
            "在没见过的带标签文本上检验模型，给出区间。\n\n例：qunjian model eval offensive 新标注.csv",
            "Measure a model on labelled texts it has not seen, with intervals.\n\n"
            "Example: qunjian model eval offensive fresh.csv",
        ),
    )(evaluate)
    group.command(
        "compare",
        help=say(
            "在同一批文本上比较两个模型。\n\n例：qunjian model compare offensive models/自己.npz 新标注.csv",
            "Compare two models on the same texts.\n\n"
            "Example: qunjian model compare offensive models/ours.npz fresh.csv",
        ),
    )(compare)
    group.command(
        "next",
        help=say(
            "挑出最值得标注的消息（模型最拿不准的，加一部分随机的）。\n\n"
            "例：qunjian model next offensive --count 50 --json",
            "Propose the messages most worth labelling (the most doubtful, and some by chance).\n\n"
            "Example: qunjian model next offensive --count 50 --json",
        ),
    )(propose)
    app.add_typer(group, name="model")


def list_models(json: JsonOption = False) -> None:
    """List the shipped models."""
    from qunjian.models.card import read_card
    from qunjian.models.shelf import shipped

    cards = [read_card(name) for name in shipped()]
    if json:
        emit_lines({"id": card.id, "version": card.version, "label": card.label._asdict()} for card in cards)
        return
    if not cards:
        typer.echo(say("没有自带的模型", "no model comes along"))
    for card in cards:
        typer.echo(f"{card.id}  {card.version}  {card.label.said(LANGUAGE)}")


def show(model: _Model, json: JsonOption = False) -> None:
    """Show a model's card."""
    from qunjian.models.card import read_card

    card = read_card(model)
    if json:
        emit(card)
        return
    typer.echo(f"{shown(card.id)}  {card.version}\n{card.label.said(LANGUAGE)}\n{card.purpose.said(LANGUAGE)}")
    for data in card.data:
        typer.echo(f"  {shown(data.name)}  {data.texts:,}  {shown(data.licence)}  {shown(data.origin)}")
    for figures in card.figures:
        typer.echo(figures.on.said(LANGUAGE))
        _print(figures.result)
    typer.echo(card.limits.said(LANGUAGE))


def train(
    files: _Files,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE.npz", help=say("模型文件", "the model's file"))],
    text: _Text = None,
    label: _Label = None,
    json: JsonOption = False,
) -> None:
    """Train a model."""
    from qunjian.model.errors import BadInputError
    from qunjian.model.language import Phrase
    from qunjian.runs import models

    if out.suffix != ".npz":
        raise BadInputError(Phrase("模型文件要以 .npz 结尾", "a model's file ends in .npz"), where=str(out))
    examples = models.read_examples(files, text, label)
    card = models.train_model(examples, out.stem, out, origin=", ".join(path.name for path in files))
    if json:
        emit(card)
        return
    typer.echo(
        say(
            f"已训练：{shown(out)}（{len(examples.texts):,} 条，略过 {examples.left_out:,} 行）",
            f"trained: {shown(out)} ({len(examples.texts):,} texts, {examples.left_out:,} rows left out)",
        )
    )


def evaluate(
    model: _Model,
    files: _Files,
    text: _Text = None,
    label: _Label = None,
    threshold: Annotated[
        float, typer.Option(min=0, max=1, help=say("概率到多少就算", "the probability that counts"))
    ] = 0.5,
    json: JsonOption = False,
) -> None:
    """Measure a model."""
    from qunjian.runs import models

    examples = models.read_examples(files, text, label)
    result = models.evaluate_model(model, examples, threshold)
    if json:
        emit({**msgspec.to_builtins(result), "left_out": examples.left_out})
        return
    _print(result)


def compare(
    first: _Model, second: _Model, files: _Files, text: _Text = None, label: _Label = None, json: JsonOption = False
) -> None:
    """Compare two models."""
    from qunjian.runs import models

    result = models.compare_models(first, second, models.read_examples(files, text, label))
    if json:
        emit(result)
        return
    typer.echo(
        say(
            f"{result.n:,} 条：都对 {result.both:,}，只前者对 {result.only_first:,}，只后者对 {result.only_second:,}"
            f"（差异出于偶然的概率 {result.p_value:.3g}）",
            f"{result.n:,} texts: both right {result.both:,}, only the first {result.only_first:,}, only the second "
            f"{result.only_second:,} (p = {result.p_value:.3g})",
        )
    )


def propose(
    model: _Model,
    count: Annotated[int, typer.Option(min=1, max=10_000, help=say("要几条", "how many"))] = 50,
    community: CommunitiesOption = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Propose messages to label."""
    from qunjian.runs import models
    from qunjian.text.masking import mask_text
    from qunjian.workspace import Workspace

    found = models.next_to_label(Workspace.find(workspace), model, count, tuple(community or ()))
    if json:
        emit_lines(found)
        return
    for each in found:
        typer.echo(f"{each['probability']:.2f}  {shown(each['message_id'])}  {shown(mask_text(str(each['text'])))}")


def _print(result: Evaluation) -> None:
    lines = (
        (say("准确率", "accuracy"), result.accuracy),
        (say("查准率", "precision"), result.precision),
        (say("查全率", "recall"), result.recall),
        (say("误报率", "false alarms"), result.false_alarms),
    )
    for name, share in lines:
        typer.echo(f"  {name}  {_said(share)}")
    f1 = say("无", "none") if result.macro_f1 is None else f"{result.macro_f1:.3f}"
    typer.echo(f"  macro-F1  {f1}  n={result.n:,}")


def _said(share: Share) -> str:
    if share.value is None:
        return say("未知：没有样本", "unknown: no texts")
    return f"{share.value:.3f}（{share.low:.3f}–{share.high:.3f}，n={share.n:,}）"
