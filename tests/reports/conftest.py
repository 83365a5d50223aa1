"""One made world for all report tests, built once."""

import pytest
from tests.reports.world import make_material

from qunjian.reports.build import build
from qunjian.reports.material import Material
from qunjian.reports.report import Report


@pytest.fixture(scope="session")
def material() -> Material:
    return make_material()


@pytest.fixture(scope="session")
def report(material: Material) -> Report:
    return build("weekly", material)
