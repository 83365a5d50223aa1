"""Guards the recipe for a page: nothing inline, every text in two languages, every page walked, every route tested."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.template import engines
from django.template.loader import get_template
from tests.conftest import PROJECT
from tests.console.frame.pages import ON_THE_WAY, OPEN, PAGES

from qunjian_console.frame.navigation import links
from qunjian_console.policy.table import routes, table

SOURCE = PROJECT / "src" / "qunjian_console"
TEMPLATES = sorted(SOURCE.glob("*/templates/**/*.html"))
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
HAN = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]")
SAY = re.compile(r"""\{%\s*say\s+("[^"]*"|'[^']*')\s+("[^"]*"|'[^']*')[^%]*%\}""")
# Attributes a person reads, or hears read.
READ = re.compile(r'\b(?:title|alt|aria-label|placeholder|data-ask|summary)="([^"]*)"')


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(SOURCE)) for path in paths]


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_a_template_says_everything_in_both_languages(path: Path) -> None:
    text = path.read_text("utf-8")
    for zh, en in SAY.findall(text):
        assert HAN.search(zh) or zh[1:-1] == "English", zh
        assert not HAN.search(en) or en[1:-1] == "中文", en
        assert set(re.findall(r"\{\w+\}", zh)) == set(re.findall(r"\{\w+\}", en)), (zh, en)
    rest = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", text, flags=re.S)
    between = re.sub(r"<(code|kbd|script|style)\b.*?</\1>|<[^>]*>|&\w+;", " ", rest, flags=re.S)
    assert re.findall(r"[A-Za-z\u3400-\u9fff]{2,}", between + " ".join(READ.findall(rest))) == []
    assert not HAN.search(rest), "Chinese outside {% say %}"


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_a_template_has_nothing_inline_and_nothing_from_elsewhere(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"\sstyle=|\son\w+=|<style|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"(?:https?:)?//", text)
    assert "|safe" not in text
    assert "autoescape off" not in text
    for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", text, re.S):
        assert "{% csrf_token %}" in form


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_a_template_compiles(path: Path) -> None:
    assert engines["django"]
    assert get_template(str(path).partition("/templates/")[2])


@pytest.mark.parametrize("path", MODULES, ids=names(MODULES))
def test_python_says_chinese_only_beside_english(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    allowed: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("say", "Phrase", "Kind") and len(node.args) >= 2:
                allowed.update(id(inner) for inner in ast.walk(node))
        elif isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            allowed.add(id(node.body[0].value))  # type: ignore[attr-defined]
    said = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in allowed
        and re.search(r"[\u3400-\u9fff]", node.value)
    ]
    assert said in ([], ["中文"], ["（已删除）"]), said


def test_every_page_is_walked_by_the_browser_tests() -> None:
    shown = {name for name in routes() if table()[name].method != "POST"}
    assert shown - ON_THE_WAY == {*PAGES, *OPEN}
    assert all(PAGES[name] in (table()[name].roles or ()) for name in PAGES)


def test_every_route_is_named_by_a_test_of_its_own() -> None:
    written = "\n".join(path.read_text("utf-8") for path in (PROJECT / "tests" / "console").rglob("*.py"))
    missing = [name for name in routes() if f'"{name}"' not in written]
    assert not missing, f"no test names these routes: {missing}"


def test_every_migration_has_a_name_and_none_is_missing(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    files = [path.stem for path in SOURCE.glob("*/migrations/0*.py")]
    assert files
    assert not [name for name in files if "auto" in name or name.endswith("initial")]


def test_every_room_but_the_bridge_and_the_command_is_kept_from_the_engine() -> None:
    contracts = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    kept = next(each["source_modules"] for each in contracts if each["name"].startswith("The bridge"))
    rooms = {path.stem for path in SOURCE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert {name.partition(".")[2] for name in kept} == rooms - {"__init__", "bridge", "serving"}


def test_every_app_says_what_it_is_for() -> None:
    rooms = [config for config in apps.get_app_configs() if config.name.startswith("qunjian_console.")]
    assert len(rooms) > 5
    assert not [config.name for config in rooms if not (config.module.__doc__ or "").strip()]


def test_no_two_links_of_the_side_bar_have_one_key() -> None:
    keys = [link.key for link in links()] + ["m"]
    assert len(keys) == len(set(keys)), sorted(keys)
