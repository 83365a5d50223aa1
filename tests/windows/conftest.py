"""The small world of conversations, lent to the tests of window checks."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def world() -> ModuleType:
    """Return the module that writes message rows and opens a session over them."""
    path = Path(__file__).resolve().parents[1] / "conversations" / "world.py"
    spec = importlib.util.spec_from_file_location("qunjian_test_world", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
