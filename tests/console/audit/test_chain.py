"""The audit log: what verification finds, and what an erasure leaves whole."""

from __future__ import annotations

import random
import string
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from tests.console.audit.tampering import TAMPERS, problems_after, write

from qunjian_console.accounts.entries import DISABLED, SIGNED_IN
from qunjian_console.audit.kinds import fields_of, kinds
from qunjian_console.audit.models import Entry, Part
from qunjian_console.audit.selectors import entries, lines
from qunjian_console.audit.services import PROGRAM, Actor, erase_personal, record
from qunjian_console.audit.verifying import verify

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_untouched_log_is_sound() -> None:
    write(20)
    verdict = verify()
    assert (verdict.entries, verdict.checkpoints, verdict.problems) == (20, 20, [])


def test_an_empty_log_is_sound() -> None:
    assert verify().sound


@pytest.mark.parametrize("tamper", TAMPERS, ids=lambda each: each.__name__)
def test_every_way_of_tampering_is_found(tamper: object) -> None:
    write(12)
    draw = random.Random(1)
    for _ in range(6):
        did, found = problems_after(tamper, draw)
        assert did is None or found, did
    assert verify().sound


def test_a_rewrite_of_the_whole_log_without_the_key_is_found(settings: Any) -> None:
    write(6)
    own = settings.AUDIT_KEY
    settings.AUDIT_KEY = "guessed"
    for name in ("audit_part", "audit_entry", "audit_head"):
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {name}")
    settings.AUDIT_CHECKPOINTS.unlink()
    write(6)
    settings.AUDIT_KEY = own
    assert len(verify().problems) >= 6


def test_an_old_database_put_back_is_found_by_the_checkpoints() -> None:
    write(5)
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, mac, seal FROM audit_head")
        old = cursor.fetchone()
    write(3)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_part WHERE entry_id > 5")
        cursor.execute("DELETE FROM audit_entry WHERE number > 5")
        cursor.execute("UPDATE audit_head SET number = %s, mac = %s, seal = %s", old)
    assert len(verify().problems) == 1


def test_lost_and_edited_checkpoints_are_found() -> None:
    write(4)
    path = settings.AUDIT_CHECKPOINTS
    whole = path.read_text()
    path.write_text(whole.replace(whole.split()[1], "f" * 64))
    assert verify().problems
    path.unlink()
    assert verify().problems
    path.write_text(whole + "5 aaaa")  # a line cut short by a crash says nothing
    assert verify().sound


def test_a_change_that_is_taken_back_leaves_no_entry() -> None:
    with transaction.atomic():
        record(SIGNED_IN, PROGRAM, after={"second_factor": True})
        transaction.set_rollback(True)
    assert not Entry.objects.exists()
    assert not settings.AUDIT_CHECKPOINTS.exists()


def test_an_entry_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError):
        record(SIGNED_IN, PROGRAM)


def test_a_value_that_nobody_decided_about_is_refused() -> None:
    with pytest.raises(ValueError, match="phone"), transaction.atomic():
        record(DISABLED, PROGRAM, after={"name": "甲", "phone": "13800000000"})


def test_erasing_a_person_takes_every_trace_and_leaves_the_chain_whole() -> None:
    write(6)
    before = Entry.objects.count()
    with transaction.atomic():
        record(DISABLED, Actor(9, "10.0.0.9"), subject="user:5", after={"name": "张三丰"})
    assert erase_personal("user:5", PROGRAM) == 2  # the invitation of user 5, and its disabling
    verdict = verify()
    assert (verdict.problems, verdict.erased) == ([], 2)
    assert Entry.objects.count() == before + 2
    told = " ".join(line.sentence for line in lines(entries().prefetch_related("parts")))
    bodies = " ".join(Part.objects.values_list("body", flat=True))
    assert "张三丰" not in told
    assert "成员5" not in told
    assert "成员5" not in bodies.encode().decode("unicode_escape")
    assert "（已删除）" in told


def test_every_kind_has_a_sentence_in_both_languages_over_values_it_declares() -> None:
    assert len(kinds()) > 15
    for kind in kinds().values():
        known = {*kind.facts, *kind.personal, "actor", "subject"}
        assert fields_of(kind.zh) | fields_of(kind.en) <= known, kind.name
        assert not set(kind.facts) & set(kind.personal), kind.name
        assert any(char > "\u2e80" for char in kind.zh), kind.name
        assert kind.en.isascii(), kind.name
        assert any(char in string.ascii_letters for char in kind.en), kind.name
