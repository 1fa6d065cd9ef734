"""Money as answers show it."""

from __future__ import annotations

import msgspec


class MoneyView(msgspec.Struct, frozen=True):
    """`amount` in subunits (kobo), `currency` an ISO 4217 code."""

    amount: int
    currency: str
