"""No backtracking engine ever sees a pattern a user wrote: `re` is used in text alone, for constants of ours."""

from __future__ import annotations

import ast

from tests.conftest import PROJECT

# What may use `re`, on expressions that are constants of ours.
OURS = {
    *("text/cleaning.py", "text/links.py", "text/prefilter.py", "text/regex_source.py", "text/closings.py"),
    "text/everyone.py",
    *("text/late.py", "text/lexicon.py", "text/plausible.py"),
    *("text/numerals.py", "text/moments.py", "text/quantities.py", "text/units.py"),
    *("checks/claims.py", "checks/speaking.py"),
}
# Built in a function, but of constants only.
BUILT = {"everyone.py"}


def test_re_is_only_used_on_our_own_constants() -> None:
    root = PROJECT / "src" / "qunjian"
    users = set()
    for folder in ("text", "checks"):
        for path in (root / folder).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            imports = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
            if "re" not in imports:
                continue
            users.add(str(path.relative_to(root)))
            functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
            for node in (inner for function in functions for inner in ast.walk(function)):
                if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re."):
                    built = path.name in BUILT and isinstance(node.args[0], ast.JoinedStr)
                    assert built or isinstance(node.args[0], ast.Constant), f"{path}: {ast.unparse(node)}"
    assert users <= OURS


def test_patterns_compiled_late_are_constants_of_the_module() -> None:
    """`late` compiles with `re`: what it is given must be there before anything is read."""
    root, called = PROJECT / "src" / "qunjian", 0
    for path in root.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        inside = {
            id(node)
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef)
            for node in ast.walk(function)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "late":
                called += 1
                assert id(node) not in inside, f"{path}: {ast.unparse(node)}"
    assert called > 10
