"""A real Chromium before a real server with a demo workspace; every request, error and refusal of the page is noted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer
from tests.console.conftest import World

from qunjian.model.errors import BadInputError
from qunjian.runs.demonstrating import demonstrate
from qunjian_console.serving.parts import prepare_parts

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in the thread of the test
ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@dataclass
class Watched:
    """A page and what went wrong in it."""

    page: Any
    server: str
    wrong: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        self.page.goto(self.server + path, wait_until="load")


@pytest.fixture(scope="session")
def parts() -> Path:
    try:
        return prepare_parts()
    except BadInputError as error:
        pytest.skip(f"browser tests need the console's style and fonts: {error}")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "workspace"
    demonstrate(folder)
    return folder


@pytest.fixture(scope="module")  # not longer: other rooms' tests start a Playwright of their own in this process
def chrome(chromium: str) -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="browser tests need playwright")
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def server(transactional_db: None, settings: Any, parts: Path, live_server: LiveServer) -> str:
    settings.STATICFILES_DIRS = [("parts", parts)]
    return str(live_server.url)


@pytest.fixture
def open_as(server: str, world: World, chrome: Any) -> Iterator[Any]:
    """Return a function that gives a watched page of somebody who is signed in, or of a stranger (role "")."""
    contexts = []

    def opened(role: str, *, language: str = "zh", theme: str = "light", width: int = 1280) -> Watched:
        context = chrome.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
        contexts.append(context)
        cookies = {"qunjian_language": language, "qunjian_theme": theme}
        if role:
            user = world.people[role]
            user.language, user.theme = language, theme
            user.save()
            cookies["sessionid"] = world.client(role).cookies["sessionid"].value
        context.add_cookies([{"name": name, "value": value, "url": server} for name, value in cookies.items()])
        page = context.new_page()
        watched = Watched(page, server)
        page.on("console", lambda said: watched.wrong.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: watched.wrong.append(str(error)))
        page.on("request", lambda sent: _note_elsewhere(sent.url, watched))
        return watched

    yield opened
    for context in contexts:
        context.close()


def _note_elsewhere(url: str, watched: Watched) -> None:
    if not url.startswith((watched.server, "data:")):
        watched.wrong.append(f"a request to {url}")
