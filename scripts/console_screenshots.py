"""Makes the READMEs' pictures of the console: a demo workspace is served, a QA lead signs in, pages are pictured.

    python scripts/console_screenshots.py [--into FOLDER] [--all]

With `--all` every page that the side bar leads to is pictured, in both languages, light and dark, wide and narrow.
"""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright
from screenshots import PROJECT, browser

PORT = 8769
# name: role, address or the text of the link to follow from there, width, height, language, theme
SHOTS = {
    "console-today-zh": ("lead", ("/",), 1280, 900, "zh", "light"),
    "console-community-zh": ("lead", ("/communities/", "暖芽宝妈互助群"), 1280, 1000, "zh", "light"),
    "console-findings-zh": ("lead", ("/inspections/findings/",), 1280, 900, "zh", "light"),
    "console-community-phone": ("lead", ("/communities/", "暖芽宝妈互助群"), 390, 844, "zh", "dark"),
}


def people(workspace: Path, password: str) -> None:
    """Make an owner and a QA lead who see everything."""
    from qunjian.workspace import Workspace
    from qunjian_console.config.environment import load, prepare
    from qunjian_console.serving.parts import prepare_parts

    os.environ["QUNJIAN_PARTS"] = str(prepare_parts())
    prepare(workspace, Workspace.open(workspace).settings.zone)
    load()
    from django.core.management import call_command

    from qunjian_console.accounts.models import User

    call_command("migrate", verbosity=0, interactive=False)
    for role, name in (("owner", "林所有"), ("lead", "周主管")):
        user = User(username=role, name=name, role=role, everywhere=True)
        user.set_password(password)
        user.save()


def signed_in(engine: Any, role: str, password: str, look: tuple[int, int, str, str]) -> Any:
    """Return a page of somebody who signed in, in their language and theme."""
    width, height, language, theme = look
    window = {"width": width, "height": height}
    context = engine.new_context(viewport=window, color_scheme=theme, device_scale_factor=2 if width < 500 else 1)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{PORT}/sign-in/")
    page.fill("[name=username]", role)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"http://127.0.0.1:{PORT}/")
    for switch, value in (("language", language), ("theme", theme)):
        page.evaluate(
            """async ([address, name, value]) => {
              const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
              const body = new URLSearchParams({ csrfmiddlewaretoken: token, [name]: value });
              await fetch(address, { method: "POST", body });
            }""",
            [f"/{switch}/", switch, value],
        )
    return page


def pictured(page: Any, steps: tuple[str, ...], target: Path, *, whole: bool = False) -> None:
    """Open an address, follow the links named, wait for what is drawn, and keep the picture."""
    page.goto(f"http://127.0.0.1:{PORT}{steps[0]}")
    for text in steps[1:]:
        page.click(f"main a:has-text('{text}')")
    page.wait_for_selector("[data-live]", state="detached", timeout=60_000)
    page.wait_for_timeout(800)
    page.screenshot(path=str(target), full_page=whole)
    print(target.name)


def walk(engine: Any, password: str, into: Path) -> None:
    """Picture every page of the side bar in every look."""
    for language in ("zh", "en"):
        for theme in ("light", "dark"):
            for width in (1280, 390):
                page = signed_in(engine, "owner", password, (width, 900, language, theme))
                links = page.eval_on_selector_all("#side a.nav-link", "all => all.map(one => one.getAttribute('href'))")
                for link in dict.fromkeys(each for each in links if each):
                    name = link.strip("/").replace("/", "-") or "today"
                    pictured(page, (link,), into / f"{name}-{language}-{theme}-{width}.png", whole=True)
                page.context.close()


def main() -> None:
    """Serve a demo workspace and take the pictures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--into", type=Path, default=PROJECT / "docs" / "images")
    parser.add_argument("--all", action="store_true")
    asked = parser.parse_args()
    asked.into.mkdir(parents=True, exist_ok=True)
    password = secrets.token_urlsafe(16)
    with tempfile.TemporaryDirectory() as home:
        workspace = Path(home) / "demo"
        qunjian = [sys.executable, "-m", "qunjian"]
        subprocess.run([*qunjian, "demo", str(workspace)], check=True, stdout=subprocess.DEVNULL)
        people(workspace, password)
        server = subprocess.Popen(
            [*qunjian, "serve", "-w", str(workspace), "--port", str(PORT), "--no-browser"], stdout=subprocess.DEVNULL
        )
        try:
            _await()
            with sync_playwright() as playwright:
                engine = playwright.chromium.launch(executable_path=browser(), args=["--no-sandbox", "--disable-gpu"])
                if asked.all:
                    walk(engine, password, asked.into)
                else:
                    for name, (role, steps, *look) in SHOTS.items():
                        page = signed_in(engine, role, password, tuple(look))  # type: ignore[arg-type]
                        pictured(page, steps, asked.into / f"{name}.png")
                        page.context.close()
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)


def _await() -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/health/", timeout=2).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit("the console did not answer")


if __name__ == "__main__":
    main()
