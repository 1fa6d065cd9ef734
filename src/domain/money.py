"""Money: an integer count of subunits (kobo, cent) with an ISO 4217 currency; never a float."""

from __future__ import annotations

from dataclasses import dataclass

from domain.refusals import Invalid
from domain.sentences import Sentence

CURRENCIES = frozenset({"NGN", "GHS", "KES", "ZAR", "USD", "XOF"})
"""What Paystack collects in. Its subunit is a hundredth for every one of them, XOF included."""

LARGEST_AMOUNT = 10_000_000_00
"""Paystack's ceiling for one transaction, in subunits."""


@dataclass(frozen=True, slots=True)
class Money:
    """`amount` in subunits, zero or more; `currency` one of `CURRENCIES`. Raises `Invalid` otherwise."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in CURRENCIES:
            raise Invalid.field(
                "price",
                Sentence("Use one of these currencies: {currencies}.", currencies=", ".join(sorted(CURRENCIES))),
            )
        if not 0 <= self.amount <= LARGEST_AMOUNT:
            raise Invalid.field("price", "Enter a price from 0 to 10,000,000.00.")

    @property
    def is_free(self) -> bool:
        """Nothing to pay."""
        return self.amount == 0
