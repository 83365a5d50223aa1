"""The formats that exist, which of them a document is, and tasks for a pool of parsers."""

from __future__ import annotations

import gc
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import re2

from qunjian.model.capabilities import Capabilities
from qunjian.model.errors import BadInputError, UnknownNameError
from qunjian.model.language import Phrase
from qunjian.sources.chatlab.reader import ChatLabReader
from qunjian.sources.chatlog.reader import ChatlogReader
from qunjian.sources.dingtalk.reader import DingtalkReader
from qunjian.sources.discord.reader import DiscordReader
from qunjian.sources.discord_csv.reader import DiscordCsvReader
from qunjian.sources.encodings import checked_encoding, utf8_head
from qunjian.sources.feishu.reader import FeishuReader
from qunjian.sources.index import IndexReader
from qunjian.sources.mapping.loading import load_mapping, shipped_mappings
from qunjian.sources.mapping.reader import MappingReader
from qunjian.sources.mattermost.reader import MattermostReader
from qunjian.sources.memotrace.reader import MemoTraceReader
from qunjian.sources.onebot.reader import OneBotReader
from qunjian.sources.qce_json.reader import QceJsonReader
from qunjian.sources.qce_sheet.reader import QceSheetReader
from qunjian.sources.qce_txt.reader import QceTextReader
from qunjian.sources.qq_txt.reader import QQTextReader
from qunjian.sources.reader import Options, Outcome, Reader, Task
from qunjian.sources.roster.reader import RosterReader
from qunjian.sources.slack.reader import SlackReader
from qunjian.sources.telegram.reader import TelegramReader
from qunjian.sources.wecom_archive.reader import WecomArchiveReader
from qunjian.sources.wecom_groups.reader import WecomGroupsReader
from qunjian.sources.weflow.reader import WeFlowReader
from qunjian.sources.wetrace.reader import WetraceReader
from qunjian.sources.whatsapp.reader import WhatsAppReader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from qunjian.sources.document import Document
    from qunjian.sources.mapping.schema import Companion, Mapping
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
    MattermostReader(),
    MappingReader(),
)
FORMATS: dict[str, Reader] = {reader.format_id: reader for reader in _READERS}
_INDEX = IndexReader()
_BY_ID: dict[str, Reader] = {**FORMATS, _INDEX.format_id: _INDEX}
SURE = 50
BUNDLE_BYTES = 2 * 2**20
BUNDLE_PIECES = 512
WORTH_NAMING = 64 * 1024

DetectedRole = Literal["messages", "index", "ignored"]


class Detection(msgspec.Struct, frozen=True):
    """What a document is: `role` is messages, index (it promises counts) or ignored (`doubts` say why).

    `format` is what people call it: a format id, or "mapping:<id>".
    """

    reader: Reader
    options: Options
    confidence: int
    format: str
    role: DetectedRole
    capabilities: Capabilities
    doubts: tuple[str, ...] = ()


def detect(
    document: Document, forced: str | None = None, mappings: Sequence[Mapping] = (), options: Options | None = None
) -> Detection:
    """Return what the document is; `forced` is a format id, a mapping id or a path to a mapping file.

    `mappings` are the workspace's own; they are tried before the shipped ones.
    """
    options = options or Options()
    if forced is not None:
        return _forced(forced, tuple(mappings), options, document)
    everything = (*mappings, *shipped_mappings())
    companion = _companion(document, everything)
    if companion is not None and companion.role == "index":
        return companion
    raw = document.head()
    if not raw.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        return _ignored(options, "空文件 / empty file")
    head = utf8_head(raw, checked_encoding(options.encoding))
    best = max(_READERS, key=lambda reader: reader.sniff(head, document.name))
    sure = best.sniff(head, document.name)
    if sure >= SURE:
        return Detection(best, options, sure, best.format_id, "messages", best.capabilities)
    if companion is not None:  # a mapping's word that a common name is of no use yields to a reader that knows it
        return companion
    fits = [mapping for mapping in everything if _matches(mapping, head, document.name)]
    if not fits:
        return _ignored(options, "认不出格式 / format not recognised")
    doubts = tuple(f"也像 {other.id} / also fits {other.id}" for other in fits[1:])
    return _by_mapping(fits[0], options, 80 if not doubts else 60, doubts)


