"""Prices as the API takes them."""

from __future__ import annotations

from domain.money import Money
from domain.refusals import Invalid
from interfaces.api.requests import MoneyRequest


def money(price: MoneyRequest | int, *, field: str, default_currency: str) -> Money:
    """The price of that field; a bare integer counts subunits of the default currency. Raises `Invalid`."""
    try:
        if isinstance(price, int):
            return Money(price, default_currency)
        return Money(price.amount, price.currency)
    except Invalid as refusal:
        raise Invalid.field(field, refusal.errors[0].message) from refusal
