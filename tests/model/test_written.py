"""YAML people write is read plainly, with lines; what cannot be read is said in one sentence."""

from __future__ import annotations

import pytest

from qunjian.model.errors import BadInputError
from qunjian.model.problems import WrittenError
from qunjian.model.written import parse_written


def test_values_stay_what_people_wrote() -> None:
    text = (
        "date: 2026-01-02\nclock: 10:00:05\nno: no\nyes: true\nzero: 007\nint: 12\nfloat: 0.5\nempty:\nquoted: '12'\n"
    )
    written = parse_written(text.encode(), name="a.yaml")
    assert written.data == {
        "date": "2026-01-02", "clock": "10:00:05", "no": "no", "yes": True, "zero": "007", "int": 12, "float": 0.5,
        "empty": None, "quoted": "12",
    }  # fmt: skip


def test_every_value_knows_its_line() -> None:
    written = parse_written(b"a:\n  - x: 1\n    y: 2\n  - x: 3\n", name="a.yaml")
    assert written.where(("a", 0, "y")) == "a.yaml:3"
    assert written.where(("a", 1)) == "a.yaml:4"
    assert written.where(("a", 1, "missing")) == "a.yaml:4"
    assert written.where(("nowhere",)) == "a.yaml:1"


def test_a_key_written_twice_is_an_error() -> None:
    with pytest.raises(WrittenError) as caught:
        parse_written(b"a: 1\nb: 2\na: 3\n", name="a.yaml")
    assert caught.value.sentence("zh") == "a.yaml:3：“a”写了两遍"


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"a: [1, 2\nb: 3\n", "YAML 写法有误"),
        ("名字: 值".encode("gb18030"), "不是 UTF-8 编码"),
        (b"a: \x00\n", "YAML 不允许的字符"),
        (b"a: 1\n--- \nb: 2\n", "YAML 写法有误"),
    ],
)
def test_what_is_no_yaml_is_said(raw: bytes, says: str) -> None:
    with pytest.raises(BadInputError) as caught:
        parse_written(raw, name="a.yaml")
    assert says in caught.value.sentence("zh")


def test_an_alias_bomb_is_stopped() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(BadInputError):
        parse_written("\n".join(lines).encode(), name="bomb.yaml")


def test_a_recursive_alias_is_stopped() -> None:
    with pytest.raises(BadInputError):
        parse_written(b"a: &a [*a]\n", name="loop.yaml")
