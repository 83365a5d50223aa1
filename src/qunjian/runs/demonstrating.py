"""Makes a demo workspace: an invented world is generated, imported, inspected and reported."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from qunjian.lake.records import ImportCounts
from qunjian.model.errors import BadInputError
from qunjian.model.language import Language, Phrase
from qunjian.model.progress import silent
from qunjian.model.records import SEVERITY_TITLES
from qunjian.runs.demo.generating import generate
from qunjian.runs.demo.records import DEFAULT_SEED, WEEKS, Truths
from qunjian.runs.demo.season import week_name
from qunjian.runs.importing import Wish, import_files
from qunjian.runs.inspecting import Inspection, inspect
from qunjian.runs.reporting import write_report
from qunjian.workspace import MARKER, Settings, Workspace

if TYPE_CHECKING:
    from qunjian.model.progress import Progress

GENERATING = Phrase("生成演示数据", "generating the demo world")
LAST_WEEK = week_name(WEEKS)
_OWN = {
    "truths.json", MARKER, "exports", "rosters", "decisions", "mappings", "standards", "lake", "reports", "cache",
}  # fmt: skip
_SETTINGS = Settings(
    purpose="演示：全部人物、号码与对话都是编造的",
    legal_basis="不涉及真实个人信息",
    notice="演示数据，无需告知",
)


class Demonstration(msgspec.Struct, frozen=True):
    """What was made: the folder, the planted truths, and what each step of the pipeline counted."""

    root: Path
    truths: Truths
    imported: ImportCounts
    inspection: Inspection
    page: Path | None = None
    said: tuple[str, ...] = ()

    def summary(self) -> dict[str, object]:
        """Return what `demo --json` prints."""
        return {
            "folder": str(self.root),
            "seed": self.truths.seed,
            "effect": self.truths.effect,
            "messages": self.truths.messages,
            "import_id": self.imported.act_id,
            "kept": self.imported.total.kept,
            "rejected": self.imported.total.rejected,
            "run_id": self.inspection.run_id,
            "findings": self.inspection.findings,
            "period": LAST_WEEK,
            "report": str(self.page) if self.page is not None else None,
            "planted": [truth.kind for truth in self.truths.truths if truth.planted],
        }

    def sentences(self) -> list[Phrase]:
        """Return what happened, in words."""
        total, severity = self.imported.total, self.inspection.findings["severity"]
        first, last = self.truths.first_day, self.truths.after_day - dt.timedelta(days=1)
        refused = sum(total.rejected.values())
        found = [
            Phrase(f"演示工作区：{self.root}（种子 {self.truths.seed}，力度 {self.truths.effect:g}）",
                   f"Demo workspace: {self.root} (seed {self.truths.seed}, effect {self.truths.effect:g})"),
            Phrase(f"导入：{len(self.imported.communities)} 个社群，{first} 至 {last}，"
                   f"读 {total.read:,} 条，收 {total.kept:,} 条，拒收 {refused} 条",
                   f"Imported: {len(self.imported.communities)} communities, {first} to {last}, "
                   f"{total.read:,} records read, {total.kept:,} kept, {refused} rejected"),
            Phrase(f"质检（标准 {self.inspection.standard}）：发现 {sum(severity.values())} 处，其中（均待复核）"
                   + "、".join(f"{SEVERITY_TITLES[name].zh} {count}" for name, count in severity.items()),
                   f"Inspected (standard {self.inspection.standard}): {sum(severity.values())} findings to review: "
                   + ", ".join(f"{SEVERITY_TITLES[name].en} {count}" for name, count in severity.items())),
        ]  # fmt: skip
        found += [Phrase(f"  · {line}", f"  · {line}") for line in self.said]
        planted = sum(truth.planted for truth in self.truths.truths)
        where = self.root / "truths.json"
        found.append(
            Phrase(f"故意埋下的 {planted} 件事写在 {where}，可与报告对照",
                   f"The {planted} planted truths stand in {where}: compare them with the report")
        )  # fmt: skip
        if self.page is not None:
            found.append(Phrase(f"报告：{self.page}", f"Report: {self.page}"))
        return found


def demonstrate(
    root: Path,
    *,
    seed: int = DEFAULT_SEED,
    effect: float = 1.0,
    force: bool = False,
    language: Language = "zh",
    progress: Progress = silent,
) -> Demonstration:
    """Make a demo workspace in `root` with its weekly report; `force` replaces an earlier demo, and nothing else."""
    workspace, truths, imported = prepare(root, seed=seed, effect=effect, force=force, progress=progress)
    return _examined(workspace, truths, imported, language, progress)


def demonstrate_in(workspace: Workspace, language: Language = "zh", progress: Progress = silent) -> Demonstration:
    """Fill an empty workspace with the demo; called again after a kill it goes on to the same end."""
    if workspace.lake.acts("import") and not (workspace.root / "truths.json").exists():
        raise BadInputError(
            Phrase("工作区里已有数据，演示数据没有放进去", "the workspace holds data already; no demo data was added"),
            where=str(workspace.root),
            todo=Phrase("演示请另用一个新工作区", "use a new workspace for the demo"),
        )
    told = {name: getattr(_SETTINGS, name) for name in ("purpose", "legal_basis", "notice")}
    workspace.resettle(msgspec.structs.replace(workspace.settings, **told))
    truths, imported = _populate(workspace, DEFAULT_SEED, 1.0, progress)
    return _examined(workspace, truths, imported, language, progress)


def _examined(
    workspace: Workspace, truths: Truths, imported: ImportCounts, language: Language, progress: Progress
) -> Demonstration:
    inspection = inspect(workspace, progress=progress)
    written = write_report(
        workspace, period=LAST_WEEK, formats=("html", "xlsx", "json"), language=language, progress=progress
    )
    page, values = Path(written.files["html"]), Path(written.files["json"])
    return Demonstration(workspace.root, truths, imported, inspection, page, told(values))


def told(path: Path) -> tuple[str, ...]:
    """Return the sentences of a report's one-minute summary, from its JSON."""
    report = msgspec.json.decode(path.read_bytes(), type=_Told)
    first = report.parts[0] if report.parts else _Part()
    return tuple(filter(None, (first.lead, *(block.text for block in first.blocks))))


