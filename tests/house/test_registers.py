"""Nothing lies about unregistered: each check kind, indicator, source and command group is where its register says."""

from __future__ import annotations

import re

from tests.conftest import PROJECT
from typer.main import get_command

from qunjian.checks.registry import KINDS
from qunjian.cli.main import GROUPS, command_line
from qunjian.indicators.registry import INDICATORS
from qunjian.sources.registry import FORMATS

ENGINE = PROJECT / "src" / "qunjian"


def test_every_command_group_is_in_the_list() -> None:
    modules = {path.stem for path in (ENGINE / "cli").glob("*.py")} - {"__init__", "main", "console"}
    grouped = {name for name in modules if "def register(" in (ENGINE / "cli" / f"{name}.py").read_text("utf-8")}
    assert grouped == set(GROUPS)


def test_every_command_is_named_beside_its_group() -> None:
    for group, named in GROUPS.items():
        assert tuple(get_command(command_line(group)).commands) == named


def test_every_source_folder_is_registered() -> None:
    folders = {p.parent.name for p in (ENGINE / "sources").glob("*/reader.py")}
    homes = {type(reader).__module__.split(".")[-2] for reader in FORMATS.values()}
    assert folders == homes


def test_every_indicator_has_both_languages_and_a_denominator() -> None:
    assert len(INDICATORS) >= 24
    for name, indicator in INDICATORS.items():
        assert name == indicator.id
        for phrase in (indicator.title, indicator.definition, indicator.denominators):
            assert phrase.zh.strip(), name
            assert phrase.en.strip(), name


def test_every_check_kind_has_rules() -> None:
    used = set()
    for path in (ENGINE / "checks" / "packs").rglob("*.yaml"):
        for line in path.read_text("utf-8").splitlines():
            if line.strip().startswith("kind:"):
                used.add(line.split(":", 1)[1].strip().strip("'\""))
            if line.strip().startswith("detect: {kind:"):
                used.add(line.split("kind:", 1)[1].split(",")[0].strip(" }"))
    assert set(KINDS) <= used, f"kinds without a rule: {sorted(set(KINDS) - used)}"


def test_every_page_of_the_docs_stands_in_both_languages() -> None:
    pages: dict[str, set[str]] = {
        language: {p.name for p in (PROJECT / "docs" / language).glob("*.md")} for language in ("zh", "en")
    }
    assert pages["zh"]
    assert pages["zh"] == pages["en"]


def test_every_link_of_the_docs_leads_somewhere() -> None:
    broken = [
        f"{page.relative_to(PROJECT)} → {target}"
        for page in [*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")]
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
        if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists()
    ]
    assert not broken
