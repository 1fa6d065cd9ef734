"""Money as people read and type it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.money_view import MoneyView
from domain.money import LARGEST_AMOUNT, Money
from domain.refusals import Invalid
from interfaces.web.language import Speech, speak
from interfaces.web.money_words import exact_sum, money_as_typed, money_in_words, read_money


@pytest.mark.parametrize(
    ("money", "words"),
    [
        (MoneyView(500_000, "NGN"), "₦5,000.00"),
        (MoneyView(123_456_789, "NGN"), "₦1,234,567.89"),
        (MoneyView(1, "NGN"), "₦0.01"),
        (MoneyView(0, "NGN"), "Free"),
        (MoneyView(500_000, "GHS"), "GHS5,000.00"),
    ],
)
def test_money_is_written_with_symbol_and_two_decimals(money: MoneyView, words: str) -> None:
    assert money_in_words(money) == words


def test_an_exact_sum_of_nothing_is_a_number() -> None:
    assert exact_sum(MoneyView(0, "NGN")) == "₦0.00"


@pytest.mark.parametrize("typed", ["5000", "5,000", "₦5,000.00", " 5 000 ", "₦ 5000.0", "NGN 5000", "5\u00a0000"])
def test_a_sum_is_read_however_people_write_it(typed: str) -> None:
    assert read_money(typed, "NGN", field="price") == Money(500_000, "NGN")


@pytest.mark.parametrize(
    "typed", ["", "five", "-5", "5.001", "5,00", "50,00.00", "1e5", "5.", ".5", "NaN", "٥", "5000₦", "9" * 41]
)
def test_what_is_no_sum_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_money(typed, "NGN", field="rows.2.price")
    assert [error.field for error in refused.value.errors] == ["rows.2.price"]


def test_a_third_decimal_is_refused_and_not_rounded() -> None:
    with pytest.raises(Invalid) as refused:
        read_money("5000.005", "NGN", field="price")
    assert refused.value.errors[0].message == "Use at most two digits after the point."


@given(st.integers(min_value=0, max_value=LARGEST_AMOUNT))
def test_what_a_field_shows_is_read_back_as_the_same_sum(amount: int) -> None:
    shown = MoneyView(amount, "NGN")
    assert read_money(money_as_typed(shown), "NGN", field="price").amount == amount
    assert read_money(exact_sum(shown), "NGN", field="price").amount == amount


@pytest.fixture
def in_french() -> Iterator[None]:
    """For one test."""
    speak(Speech("fr"))
    yield
    speak(Speech())


@pytest.mark.usefixtures("in_french")
def test_french_has_its_own_grouping_and_our_symbol() -> None:
    assert exact_sum(MoneyView(500_000, "NGN")) == "5\u202f000,00\u00a0₦"
    assert exact_sum(MoneyView(500_000, "GHS")).endswith("GHS")


@pytest.mark.usefixtures("in_french")
@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("5000,50", 500_050),
        ("5 000,5", 500_050),
        ("5 000,00 ₦", 500_000),
        ("5,000", 500_000),
        ("5000.50", 500_050),
    ],
)
def test_french_sums_have_a_comma_before_their_hundredths(typed: str, amount: int) -> None:
    assert read_money(typed, "NGN", field="price") == Money(amount, "NGN")
