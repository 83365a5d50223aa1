"""The formats that exist, which of them a document is, and tasks for a pool of parsers."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

from qunjian.model.capabilities import Capabilities
from qunjian.model.errors import BadInputError, QunjianError, UnknownNameError
from qunjian.model.language import Phrase
from qunjian.sources.chatlab.reader import ChatLabReader
from qunjian.sources.chatlog.reader import ChatlogReader
from qunjian.sources.detecting import Detection, Known
from qunjian.sources.dingtalk.reader import DingtalkReader
from qunjian.sources.discord.reader import DiscordReader
from qunjian.sources.discord_csv.reader import DiscordCsvReader
from qunjian.sources.discourse.reader import DiscourseReader
from qunjian.sources.feishu.reader import FeishuReader
from qunjian.sources.index import IndexReader
from qunjian.sources.irc.reader import IrcReader
from qunjian.sources.line.reader import LineReader
from qunjian.sources.mapping.loading import load_mapping, shipped_mappings
from qunjian.sources.mapping.reader import MappingReader
from qunjian.sources.matrix.reader import MatrixReader
from qunjian.sources.mattermost.reader import MattermostReader
from qunjian.sources.memotrace.reader import MemoTraceReader
from qunjian.sources.onebot.reader import OneBotReader
from qunjian.sources.pieces import together
from qunjian.sources.qce_json.reader import QceJsonReader
from qunjian.sources.qce_sheet.reader import QceSheetReader
from qunjian.sources.qce_txt.reader import QceTextReader
from qunjian.sources.qq_txt.reader import QQTextReader
from qunjian.sources.qunjian.reader import QunjianReader
from qunjian.sources.reader import Failure, Options, Outcome, Part, Reader, Task
from qunjian.sources.roster.reader import RosterReader
from qunjian.sources.slack.reader import SlackReader
from qunjian.sources.survey.reader import SurveyReader
from qunjian.sources.telegram.reader import TelegramReader
from qunjian.sources.wechat_copied.reader import WechatCopiedReader
from qunjian.sources.wecom_archive.reader import WecomArchiveReader
from qunjian.sources.wecom_groups.reader import WecomGroupsReader
from qunjian.sources.weflow.reader import WeFlowReader
from qunjian.sources.wetrace.reader import WetraceReader
from qunjian.sources.whatsapp.reader import WhatsAppReader
from qunjian.sources.zulip.reader import ZulipReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from qunjian.sources.document import Document
    from qunjian.sources.mapping.schema import Mapping
    from qunjian.sources.reader import Slice

_READERS: tuple[Reader, ...] = (
    ChatLabReader(),
    TelegramReader(),
    WetraceReader(),
    MemoTraceReader(),
    WeFlowReader(),
    ChatlogReader(),
    RosterReader(),
    WecomArchiveReader(),
    QQTextReader(),
    SlackReader(),
    WecomGroupsReader(),
    QceJsonReader(),
    DiscordReader(),
    DiscordCsvReader(),
    FeishuReader(),
    QceTextReader(),
    QceSheetReader(),
    DingtalkReader(),
    OneBotReader(),
    WhatsAppReader(),
    IrcReader(),
    LineReader(),
    WechatCopiedReader(),
    SurveyReader(),
    MattermostReader(),
    MatrixReader(),
    ZulipReader(),
    DiscourseReader(),
    QunjianReader(),
    MappingReader(),
)
FORMATS: dict[str, Reader] = {reader.format_id: reader for reader in _READERS}
_INDEX = IndexReader()
_BY_ID: dict[str, Reader] = {**FORMATS, _INDEX.format_id: _INDEX}
BUNDLE_BYTES = 2 * 2**20
BUNDLE_PIECES = 512
WORTH_NAMING = 64 * 1024
__all__ = [
    "FORMATS", "Detection", "Detector", "attempt_task", "detect", "ignored", "require_readable", "run_task", "tasks",
]  # fmt: skip


class Detector:
    """Knows the documents of one import; `forced` is a format id, a mapping id or a path to a mapping file.

    `mappings` are the workspace's own; they are tried before the shipped ones.
    """

    def __init__(
        self, forced: str | None = None, mappings: Sequence[Mapping] = (), options: Options | None = None
    ) -> None:
        options = options or Options()
        only = None if forced is None else _named(forced, mappings)
        self._every = Known(
            _READERS, _INDEX, FORMATS["mapping"], options,
            own=mappings if only is None else (only,) if not isinstance(only, str) else (),
            shipped=shipped_mappings if only is None else tuple,
        )  # fmt: skip
        self._only = only
        self._options = options

    def detect(self, document: Document) -> Detection:
        """Return what the document is."""
        if self._only is None:
            return self._every.detect(document)
        if isinstance(self._only, str):
            reader = FORMATS[self._only]
            return Detection(reader, self._options, 100, self._only, "messages", reader.capabilities)
        # A forced mapping still leaves its companions alone.
        return self._every.companion(document) or self._every.as_mapped(self._only, 100)


def detect(
    document: Document, forced: str | None = None, mappings: Sequence[Mapping] = (), options: Options | None = None
) -> Detection:
    """Return what one document is, looked at by itself."""
    return Detector(forced, mappings, options).detect(document)


def ignored(options: Options, why: str) -> Detection:
    """Return that a document is left out, and why."""
    return Detection(_INDEX, options, 0, "unknown", "ignored", Capabilities(), (why,))


def _named(forced: str, mappings: Sequence[Mapping]) -> Mapping | str:
    """Return the format or the mapping of that name."""
    if forced in FORMATS and forced != "mapping":
        return forced
    if forced.lower().endswith((".yaml", ".yml")):
        return load_mapping(Path(forced))
    by_id = {mapping.id: mapping for mapping in (*shipped_mappings(), *mappings)}
    name = forced.removeprefix("mapping:")
    if name not in by_id:
        raise UnknownNameError(Phrase("格式或映射", "format or mapping"), forced, [*FORMATS, *by_id])
    return by_id[name]


# -- tasks ----------------------------------------------------------------------------------------------------
def tasks(
    documents: Iterable[tuple[int, Document, Detection]],
    *,
    named: bool = False,
    failed: Callable[[int, QunjianError], None] | None = None,
) -> Iterator[Task]:
    """Yield work for a pool, in document order: slices of big documents, bundles of small ones (one format each).

    `named`: where their bytes stand in a file, big slices name it instead of carrying them to the other process.
    `failed` is told of a document that cannot be read on, and the others follow; without it the error is raised.
    """
    held: list[tuple[int, Slice]] = []
    size = 0
    key: tuple[str, Options] | None = None
    for index, document, detection in documents:
        if detection.role == "ignored":
            continue
        mine = (detection.reader.format_id, detection.options)
        for piece in _sliced(index, document, detection, failed):
            full = size + len(piece.data) > BUNDLE_BYTES or len(held) >= BUNDLE_PIECES
            if held and key is not None and (full or key[0] != mine[0] or key[1] is not mine[1]):
                yield Task(key[0], key[1], tuple(held))
                held, size = [], 0
            key = mine
            size += len(piece.data)
            if named and piece.begin is not None and document.path and len(piece.data) > WORTH_NAMING:
                piece = piece.named(document.path)
            held.append((index, piece))
    if held and key is not None:
        yield Task(key[0], key[1], tuple(held))


def _sliced(
    index: int, document: Document, detection: Detection, failed: Callable[[int, QunjianError], None] | None
) -> Iterator[Slice]:
    try:
        yield from detection.reader.slices(document, detection.options)
    except QunjianError as error:
        if failed is None:
            raise
        failed(index, error)


def attempt_task(task: Task) -> Outcome:
    """Do as `run_task` does, but let a document that cannot be parsed fail alone."""
    try:
        return run_task(task)
    except QunjianError as error:
        if len(task.pieces) == 1:
            error.where = error.where or task.pieces[0][1].name
            return Outcome(None, None, {}, (Part(task.pieces[0][0], 0, 0, 0, failure=Failure.of(error)),))
    return together([attempt_task(Task(task.format_id, task.options, (piece,))) for piece in task.pieces])


def run_task(task: Task) -> Outcome:
    """Return what the task's slices held; picklable and pure: `pool.imap(run_task, tasks(...))`.

    A slice makes a million small objects without a cycle among them: looking for cycles costs a third of the time.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _BY_ID[task.format_id].parse_many([(n, piece.loaded()) for n, piece in task.pieces], task.options)
    finally:
        if collecting:
            gc.enable()


def require_readable(detections: Iterable[tuple[Document, Detection]]) -> None:
    """Raise when not one of the documents can be read, naming the first."""
    pairs = list(detections)
    if pairs and all(detection.role == "ignored" for _, detection in pairs):
        raise BadInputError(
            Phrase("认不出任何一个文件的格式", "the format of none of the files is known"),
            where=pairs[0][0].name,
            todo=Phrase(
                "用 --as 指定格式，或写一个映射文件（见“十分钟接入任意记录”）；qunjian formats 列出已有格式",
                "name the format with --as, or write a mapping file (see 'any log in ten minutes'); "
                "'qunjian formats' lists what there is",
            ),
        )
