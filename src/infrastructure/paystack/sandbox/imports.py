"""Charges that another instance of Paystack collected, taken over as they are."""

from datetime import datetime
from typing import Annotated

import msgspec

from infrastructure.paystack.sandbox.authorizations import by_account, by_card, far_expiry
from infrastructure.paystack.sandbox.cards import CARDS
from infrastructure.paystack.sandbox.customers import customer_with
from infrastructure.paystack.sandbox.fees import TERMS
from infrastructure.paystack.sandbox.records import Transaction
from infrastructure.paystack.sandbox.refusals import DUPLICATE_REFERENCE, RequestRefusedError, refuse
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.paystack.sandbox.store import Store
from infrastructure.paystack.sandbox.transactions import Transactions

Subunits = Annotated[int, msgspec.Meta(ge=1)]


class PaidElsewhere(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A paid transaction: `id` is Paystack's number of it, amounts are in subunits."""

    id: Subunits
    reference: Annotated[str, msgspec.Meta(min_length=1)]
    amount: Subunits
    currency: str
    fees: Annotated[int, msgspec.Meta(ge=0)]
    email: str
    paid_at: datetime
    channel: str = "card"

    def __post_init__(self) -> None:
        if self.currency not in TERMS:
            raise ValueError("currency has to be one that Paystack charges in")
        if self.paid_at.tzinfo is None:
            raise ValueError("paid_at has to say its time zone")


class Imports:
    """Makes transactions out of what others collected; nobody is told."""

    def __init__(self, settings: SandboxSettings, store: Store, transactions: Transactions) -> None:
        self._settings = settings
        self._store = store
        self._transactions = transactions

    def add(self, paid: PaidElsewhere) -> Transaction:
        """Take a charge over; the same one again changes nothing.

        Raises RequestRefusedError when its reference or its number belongs to another charge.
        """
        known = self._store.find(Transaction, reference=paid.reference)
        if known is not None and known.id == paid.id:
            return known
        if known is not None:
            raise RequestRefusedError(DUPLICATE_REFERENCE)
        if self._store.get(Transaction, paid.id) is not None:
            raise refuse("Transaction ID belongs to another transaction")
        with self._store.atomically():
            transaction = self._opened(paid)
            self._transactions.succeed(
                transaction,
                channel=paid.channel,
                authorization=self._authorization(paid),
                is_announced=False,
                at=paid.paid_at,
            )
            transaction.fees = paid.fees
            self._transactions.save(transaction)
        return transaction

    def _opened(self, paid: PaidElsewhere) -> Transaction:
        code = self._settings.new_code
        return Transaction(
            id=paid.id,
            reference=paid.reference,
            access_code=code(15),
            domain=self._settings.domain,
            amount=paid.amount,
            requested_amount=paid.amount,
            currency=paid.currency,
            customer=customer_with(paid.email, self._store, code),
            created_at=paid.paid_at.replace(microsecond=0),
            ip_address="127.0.0.1",
        )

    def _authorization(self, paid: PaidElsewhere) -> dict[str, object]:
        year, code = paid.paid_at.year, self._settings.new_code
        if paid.channel == "card":
            return by_card(CARDS[0], far_expiry(year), code)
        return by_account(paid.channel, year, code)
