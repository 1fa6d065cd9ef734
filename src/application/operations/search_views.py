"""What operators find when they look for anything by a few words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec

from application.money_view import MoneyView

MOST_FOUND = 20
"""Of each kind."""


class RecordKind(StrEnum):
    """What can be found, in the order in which it is shown."""

    ACCOUNT = "account"
    CONSULTANT = "consultant"
    BOOKING = "booking"
    SLOT = "slot"
    PAYMENT = "payment"
    REFUND = "refund"
    DISPUTE = "dispute"
    RECEIPT = "receipt"
    PAYOUT = "payout"
    REVIEW = "review"
    ITEM = "item"


class FoundRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A record that was found.

    `key` opens its page, `name` and `about` recognise it; `amount` is the sum that it is about, `detail` an
    account's role or a review's stars. An exact one was named by what it alone has, such as its id.
    """

    kind: RecordKind
    key: str
    name: str
    about: str
    status: str
    at: datetime
    amount: MoneyView | None
    detail: str | None
    is_exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Everything that was found, kind by kind, exact ones first.

    `more` are kinds of which there is more. `is_named`: the words were an id, a number or a reference.
    """

    records: Sequence[FoundRecord] = ()
    more: frozenset[RecordKind] = frozenset()
    is_named: bool = False

    @property
    def only_one(self) -> FoundRecord | None:
        """The one record that somebody meant: named exactly, and nothing else is."""
        exact = [record for record in self.records if record.is_exact]
        is_meant = len(exact) == 1 and (self.is_named or len(self.records) == 1)
        return exact[0] if is_meant else None

    def of(self, kind: RecordKind) -> list[FoundRecord]:
        """Those of a kind."""
        return [record for record in self.records if record.kind is kind]


class SearchQueries(Protocol):
    """Looks through every record."""

    async def find(self, words: str) -> Found:
        """One statement at most for each kind, and only for kinds that such words can name."""
        ...
