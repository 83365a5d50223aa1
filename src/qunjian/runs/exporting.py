"""Use case: write what a workspace shows into files that carry it elsewhere, or back."""

from __future__ import annotations

import re
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import msgspec
import pyarrow as pa

from qunjian.engines.arrow import spare_pandas
from qunjian.model.errors import BadInputError, UnknownNameError
from qunjian.model.language import Phrase
from qunjian.model.progress import silent
from qunjian.runs import export_chatlab
from qunjian.runs.browsing import log_access
from qunjian.runs.export_forms import Form, Lines, Sheet, Stored
from qunjian.runs.export_masking import Masking
from qunjian.runs.export_rows import ORDER, batches, count, head, reach
from qunjian.sources.qunjian.layout import EXPORT

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator

    from qunjian.engines.local import Session
    from qunjian.model.progress import Progress
    from qunjian.runs.export_rows import Reach
    from qunjian.workspace import Workspace

_FORMS: dict[str, Callable[[Session, BinaryIO], Form]] = {"jsonl": Lines, "csv": Sheet, "parquet": Stored}
FORMATS = ("chatlab", *_FORMS)
_STEP = Phrase("导出（行）", "exporting (rows)")
_UNSAFE = re.compile(r"[^\w.@-]+")
_LONGEST_NAME = 80
_ENDINGS = tuple(f".{form}" for form in _FORMS)
# What no export of messages holds: it is said once, so that nobody takes a file for the whole workspace.
STAYS = Phrase(
    "导出只含聊天事实；质检结果、导入报告、标准和人的决定留在工作区",
    "an export holds the facts of the chats; findings, import reports, standards and decisions stay in the workspace",
)


class Wish(msgspec.Struct, frozen=True):
    """What to export: `first` and `last` are local days of each community's own zone, both included."""

    form: str
    path: Path | None = None
    communities: tuple[str, ...] = ()
    first: dt.date | None = None
    last: dt.date | None = None
    mask: bool = False
    force: bool = False


class Exported(msgspec.Struct, frozen=True):
    """What was written: files, rows by record, and how many values of which field the format could not carry.

    `left`: halves of files that exports which were cut off left in the same folders; no reader takes them for whole.
    """

    format: str
    files: list[str]
    masked: bool
    communities: int
    rows: dict[str, int]
    lost: dict[str, int]
    left: list[str]


def export(workspace: Workspace, wish: Wish, progress: Progress = silent) -> Exported:
    """Write the files; each is whole or not there."""
    if wish.form not in FORMATS:
        raise UnknownNameError(Phrase("导出格式", "export format"), wish.form, FORMATS)
    spare_pandas()
    session = workspace.lake.session()
    with closing(session):
        meant = reach(workspace, session, wish.communities, wish.first, wish.last)
        if not meant.communities:
            raise BadInputError(
                Phrase("工作区里还没有可导出的内容", "there is nothing to export in this workspace yet"),
                todo=Phrase("先用 qunjian import 导入", "first import something: qunjian import"),
            )
        run = _Run(workspace, session, wish, meant, progress)
        done = run.chatlab() if wish.form == "chatlab" else run.whole()
    log_access(workspace, f"export {wish.form}: {', '.join(wish.communities) or 'all'}", "masked" if wish.mask else "")
    return done


