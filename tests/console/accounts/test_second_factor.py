"""Two-step sign-in: turned on with a code, asked at sign-in, each code good once, recovery, turned off."""

from __future__ import annotations

import re
import time

import pyotp
import pytest
from django.test import Client
from django.urls import reverse
from tests.console.conftest import PASSWORD, World

from qunjian_console.accounts.models import User
from qunjian_console.accounts.services import securing


@pytest.fixture
def secret(world: World, monkeypatch: pytest.MonkeyPatch) -> str:
    """Turn the second step of the inspector on; the clock then stands a step later."""
    client = world.client("inspector")
    page = client.get(reverse("accounts:second-factor")).content.decode()
    found = re.search(r'<code class="secret"[^>]*>([A-Z2-7]+)<', page)
    assert found
    wrong = client.post("/me/second-step/", {"code": "000000"})
    assert b"is-invalid" in wrong.content or "验证码不对" in wrong.content.decode()
    done = client.post("/me/second-step/", {"code": pyotp.TOTP(found[1]).now()}).content.decode()
    world.recovery = re.findall(r"<li>([0-9a-f]{10})</li>", done)
    now = time.time()
    monkeypatch.setattr(securing.time, "time", lambda: now + 60)
    return found[1]


def half_way() -> Client:
    client = Client()
    answer = client.post("/sign-in/", {"username": "inspector", "password": PASSWORD})
    assert answer.headers["location"] == reverse("accounts:second-step")
    assert client.get("/").status_code == 302  # the password alone opens nothing
    return client


def test_a_code_is_asked_for_and_is_good_once(secret: str) -> None:
    code = pyotp.TOTP(secret).at(securing.time.time())
    client = half_way()
    assert client.post("/sign-in/code/", {"code": "123456"}).status_code == 200
    assert client.post("/sign-in/code/", {"code": code}).status_code == 302
    assert client.get("/").status_code == 200
    again = half_way()
    assert again.post("/sign-in/code/", {"code": code}).status_code == 200
    assert again.get("/").status_code == 302


def test_a_recovery_code_is_good_once(world: World, secret: str) -> None:
    code = world.recovery[0]
    assert len(world.recovery) == 8
    assert half_way().post("/sign-in/code/", {"code": code}).status_code == 302
    assert half_way().post("/sign-in/code/", {"code": code}).status_code == 200


def test_codes_cannot_be_guessed_for_long(secret: str) -> None:
    client = half_way()
    for _ in range(5):
        client.post("/sign-in/code/", {"code": "123456"})
    right = pyotp.TOTP(secret).at(securing.time.time())
    assert client.post("/sign-in/code/", {"code": right}).status_code == 200


def test_it_is_turned_off_with_the_password_only(world: World, secret: str) -> None:
    client = half_way()
    client.post("/sign-in/code/", {"code": pyotp.TOTP(secret).at(securing.time.time())})
    client.post(reverse("accounts:second-factor-off"), {"password": "wrong"})
    assert User.objects.get(username="inspector").second_factor
    client.post(reverse("accounts:second-factor-off"), {"password": PASSWORD})
    assert not User.objects.get(username="inspector").second_factor
