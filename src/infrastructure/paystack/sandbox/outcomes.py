"""Outcomes by order: what a transaction should be, however it would have come to it."""

from typing import Annotated

import msgspec

from infrastructure.paystack.sandbox.authorizations import by_account, by_card, far_expiry
from infrastructure.paystack.sandbox.cards import CARDS, find_card
from infrastructure.paystack.sandbox.customers import customer_with
from infrastructure.paystack.sandbox.fees import TERMS
from infrastructure.paystack.sandbox.records import Transaction
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.paystack.sandbox.store import Store
from infrastructure.paystack.sandbox.transactions import Transactions

_STATES_OF_PAID_MONEY = {"success", "reversed", "reversal-pending"}


class Outcome(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to make of a transaction; everything but the status is left as it is when absent.

    `status` may be any word. `card` is a test card's number, for a success. `is_announced`: whether a success
    goes out as charge.success.
    """

    status: Annotated[str, msgspec.Meta(min_length=1)]
    amount: int | None = None
    requested_amount: int | None = None
    currency: str | None = None
    domain: str | None = None
    email: str | None = None
    channel: str | None = None
    gateway_response: str | None = None
    card: str | None = None
    is_announced: bool = True

    def __post_init__(self) -> None:
        if self.currency is not None and self.currency not in TERMS:
            raise ValueError("currency has to be one that Paystack charges in")


class Outcomes:
    """Sets outcomes; a success goes through the same door as one from the checkout page."""

    def __init__(self, settings: SandboxSettings, store: Store, transactions: Transactions) -> None:
        self._settings = settings
        self._store = store
        self._transactions = transactions

    def set(self, transaction: Transaction, outcome: Outcome) -> None:
        self._alter(transaction, outcome)
        if outcome.status == "success":
            self._succeed(transaction, outcome)
            return
        transaction.status = outcome.status
        transaction.gateway_response = outcome.gateway_response or transaction.gateway_response
        transaction.step = transaction.due_at = None
        if outcome.status not in _STATES_OF_PAID_MONEY:
            transaction.paid_at = transaction.fees = transaction.authorization = None
        self._transactions.save(transaction)

    def _alter(self, transaction: Transaction, outcome: Outcome) -> None:
        for name in ("amount", "requested_amount", "currency", "domain", "channel"):
            value = getattr(outcome, name)
            if value is not None:
                setattr(transaction, name, value)
        if outcome.email is not None:
            transaction.customer = customer_with(outcome.email, self._store, self._settings.new_code)

    def _succeed(self, transaction: Transaction, outcome: Outcome) -> None:
        card = find_card(outcome.card or CARDS[0].number) or CARDS[0]
        transaction.refund_ending = card.refund_ending
        channel = outcome.channel or "card"
        year, code = self._settings.clock().year, self._settings.new_code
        authorization = (
            by_card(card, far_expiry(year), code) if channel == "card" else by_account(channel, year, code)
        )
        self._transactions.succeed(
            transaction,
            channel=channel,
            authorization=authorization,
            gateway_response=outcome.gateway_response or "Successful",
            is_announced=outcome.is_announced,
        )