class _Run:
    """One export under way."""

    def __init__(self, workspace: Workspace, session: Session, wish: Wish, meant: Reach, progress: Progress) -> None:
        self._session, self._wish, self._meant, self._progress = session, wish, meant, progress
        self._mask = Masking((workspace.lake.root / "erasure.key").read_bytes()) if wish.mask else None
        self._rows: dict[str, int] = {}
        self._done = 0
        self._total = sum(count(session, record) for record in ORDER)

    def whole(self) -> Exported:
        """Write everything into one file of our own format."""
        path = self._wish.path or Path(f"qunjian-export.{self._wish.form}")
        if path.is_dir():
            path = path / f"qunjian-export.{self._wish.form}"
        with fresh(path, force=self._wish.force) as out:
            form = _FORMS[self._wish.form](self._session, out)
            form.write(EXPORT, head(self._meant))
            for record in ORDER:
                for batch in batches(self._session, record):
                    self._write(form, record, batch)
            form.close()
        return self._said([path], {})

    def chatlab(self) -> Exported:
        """Write a file for each community: the format holds one chat."""
        communities = self._meant.communities
        named = self._wish.path
        if named is not None and len(communities) == 1 and not named.is_dir():
            paths = [named]
        else:
            folder = named or Path()
            if folder.is_file():
                raise BadInputError(
                    Phrase(
                        f"ChatLab 每个文件只装一个群，这里有 {len(communities)} 个",
                        f"a ChatLab file holds one chat, and these are {len(communities)}",
                    ),
                    where=str(folder),
                    todo=Phrase("-o 请给一个目录，或用 --community 只导一个群", "give a folder, or one --community"),
                )
            folder.mkdir(parents=True, exist_ok=True)
            paths = _names(folder, communities)
        for path in paths:
            _refuse(path, force=self._wish.force)
        lost: dict[str, int] = {}
        for community, path in zip(communities, paths, strict=True):
            first, platform = export_chatlab.header(self._session, community, self._meant.observed_at)
            with fresh(path, force=self._wish.force) as out:
                out.write(first)
                form = export_chatlab.ChatLab(self._session, out, platform)
                for record, batch in export_chatlab.rows(self._session, community):
                    self._write(form, record, batch)
                form.close()
            for name, number in export_chatlab.lost(self._session, community).items():
                lost[name] = lost.get(name, 0) + number
        return self._said(paths, lost)

    def _write(self, form: Form, record: str, batch: pa.RecordBatch) -> None:
        form.write(record, self._mask(record, batch) if self._mask else batch)
        self._rows[record] = self._rows.get(record, 0) + batch.num_rows
        self._done += batch.num_rows
        self._progress(_STEP, self._done, self._total)

    def _said(self, paths: list[Path], lost: dict[str, int]) -> Exported:
        return Exported(
            self._wish.form, [str(path) for path in paths], self._wish.mask, len(self._meant.communities),
            self._rows, dict(sorted(lost.items())), _left_in({path.parent for path in paths}),
        )  # fmt: skip


def _names(folder: Path, communities: tuple[str, ...]) -> list[Path]:
    """Return a file name for each community, no two alike even where case does not count."""
    taken: set[str] = set()
    paths = []
    for community in communities:
        stem = _UNSAFE.sub("_", community).strip("._")[:_LONGEST_NAME] or "chat"
        name, number = stem, 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem}-{number}"
        taken.add(name.casefold())
        paths.append(folder / f"{name}.chatlab.jsonl")
    return paths


def _left_in(folders: Iterable[Path]) -> list[str]:
    """Return the drafts in these folders; one of a file that was just written is gone with it."""
    drafts = (one for folder in folders for one in folder.glob(".*.part") if one.stem.endswith(_ENDINGS))
    return sorted(str(draft) for draft in drafts)


def _refuse(path: Path, *, force: bool) -> None:
    if path.exists() and not force:
        raise BadInputError(
            Phrase("文件已经存在", "the file exists already"),
            where=str(path),
            todo=Phrase("换一个名字，或加 --force 覆盖", "choose another name, or overwrite it with --force"),
        )


@contextmanager
def fresh(path: Path, *, force: bool) -> Iterator[BinaryIO]:
    """Open a draft beside the path for writing; it takes the path's place when all of it is on the disk."""
    _refuse(path, force=force)
    draft = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as out:
            yield cast("BinaryIO", out)
        draft.replace(path)
    except OSError as error:
        raise BadInputError(
            Phrase(f"写不了这个文件（{error.strerror}）", f"cannot write the file ({error.strerror})"),
            where=str(path),
            todo=Phrase("检查磁盘空间和权限，或换个位置", "check space and permissions, or choose another place"),
        ) from error
    finally:
        draft.unlink(missing_ok=True)