class _Block(msgspec.Struct, frozen=True):
    text: str = ""


class _Part(msgspec.Struct, frozen=True):
    lead: str = ""
    blocks: tuple[_Block, ...] = ()


class _Told(msgspec.Struct, frozen=True):
    parts: tuple[_Part, ...] = ()


def prepare(
    root: Path, *, seed: int, effect: float, force: bool = False, progress: Progress = silent
) -> tuple[Workspace, Truths, ImportCounts]:
    """Make the workspace, generate the world in it and import it."""
    if not 0.0 <= effect <= 1.0:
        raise BadInputError(
            Phrase(f"力度须在 0 到 1 之间，不是 {effect}", f"the effect must lie between 0 and 1, not {effect}")
        )
    clear(root, force=force)
    workspace = Workspace.create(root, _SETTINGS)
    return workspace, *_populate(workspace, seed, effect, progress)


def _populate(workspace: Workspace, seed: int, effect: float, progress: Progress) -> tuple[Truths, ImportCounts]:
    root = workspace.root
    progress(GENERATING, 0, 1)
    truths = generate(root, seed=seed, effect=effect)
    progress(GENERATING, 1, 1)
    return truths, import_files(workspace, Wish((root / "exports", root / "rosters")), progress)


def clear(root: Path, *, force: bool) -> None:
    """Make room for a demo: raise when the folder holds anything but an earlier demo that `force` may replace."""
    if not root.exists():
        return
    held = {path.name for path in root.iterdir()} if root.is_dir() else {root.name}
    if not held and root.is_dir():
        return
    demo = root.is_dir() and {"truths.json", MARKER} <= held
    strangers = sorted(held - _OWN)
    if not demo or strangers:
        named = f"（{'、'.join(strangers[:3])}）" if strangers else ""
        raise BadInputError(
            Phrase(
                f"目录里有不是演示生成的东西{named}，没有动它", "the folder holds things no demo made; left as it is"
            ),
            where=str(root),
            todo=Phrase("换一个新目录：qunjian demo 新目录", "choose a new folder: qunjian demo NEW"),
        )
    if not force:
        raise BadInputError(
            Phrase("这里已经有一个演示工作区，没有动它", "there is a demo workspace here already; left as it is"),
            where=str(root),
            todo=Phrase("加 --force 重做，或换一个目录", "add --force to make it anew, or choose another folder"),
        )
    for name in sorted(held):
        path = root / name
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
