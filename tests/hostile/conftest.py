"""The passage of hostile texts through the whole product, lent to its tests."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def passage() -> ModuleType:
    """Return the module that takes texts from an export to a report."""
    spec = importlib.util.spec_from_file_location("qunjian_passage", Path(__file__).with_name("passage.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
