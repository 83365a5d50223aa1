"""Opens a workspace: the folder that holds the lake, the standards and the decisions."""

from __future__ import annotations

import datetime as dt
import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import msgspec

from qunjian.lake.beside import Beside
from qunjian.lake.founding import found_lake, require_lake, wall_clock
from qunjian.lake.lock import IMPATIENT
from qunjian.model.decisions import Decisions, Duty, Registered, Role
from qunjian.model.errors import BadInputError, UnknownNameError, WorkspaceError
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable

    from qunjian.lake.lake import Lake

MARKER = "qunjian.toml"
FORMAT = 1
_FOLDERS = ("standards", "mappings", "decisions", "reports", "cache")


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `qunjian.toml` states: the default zone, and why and how long this workspace may hold people's words."""

    format: int = FORMAT
    zone: str = "Asia/Shanghai"
    purpose: str = ""
    legal_basis: str = ""
    notice: str = ""
    retention_days: int = 0


_TEMPLATE = """\
# 群鉴工作区 · A Qunjian workspace
format = {format}
# 导出文件没有写明时区时采用的时区 · The zone of times that an export writes without one
zone = {zone}
# 处理目的、合法性基础、告知方式 · Purpose, legal basis, how people were told
purpose = {purpose}
legal_basis = {legal_basis}
notice = {notice}
# 保存天数（0 为不限） · Days of retention (0: no limit)
retention_days = {retention_days}
"""


class Workspace:
    """One team's folder: settings, lake, standards, mapping files, decisions, reports."""

    def __init__(self, root: Path, settings: Settings, clock: Callable[[], dt.datetime] = wall_clock) -> None:
        self.root = root
        self.settings = settings
        self.clock = clock
        self.patience = IMPATIENT  # how long acts wait for another writer; set it before the lake is first used
        require_lake(root / "lake")

    @cached_property
    def lake(self) -> Lake:
        """Return the lake; what reads and writes it is imported only now (a quarter of a second)."""
        from qunjian.lake.lake import Lake

        beside = Beside(self.root / "decisions", (self.cache,))
        return Lake.open(self.root / "lake", clock=self.clock, patience=self.patience, beside=beside)

    @property
    def standards(self) -> Path:
        """Return the folder of this workspace's own standards."""
        return self.root / "standards"

    @property
    def mappings(self) -> Path:
        """Return the folder of this workspace's own mapping files."""
        return self.root / "mappings"

    @property
    def reports(self) -> Path:
        """Return the folder reports are written to."""
        return self.root / "reports"

    @property
    def cache(self) -> Path:
        """Return the folder of what can be made again."""
        return self.root / "cache"

    @classmethod
    def create(
        cls, root: Path, settings: Settings | None = None, *, clock: Callable[[], dt.datetime] = wall_clock
    ) -> Workspace:
        """Make a workspace in a new or empty folder; raises when the folder holds something else."""
        settings = settings or Settings()
        check_zone(settings.zone)
        if (root / MARKER).exists():
            raise BadInputError(
                Phrase("这里已经是一个工作区", "this is a workspace already"),
                where=str(root),
                todo=Phrase("直接使用它，或换一个目录", "use it, or choose another folder"),
            )
        if root.is_file() or (root.is_dir() and any(root.iterdir())):
            raise BadInputError(
                Phrase("目录不是空的", "the folder is not empty"),
                where=str(root),
                todo=Phrase("换一个新目录", "choose a new folder"),
            )
        for name in _FOLDERS:
            (root / name).mkdir(parents=True, exist_ok=True)
        found_lake(root / "lake")
        _write(root, settings)
        return cls(root, settings, clock)

    def resettle(self, settings: Settings) -> None:
        """Write other settings, whole or not at all."""
        check_zone(settings.zone)
        _write(self.root, settings)
        self.settings = settings

    @classmethod
    def open(cls, root: Path, *, clock: Callable[[], dt.datetime] = wall_clock) -> Workspace:
        """Open the workspace in this very folder."""
        path = root / MARKER
        try:
            settings = msgspec.toml.decode(path.read_bytes(), type=Settings)
        except FileNotFoundError:
            raise WorkspaceError(
                Phrase("这里不是群鉴工作区", "this is not a Qunjian workspace"),
                where=str(root),
                todo=Phrase("用 qunjian init 建立一个", "make one with: qunjian init DIR"),
            ) from None
        except (OSError, msgspec.MsgspecError, ValueError) as error:
            raise WorkspaceError(
                Phrase(f"设置读不懂：{error}", f"cannot read the settings: {error}"), where=str(path)
            ) from error
        if settings.format > FORMAT:
            raise WorkspaceError(
                Phrase("这个工作区由更新的版本建立", "this workspace was made by a newer version"),
                where=str(root),
                todo=Phrase("升级 qunjian 后再打开", "upgrade qunjian and open it again"),
            )
        check_zone(settings.zone, where=str(path))
        return cls(root, settings, clock)

    @classmethod
    def find(cls, option: Path | None = None, *, clock: Callable[[], dt.datetime] = wall_clock) -> Workspace:
        """Open the workspace that is meant: the option, else QUNJIAN_WORKSPACE, else the nearest one above."""
        named = option or (Path(os.environ["QUNJIAN_WORKSPACE"]) if os.environ.get("QUNJIAN_WORKSPACE") else None)
        if named is not None:
            return cls.open(named, clock=clock)
        here = Path.cwd()
        for folder in (here, *here.parents):
            if (folder / MARKER).is_file():
                return cls.open(folder, clock=clock)
        raise WorkspaceError(
            Phrase("当前目录及其上级都不是工作区", "neither this folder nor any above it is a workspace"),
            todo=Phrase("用 -w 指定，或先运行 qunjian init", "name one with -w, or first run: qunjian init DIR"),
        )

    @classmethod
    def find_any(cls, option: Path | None = None) -> Workspace | None:
        """Do as `find` does; None where none is named and none is near."""
        try:
            return cls.find(option)
        except WorkspaceError:
            if option or os.environ.get("QUNJIAN_WORKSPACE"):
                raise
            return None

    def decisions(self) -> Decisions:
        """Return what people decided; communities may be written by name, accounts without their platform."""
        from qunjian.sources.decisions import read_decisions  # as late as the lake: `init` reads none

        found = read_decisions(self.root / "decisions")
        if not _unresolved(found):
            return found
        session = self.lake.session()
        try:
            rows = session.connection.execute("SELECT name, community_id FROM community ORDER BY 2 DESC").fetchall()
            known = {
                community
                for (community,) in session.connection.execute("SELECT DISTINCT community_id FROM message").fetchall()
            }
        finally:
            session.close()
        names = {name: community for name, community in rows if name} | {c.split(":", 1)[-1]: c for c in known}
        return _resolved(found, names)


