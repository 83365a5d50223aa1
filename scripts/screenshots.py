"""Makes the pictures of the READMEs from a demo report: on a desktop light and dark, and on a phone."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

PROJECT = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--virtual-time-budget=8000",
)  # fmt: skip
# name: width, height, pixels per point, colour scheme
SHOTS = {
    "report-zh-light": (1280, 1600, 1, "light"),
    "report-zh-dark": (1280, 1600, 1, "dark"),
    "report-zh-phone": (390, 1200, 2, "light"),
}


def browser() -> str:
    named = os.environ.get("QUNJIAN_CHROMIUM")
    for candidate in (named, *BROWSERS):
        if candidate and (found := shutil.which(candidate)):
            return found
    sys.exit("no Chromium is installed (Debian: apt-get install chromium; or set QUNJIAN_CHROMIUM)")


def demo_report(folder: Path) -> Path:
    """Make a demo workspace and return its HTML report."""
    subprocess.run([sys.executable, "-m", "qunjian", "demo", str(folder)], check=True, stdout=subprocess.DEVNULL)
    pages = sorted((folder / "reports").rglob("*.html"))
    if not pages:
        sys.exit("the demo wrote no HTML report")
    return pages[0]


def framed(page: Path, width: int, height: int, folder: Path) -> Path:
    """Return a page that shows the report in a frame of that width: a headless window is never under 500 px wide."""
    frame = folder / f"frame-{width}.html"
    style = f"border:0;width:{width}px;height:{height}px"
    frame.write_text(
        f'<!doctype html><body style="margin:0"><iframe src="{page.as_uri()}" style="{style}"></iframe>',
        encoding="utf-8",
    )
    return frame


def shoot(chromium: str, page: Path, target: Path, width: int, height: int, scale: int, scheme: str) -> None:
    with tempfile.TemporaryDirectory() as home:
        shown = framed(page, width, height, Path(home)) if width < 500 else page
        picture = Path(home) / "shot.png"
        dark = ("--blink-settings=preferredColorScheme=0",) if scheme == "dark" else ()
        subprocess.run(
            [chromium, *QUIET, *dark, f"--user-data-dir={home}", f"--window-size={max(width, 500)},{height}",
             f"--force-device-scale-factor={scale}", f"--screenshot={picture}", shown.as_uri()],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        image = Image.open(picture).convert("RGB").crop((0, 0, width * scale, height * scale))
        image.quantize(192).save(target, optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", type=Path, help="an HTML report (default: make a demo and take its report)")
    parser.add_argument("--into", type=Path, default=PROJECT / "docs" / "images")
    wanted = parser.parse_args()
    wanted.into.mkdir(parents=True, exist_ok=True)
    chromium = browser()
    with tempfile.TemporaryDirectory() as folder:
        page = (wanted.page or demo_report(Path(folder) / "demo")).resolve()
        for name, shot in SHOTS.items():
            target = wanted.into / f"{name}.png"
            shoot(chromium, page, target, *shot)
            print(f"{target.name}: {target.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
