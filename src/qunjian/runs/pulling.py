"""Pulls conversations from a source that speaks ChatLab's pull contract, and imports them as any other file.

The pages of one conversation become one document: messages without an id are told apart within a document. What was
fetched is remembered page by page, so that an interrupted pull goes on where it was; the next pull begins a minute
before the end of the last, and what comes twice is kept once. An import that was undone is pulled anew. All of it
stands in the cache: when that is emptied, by an erasure say, the next pull begins at the beginning.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from typing import TYPE_CHECKING, Literal

import msgspec

from qunjian.lake.lock import writing
from qunjian.model.errors import BadInputError, LimitError, QunjianError, UnknownNameError
from qunjian.model.language import Phrase
from qunjian.runs.importing import import_files
from qunjian.sources.chatlab.pulling import (
    Conversation,
    Request,
    Session,
    conversation_of,
    first_lines,
    following,
    lines_of,
    page_of,
    seconds,
    sessions_of,
)
from qunjian.sources.remote.addresses import checked_url
from qunjian.sources.remote.fetching import Fetcher, Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from qunjian.lake.records import ImportCounts
    from qunjian.runs.importing import Wish
    from qunjian.sources.chatlab.pulling import Page
    from qunjian.workspace import Workspace

OVERLAP = 60  # seconds: what arrived late, and what was sent in the very second the last pull ended
_PAGE = 5000  # messages asked for at once where a whole answer is too large
_MOST_PAGES = 100_000
_PATIENCE = 3  # conversations that fail one after the other: the source is gone, the others wait


class Source(msgspec.Struct, frozen=True):
    """Where to pull from: the address, the token, conversations by id or name (none: all groups), what to allow."""

    url: str
    token: str = ""
    sessions: tuple[str, ...] = ()
    private: bool = False
    plain: bool = False
    limits: Limits = Limits()


class Pulled(msgspec.Struct, frozen=True):
    """What became of one conversation: messages fetched, or why it was not fetched to its end."""

    id: str
    name: str
    state: Literal["pulled", "nothing_new", "failed"]
    messages: int = 0
    why: Phrase | None = None


class _Under(msgspec.Struct):
    """A pull of one conversation under way: what to ask next (None: it is whole), and how much of the file stands."""

    begun: int
    ask: Request | None
    size: int = 0
    messages: int = 0
    newest: int = 0
    mark: int = 0


class _Known(msgspec.Struct):
    """What is remembered of one conversation; `acts`: each import with where its pull began."""

    conversation: Conversation | None = None
    since: int = 0
    acts: list[tuple[str, int]] = []
    under: _Under | None = None


class _Memory(msgspec.Struct):
    """What is remembered of one source, by conversation."""

    sessions: dict[str, _Known] = {}


def pull(
    workspace: Workspace, wish: Wish, source: Source, tell: Callable[[Pulled], None]
) -> tuple[list[Pulled], ImportCounts | None]:
    """Fetch what is new of the conversations and import it; what could not be fetched to its end waits."""
    fetcher = Fetcher(checked_url(source.url), source.token, source.limits, private=source.private, plain=source.plain)
    mark = hashlib.sha256(source.url.strip().rstrip("/").encode()).hexdigest()[:12]
    folder = workspace.cache / "pulls" / mark
    folder.mkdir(parents=True, exist_ok=True)
    with writing(folder, "pull"):
        return _Pull(workspace, fetcher, folder, source.limits).run(wish, source.sessions, tell)


class _Pull:
    """One pull from one source."""

    def __init__(self, workspace: Workspace, fetcher: Fetcher, folder: Path, limits: Limits) -> None:
        self._workspace = workspace
        self._fetcher = fetcher
        self._path = folder / "memory.json"
        self._pages = folder / _plain(fetcher.host)
        self._limits = limits
        self._memory = self._remembered()
        self._taken = 0

    def run(
        self, wish: Wish, names: Sequence[str], tell: Callable[[Pulled], None]
    ) -> tuple[list[Pulled], ImportCounts | None]:
        """Fetch, import, remember."""
        self._pages.mkdir(parents=True, exist_ok=True)
        told: list[Pulled] = []
        whole: list[tuple[Session, Path]] = []
        failed = 0
        for session in _chosen(sessions_of(self._fetcher.get("/sessions"), self._fetcher.host), names):
            if failed == _PATIENCE:
                break
            one = self._session(session)
            failed = failed + 1 if one.state == "failed" else 0
            told.append(one)
            tell(one)
            if one.state == "pulled":
                whole.append((session, self._file(session)))
        if not whole:
            return told, None
        counts = import_files(self._workspace, msgspec.structs.replace(wish, paths=tuple(path for _, path in whole)))
        for session, path in whole:
            self._finish(session, counts.act_id)
            path.unlink(missing_ok=True)
        self._remember()
        if not any(self._pages.iterdir()):
            shutil.rmtree(self._pages, ignore_errors=True)
        return told, counts

    def _session(self, session: Session) -> Pulled:
        known = self._memory.sessions.setdefault(str(session.id), _Known())
        try:
            under = self._resumed(session, known)
            for _ in range(_MOST_PAGES):
                if under.ask is None:
                    break
                self._page(session, known, under)
        except QunjianError as error:
            why = Phrase(error.sentence("zh"), error.sentence("en"))
            return Pulled(str(session.id), session.name, "failed", why=why)
        if under.messages:
            return Pulled(str(session.id), session.name, "pulled", under.messages)
        known.since, known.under = self._next(under), None
        self._file(session).unlink(missing_ok=True)
        self._remember()
        return Pulled(str(session.id), session.name, "nothing_new")

    def _resumed(self, session: Session, known: _Known) -> _Under:
        """Return the pull that was interrupted, or a new one from a minute before the end of the last."""
        path = self._file(session)
        under = known.under
        if under is not None and (path.stat().st_size if path.exists() else 0) >= under.size:
            if path.exists():
                with path.open("r+b") as file:
                    file.truncate(under.size)  # a page half written
            return under
        path.unlink(missing_ok=True)
        since = max(known.since - OVERLAP, 0)
        known.under = _Under(since, Request(since))
        return known.under

    def _page(self, session: Session, known: _Known, under: _Under) -> None:
        """Fetch one page, add it to the document, and remember what comes next."""
        asked = under.ask
        assert asked is not None  # noqa: S101 (whoever calls has looked)
        try:
            body = self._fetcher.get(asked.path(str(session.id)))
        except LimitError:
            if asked.limit:
                raise
            under.ask = msgspec.structs.replace(asked, limit=_PAGE)
            return
        self._taken += len(body)
        if self._taken > self._limits.pull:
            raise LimitError(
                Phrase(
                    f"一次拉取超过 {self._limits.pull >> 30} GB", f"a pull of more than {self._limits.pull >> 30} GB"
                ),
                where=self._fetcher.host,
                todo=Phrase("再运行一次会接着拉", "run it again to go on"),
            )
        page = page_of(body, self._fetcher.host)
        if known.conversation is None or (asked.since == 0 and under.size == 0):
            known.conversation = conversation_of(page, session)
        self._write(session, known.conversation, under, page)
        under.messages += len(page.messages)
        under.newest = max(under.newest, page.newest)
        under.mark = under.mark or (seconds(page.sync.watermark) if page.sync else 0)
        under.ask = following(page, asked)
        self._remember()

    def _write(self, session: Session, conversation: Conversation, under: _Under, page: Page) -> None:
        head = b"" if under.size else first_lines(page, conversation)
        lines = head + lines_of(page)
        with self._file(session).open("ab") as file:
            file.write(lines)
        under.size += len(lines)

    def _finish(self, session: Session, act_id: str) -> None:
        known = self._memory.sessions[str(session.id)]
        if known.under is not None:
            known.since, known.acts = self._next(known.under), [*known.acts, (act_id, known.under.begun)]
            known.under = None

    def _next(self, under: _Under) -> int:
        """Return where the next pull begins, before its overlap; a time to come would hide what comes until then."""
        now = int(self._workspace.clock().timestamp())
        return max(min(under.mark or under.newest, now), under.begun)

    def _file(self, session: Session) -> Path:
        mark = hashlib.sha256(str(session.id).encode("utf-8", "surrogatepass")).hexdigest()[:8]
        return self._pages / f"{_plain(session.name)}-{mark}.jsonl"

    def _remembered(self) -> _Memory:
        """Return what is remembered; where an import was undone, its stretch is pulled again."""
        try:
            memory = msgspec.json.decode(self._path.read_bytes(), type=_Memory)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return _Memory()
        visible = set(self._workspace.lake.visible().of("import"))
        for known in memory.sessions.values():
            gone = [begun for act, begun in known.acts if act not in visible]
            if gone:
                known.since = min(gone) + (OVERLAP if min(gone) else 0)
                known.acts = [pair for pair in known.acts if pair[0] in visible]
                known.under = None
        return memory

    def _remember(self) -> None:
        draft = self._path.with_suffix(".draft")
        draft.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(msgspec.json.encode(self._memory))
        draft.replace(self._path)


def _chosen(found: Sequence[Session], names: Sequence[str]) -> list[Session]:
    """Return the conversations asked for by id or name; asked for none, the groups: private talks are no community."""
    found = list({str(one.id): one for one in found}.values())
    if not names:
        return [one for one in found if one.type != "private"]
    chosen: list[Session] = []
    for name in names:
        fits = [one for one in found if str(one.id) == name] or [one for one in found if one.name == name]
        if not fits:
            known = [str(one.id) for one in found] + [one.name for one in found]
            raise UnknownNameError(Phrase("可拉取的会话", "conversation to pull"), name, known)
        if len(fits) > 1:
            several = "、".join(str(one.id) for one in fits), ", ".join(str(one.id) for one in fits)
            raise BadInputError(
                Phrase(
                    f"有几个会话叫“{name}”：{several[0]}", f"several conversations are named '{name}': {several[1]}"
                ),
                todo=Phrase("写编号", "write the id"),
            )
        chosen += [one for one in fits if one not in chosen]
    return chosen


def _plain(name: str) -> str:
    """Return a name that any file system takes."""
    return re.sub(r"[^\w\-]+", "_", name).strip("_")[:40] or "chat"