def _write(root: Path, settings: Settings) -> None:
    values = {name: msgspec.json.encode(value).decode() for name, value in msgspec.structs.asdict(settings).items()}
    draft = root / f"{MARKER}.draft"
    draft.write_text(_TEMPLATE.format(**values), encoding="utf-8")
    draft.replace(root / MARKER)


def _unresolved(found: Decisions) -> bool:
    """Return whether any community or account is written as people say it, without its platform."""
    said: list[Duty | Registered | Role] = [*found.duties, *found.register, *found.roles]
    communities = [*(one.community_id for one in said), *(one.community_id or ":" for one in found.silences)]
    accounts = [account for duty in found.duties for account in duty.accounts]
    return any(":" not in name for name in (*communities, *accounts))


def _resolved(found: Decisions, names: dict[str, str]) -> Decisions:
    def community(written: str) -> str:
        return written if ":" in written else names.get(written, written)

    def duty(one: Duty) -> Duty:
        where = community(one.community_id)
        platform = where.split(":", 1)[0] if ":" in where else ""
        accounts = tuple(a if ":" in a or not platform else f"{platform}:{a}" for a in one.accounts)
        return msgspec.structs.replace(one, community_id=where, accounts=accounts)

    replace = msgspec.structs.replace
    return replace(
        found,
        duties=tuple(duty(one) for one in found.duties),
        register=tuple(
            replace(one, community_id=community(one.community_id), name=one.name or one.community_id)
            for one in found.register
        ),
        roles=tuple(replace(one, community_id=community(one.community_id)) for one in found.roles),
        silences=tuple(
            replace(one, community_id=community(one.community_id)) if one.community_id else one
            for one in found.silences
        ),
    )


def check_zone(name: str, *, where: str = "") -> ZoneInfo:
    """Return the time zone of that name; raises with the nearest names."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownNameError(Phrase("时区", "time zone"), name, available_timezones(), where=where) from None
