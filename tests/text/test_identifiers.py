"""Check digits against published numbers: GB 11643's examples, the card networks' test numbers."""

from __future__ import annotations

import pytest

from qunjian.text.identifiers import valid_bank_card, valid_id_card, valid_luhn


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_the_standards_own_examples_are_valid(number: str) -> None:
    assert valid_id_card(number)


@pytest.mark.parametrize(
    "number", ["110105194912310021", "110105194913310028", "990105194912310029", "1101051949123100", ""]
)
def test_a_wrong_digit_date_or_region_is_not(number: str) -> None:
    assert not valid_id_card(number)


@pytest.mark.parametrize(
    "number", ["4111111111111111", "5555555555554444", "378282246310005", "6200000000000005", "3530111333300000"]
)
def test_the_networks_test_numbers_pass_luhn(number: str) -> None:
    assert valid_luhn(number)


def test_a_card_needs_more_than_its_sum() -> None:
    assert valid_bank_card("6222020200112230") is valid_luhn("6222020200112230")
    assert valid_bank_card("5555555555554444") is False  # a repeated pattern of two digits is nobody's card
    assert not valid_bank_card("0000000000000000")
    assert not valid_bank_card("7992739871399273")