def _forced(forced: str, mappings: Sequence[Mapping], options: Options, document: Document) -> Detection:
    if forced in FORMATS and forced != "mapping":
        reader = FORMATS[forced]
        return Detection(reader, options, 100, forced, "messages", reader.capabilities)
    if forced.lower().endswith((".yaml", ".yml")):
        found = _loaded(forced)
    else:
        by_id = {mapping.id: mapping for mapping in (*shipped_mappings(), *mappings)}
        name = forced.removeprefix("mapping:")
        if name not in by_id:
            raise UnknownNameError(Phrase("格式或映射", "format or mapping"), forced, [*FORMATS, *by_id])
        found = by_id[name]
    # A forced mapping still leaves its companions alone.
    return _companion(document, (found,)) or _by_mapping(found, options, 100, ())


@lru_cache(maxsize=16)
def _loaded(path: str) -> Mapping:
    return load_mapping(Path(path))


def _by_mapping(mapping: Mapping, options: Options, confidence: int, doubts: tuple[str, ...]) -> Detection:
    return Detection(
        FORMATS["mapping"], _with_mapping(options, mapping), confidence, f"mapping:{mapping.id}", "messages",
        mapping.answers, doubts,
    )  # fmt: skip


_SHARED: dict[tuple[Options, str], Options] = {}


def _with_mapping(options: Options, mapping: Mapping) -> Options:
    """Return options with the mapping; one object per pair, so that a task of many documents carries it once."""
    basis = options.zone_basis
    if mapping.time.zone and basis != "asked":
        options = msgspec.structs.replace(options, zone=mapping.time.zone, zone_basis="stated")
    key = (msgspec.structs.replace(options, mapping=None), mapping.key)
    if key not in _SHARED:
        _SHARED[key] = msgspec.structs.replace(options, mapping=mapping)
    return _SHARED[key]


def _ignored(options: Options, why: str) -> Detection:
    return Detection(_INDEX, options, 0, "unknown", "ignored", Capabilities(), (why,))


def _companion(document: Document, mappings: Sequence[Mapping]) -> Detection | None:
    for mapping in mappings:
        for one in mapping.detect.companions:
            if any(fnmatchcase(document.name, glob) for glob in one.names) and _besides(one, document):
                reader = _INDEX
                options = _with_mapping(Options(), mapping)
                return Detection(reader, options, 90, f"index:{mapping.id}", one.role, Capabilities())
    return None


def _besides(one: Companion, document: Document) -> bool:
    """Return whether an index really is one: a common name alone is not enough."""
    if one.role == "ignored":
        return True
    head = document.head()
    return f'"{one.promised}"'.encode() in head


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    return re2.compile(pattern)


def _matches(mapping: Mapping, head: bytes, name: str) -> bool:
    found = mapping.detect
    if not found.names and not found.content:
        return False
    if found.names and not any(fnmatchcase(name, glob) for glob in found.names):
        return False
    return all(_compiled(pattern).search(head) for pattern in found.content)


# -- tasks ----------------------------------------------------------------------------------------------------
def tasks(documents: Iterable[tuple[int, Document, Detection]], *, named: bool = False) -> Iterator[Task]:
    """Yield work for a pool, in document order: slices of big documents, bundles of small ones (one format each).

    `named`: where their bytes stand in a file, big slices name it instead of carrying them to the other process.
    """
    held: list[tuple[int, Slice]] = []
    size = 0
    key: tuple[str, Options] | None = None
    for index, document, detection in documents:
        if detection.role == "ignored":
            continue
        mine = (detection.reader.format_id, detection.options)
        for piece in detection.reader.slices(document, detection.options):
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
