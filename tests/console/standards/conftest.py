"""What the tests of drafts share: a draft copied from the general standard, and the form of a rule as it is sent."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.console.conftest import World

from qunjian_console.standards.models import Draft

RULE = "contact.coded_platform"
FIELD = re.compile(r'<textarea[^>]*name="(\w+)"[^>]*>(.*?)</textarea>', re.S)
BOX = re.compile(r"<input\b([^>]*)>")
CHOSEN = re.compile(r'<select[^>]*name="(\w+)".*?</select>', re.S)


def begun(client: Client) -> Draft:
    client.post(reverse("standards:copy", args=["library", "general"]))
    return Draft.objects.latest("pk")


@pytest.fixture
def draft(world: World) -> Draft:
    return begun(world.client("lead"))


def sent_by(page: str) -> dict[str, Any]:
    """Return what a browser would send of the form with texts to write in a page's content."""
    forms = re.findall(r"<form\b.*?</form>", page.partition('<main class="page-body"')[2], re.S)
    form = next((each for each in forms if "<textarea" in each), forms[0])
    found: dict[str, Any] = {name: html.unescape(text).removeprefix("\n") for name, text in FIELD.findall(form)}
    for attributes in BOX.findall(form):
        said = dict(re.findall(r'(\w+)="([^"]*)"', attributes))
        if said.get("type") == "checkbox":
            if "checked" in attributes:
                found.setdefault(said["name"], []).append(said["value"])
        elif "name" in said:
            found[said["name"]] = html.unescape(said.get("value", ""))
    for each in CHOSEN.finditer(form):
        found[each[1]] = next(iter(re.findall(r'value="([^"]*)" selected', each[0])), "")
    return found


def text_of(answer: Any) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode().partition('id="content"')[2]))
