"""Whose address is logged: the visitor's behind our proxy, never one that a visitor invents."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.console.conftest import PASSWORD, World

from qunjian_console.accounts.models import Visit


@pytest.mark.parametrize(("behind", "address"), [(True, "198.51.100.7"), (False, "127.0.0.1")])
def test_the_address_of_a_visit(world: World, settings: Any, behind: bool, address: str) -> None:
    settings.BEHIND_PROXY = behind
    client = Client(headers={"x-forwarded-for": "203.0.113.1, 198.51.100.7"})
    client.post("/sign-in/", {"username": "lead", "password": PASSWORD})
    assert Visit.objects.get().address == address
