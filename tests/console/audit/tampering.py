"""Ways to tamper with the audit log behind its back; each returns what it did, or None where it cannot."""

from __future__ import annotations

import random
from collections.abc import Callable

from django.db import connection, transaction

from qunjian_console.accounts.entries import INVITED, SIGNED_IN
from qunjian_console.audit.services import Actor, record
from qunjian_console.audit.verifying import verify

Tamper = Callable[[random.Random], str | None]


def _numbers() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM audit_entry ORDER BY number")
        return [row[0] for row in cursor.fetchall()]


def _run(statement: str, *values: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def edit_a_column(draw: random.Random) -> str:
    """Change one column of one entry."""
    number = draw.choice(_numbers())
    column, value = draw.choice(
        [("kind", "x.y"), ("actor", 4711), ("subject", "user:0"), ("community", "其他"), ("facts", '{"a":1}'),
         ("mac", "0" * 64), ("digests", '{"subject":"00"}'), ("at", "2020-01-01 00:00:00+00:00")]
    )  # fmt: skip
    _run(f"UPDATE audit_entry SET {column} = %s WHERE number = %s", value, number)
    return f"{column} of {number}"


def delete_one(draw: random.Random) -> str:
    """Delete one entry, wherever it stands."""
    number = draw.choice(_numbers())
    _run("DELETE FROM audit_part WHERE entry_id = %s", number)
    _run("DELETE FROM audit_entry WHERE number = %s", number)
    return f"deleted {number}"


def delete_and_close_ranks(draw: random.Random) -> str:
    """Delete an entry and renumber those after it."""
    numbers = _numbers()
    number = draw.choice(numbers[:-1])
    _run("DELETE FROM audit_part WHERE entry_id >= %s", number)
    _run("DELETE FROM audit_entry WHERE number = %s", number)
    for each in numbers[numbers.index(number) + 1 :]:
        _run("UPDATE audit_entry SET number = %s WHERE number = %s", each - 1, each)
    return f"closed ranks over {number}"


def swap_two(draw: random.Random) -> str:
    """Exchange what two entries say."""
    one, other = draw.sample(_numbers(), 2)
    _run("UPDATE audit_entry SET number = -1 WHERE number = %s", one)
    _run("UPDATE audit_entry SET number = %s WHERE number = %s", one, other)
    _run("UPDATE audit_entry SET number = %s WHERE number = -1", other)
    return f"swapped {one} and {other}"


def insert_one(draw: random.Random) -> str:
    """Add an entry at the end, with a mac made without the key."""
    number = _numbers()[-1] + 1
    _run(
        "INSERT INTO audit_entry (number, at, kind, actor, subject, community, facts, digests, mac) "
        "SELECT %s, at, kind, actor, subject, community, facts, '{}', mac FROM audit_entry WHERE number = %s",
        number, draw.choice(_numbers()),
    )  # fmt: skip
    if draw.random() < 0.5:
        _run("UPDATE audit_head SET number = %s", number)
    return f"inserted {number}"


def cut_the_tail(draw: random.Random) -> str:
    """Delete the last entries, and make the head say so as far as one can without the key."""
    numbers = _numbers()
    keep = numbers[draw.randrange(len(numbers))]
    _run("DELETE FROM audit_part WHERE entry_id >= %s", keep)
    _run("DELETE FROM audit_entry WHERE number >= %s", keep)
    if draw.random() < 0.5:
        _run(
            "UPDATE audit_head SET number = %s, mac = COALESCE((SELECT mac FROM audit_entry WHERE number = %s), '')",
            keep - 1, keep - 1,
        )  # fmt: skip
    return f"cut from {keep}"


def drop_everything(draw: random.Random) -> str:
    """Empty the log and its head, as if nothing had ever been."""
    for name in ("audit_part", "audit_entry", "audit_head"):
        _run(f"DELETE FROM {name}")
    return "dropped everything"


def edit_a_part(draw: random.Random) -> str | None:
    """Change a personal value."""
    changed = _run(
        "UPDATE audit_part SET body = %s WHERE id = (SELECT MIN(id) FROM audit_part WHERE entry_id >= %s)",
        '{"after":{"name":"别人"}}', draw.choice(_numbers()),
    )  # fmt: skip
    return "edited a part" if changed else None


def drop_a_part(draw: random.Random) -> str | None:
    """Delete a personal value without the entry that would tell of it."""
    gone = _run(
        "DELETE FROM audit_part WHERE id = (SELECT MIN(id) FROM audit_part WHERE entry_id >= %s)",
        draw.choice(_numbers()),
    )
    return "dropped a part" if gone else None


def lose_the_head(draw: random.Random) -> str:
    """Delete the sealed head."""
    _run("DELETE FROM audit_head")
    return "lost the head"


TAMPERS: tuple[Tamper, ...] = (
    edit_a_column, delete_one, delete_and_close_ranks, swap_two, insert_one, cut_the_tail, drop_everything,
    edit_a_part, drop_a_part, lose_the_head,
)  # fmt: skip


def write(count: int) -> None:
    """Write entries of several kinds, each in a transaction of its own."""
    for number in range(count):
        with transaction.atomic():
            if number % 3 == 0:
                record(SIGNED_IN, Actor(7, "10.0.0.7"), subject="user:7", after={"second_factor": False})
            else:
                after = {"name": f"成员{number}", "role": "inspector", "everywhere": True}
                record(INVITED, Actor(7, "10.0.0.7"), subject=f"user:{number}", after=after)


class UndoError(Exception):
    """Raised to take a tamper back."""


def problems_after(tamper: object, draw: random.Random) -> tuple[str | None, list[str]]:
    """Tamper, verify, take it back."""
    found: list[str] = []
    did = None
    try:
        with transaction.atomic():
            with connection.constraint_checks_disabled():
                did = tamper(draw)
            found = [str(problem) for problem in verify().problems]
            raise UndoError
    except UndoError:
        pass
    return did, found
