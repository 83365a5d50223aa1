"""What `import --from-url` prints: each conversation pulled, then the import as any other."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import typer

from qunjian.cli.console import LANGUAGE, emit, say, shown
from qunjian.model.records import UNREADABLE_FILE

if TYPE_CHECKING:
    from qunjian.runs.importing import Wish
    from qunjian.runs.pulling import Pulled
    from qunjian.workspace import Workspace


def pull_from(
    workspace: Workspace,
    wish: Wish,
    url: str,
    sessions: tuple[str, ...],
    *,
    token: tuple[str | None, str | None],
    private: bool,
    plain: bool,
    json: bool,
) -> None:
    """Pull what is new and import it; exits with 2 when a conversation could not be fetched to its end."""
    from qunjian.cli.importing import import_document, print_import
    from qunjian.runs.pulling import Source, pull
    from qunjian.sources.remote.fetching import token_of

    source = Source(url, token_of(os.environ, *token), sessions, private=private, plain=plain)
    told, counts = pull(workspace, wish, source, _silent if json else _tell)
    if json:
        conversations = [
            {"id": one.id, "name": one.name, "state": one.state, "messages": one.messages,
             "why": None if one.why is None else one.why.said(LANGUAGE)} for one in told
        ]  # fmt: skip
        emit({"conversations": conversations, "import": import_document(counts) if counts else None})
    elif counts is not None:
        print_import(counts, workspace.settings.zone)
    elif not told:
        typer.echo(say("对方没有可拉取的群", "the source has no group to pull"))
    refused = counts is not None and (UNREADABLE_FILE in counts.total.rejected or counts.total.fruitless)
    if refused or any(one.state == "failed" for one in told):
        raise typer.Exit(2)


def _silent(_: Pulled) -> None:
    """Say nothing: the document at the end says it all."""


def _tell(one: Pulled) -> None:
    name = shown(one.name or one.id)
    if one.why is not None:
        why = shown(one.why.said(LANGUAGE))
        typer.echo(say(f"{name}：没有拉完：{why}", f"{name}: not fetched to its end: {why}"), err=True)
    elif one.state == "nothing_new":
        typer.echo(say(f"{name}：没有新消息", f"{name}: nothing new"))
    else:
        typer.echo(say(f"{name}：取得 {one.messages:,} 条", f"{name}: {one.messages:,} messages"))
