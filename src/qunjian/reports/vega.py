"""The Vega-Lite bundle that charts need: made once by vl-convert, which takes seconds, then kept in the cache."""

from __future__ import annotations

import os
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path


def cache_folder() -> Path:
    """Return the folder for things that can be made again: QUNJIAN_CACHE, else the system's place for caches."""
    if named := os.environ.get("QUNJIAN_CACHE"):
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "qunjian" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "qunjian"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "qunjian"


def bundle() -> str:
    """Return the script that defines `vegaEmbed`, safe to stand inside a script element."""
    path = cache_folder() / f"vega-{version('vl-convert-python')}.js"
    try:
        kept = path.read_text(encoding="utf-8")
        if kept.endswith(_END):
            return kept
    except OSError:
        pass
    import vl_convert  # loading and starting its engine is the slow part this cache avoids

    made = vl_convert.javascript_bundle(_SNIPPET).replace("</script", "<\\/script").replace("<!--", "<\\!--") + _END
    _keep(path, made)
    return made


_SNIPPET = "window.vegaEmbed = vegaEmbed;"
_END = "\n// qunjian: whole\n"


def _keep(path: Path, text: str) -> None:
    """Write the cache atomically; a cache that cannot be written is only slower."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".draft")
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(name).replace(path)
    except OSError:
        return
