"""Money: whole subunits within Paystack's bounds, in Paystack's currencies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import CURRENCIES, LARGEST_AMOUNT, Money
from domain.refusals import Invalid

currencies = st.sampled_from(sorted(CURRENCIES))


@given(st.integers(0, LARGEST_AMOUNT), currencies)
def test_every_amount_from_zero_to_the_ceiling_is_money(amount: int, currency: str) -> None:
    money = Money(amount, currency)
    assert (money.amount, money.currency, money.is_free) == (amount, currency, amount == 0)


@given(st.one_of(st.integers(max_value=-1), st.integers(min_value=LARGEST_AMOUNT + 1)), currencies)
def test_an_amount_out_of_bounds_is_refused_as_a_price(amount: int, currency: str) -> None:
    with pytest.raises(Invalid) as refusal:
        Money(amount, currency)
    assert [error.field for error in refusal.value.errors] == ["price"]


@pytest.mark.parametrize("currency", ["", "ngn", "EUR", "NGN ", "₦", "XXX"])
def test_a_currency_that_paystack_does_not_collect_is_refused(currency: str) -> None:
    with pytest.raises(Invalid):
        Money(1, currency)


def test_the_ceiling_is_ten_million_and_not_a_kobo_more() -> None:
    assert Money(1_000_000_000, "NGN").amount == LARGEST_AMOUNT
    with pytest.raises(Invalid):
        Money(1_000_000_001, "NGN")
