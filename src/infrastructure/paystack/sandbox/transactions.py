"""The life of a transaction, from initialize to paid or failed."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from infrastructure.paystack.sandbox import refusals
from infrastructure.paystack.sandbox.authorizations import by_account
from infrastructure.paystack.sandbox.balances import Balances
from infrastructure.paystack.sandbox.behaviour import Behaviour
from infrastructure.paystack.sandbox.customers import customer_with
from infrastructure.paystack.sandbox.divisions import Divisions
from infrastructure.paystack.sandbox.fees import transaction_fee
from infrastructure.paystack.sandbox.incoming import NewTransaction, read_number
from infrastructure.paystack.sandbox.records import LogEntry, Transaction
from infrastructure.paystack.sandbox.refusals import RequestRefusedError
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.paystack.sandbox.store import EVERYTHING, Store
from infrastructure.paystack.sandbox.webhooks import Webhooks
from infrastructure.paystack.sandbox.wire.transactions import charge_success

_AUTHORIZATION_CODE = "json_extract(CAST(document AS TEXT), '$.authorization.authorization_code')"


class Transactions:
    """Makes, finds and changes transactions; a success is saved together with its event."""

    def __init__(
        self,
        settings: SandboxSettings,
        store: Store,
        behaviour: Behaviour,
        balances: Balances,
        divisions: Divisions,
        webhooks: Webhooks,
    ) -> None:
        self._settings = settings
        self._store = store
        self._behaviour = behaviour
        self._balances = balances
        self._divisions = divisions
        self._webhooks = webhooks

    def initialize(self, new: NewTransaction, ip_address: str) -> Transaction:
        """Open a transaction; raises RequestRefusedError when its reference was ever used."""
        code = self._settings.new_code
        reference = new.reference or code(15)
        with self._store.atomically():
            if self._store.find(Transaction, reference=reference) is not None:
                raise RequestRefusedError(refusals.DUPLICATE_REFERENCE)
            transaction = Transaction(
                id=self._store.new_id(Transaction),
                reference=reference,
                access_code=code(15),
                domain=self._settings.domain,
                amount=new.amount,
                requested_amount=new.amount,
                currency=new.currency,
                customer=customer_with(new.email, self._store, code),
                created_at=self._now(),
                ip_address=ip_address,
                callback_url=new.callback_url,
                metadata=new.metadata,
                channels=new.channels,
                division=self._divisions.wanted(new),
            )
            self._store.save(transaction)
        return transaction

    def by_reference(self, reference: str) -> Transaction:
        """Find a transaction; raises RequestRefusedError as verify does."""
        transaction = self._store.find(Transaction, reference=reference)
        if transaction is None:
            status_code = self._behaviour.unknown_reference_status
            raise RequestRefusedError(msgspec.structs.replace(refusals.UNKNOWN_REFERENCE, status_code=status_code))
        return transaction

    def by_id(self, text: str) -> Transaction:
        """Find a transaction by the id in an address; raises RequestRefusedError as fetch does."""
        number = read_number(text)
        if number is None:
            raise RequestRefusedError(refusals.ID_NOT_NUMERIC)
        transaction = self._store.get(Transaction, number)
        if transaction is None:
            raise RequestRefusedError(refusals.UNKNOWN_TRANSACTION)
        return transaction

    def has_timed_out(self, transaction: Transaction) -> bool:
        """Whether the payment session is over before anything was paid or is on its way."""
        timeout = self._behaviour.payment_session_timeout_s
        if timeout == 0 or transaction.is_paid or transaction.step == "waiting":
            return False
        limit = transaction.created_at + timedelta(seconds=self._behaviour.scaled(timeout))
        return self._settings.clock() >= limit

    def as_known(self, transaction: Transaction) -> Transaction:
        """Return what the API says of a transaction: of one just paid, that its payer is still at it."""
        if transaction.known_from is None or self._settings.clock() >= transaction.known_from:
            return transaction
        return msgspec.structs.replace(
            transaction,
            status="ongoing",
            gateway_response="The transaction was not completed",
            paid_at=None,
            fees=None,
            authorization=None,
        )

    def by_id_or_reference(self, text: str) -> Transaction:
        """Find a transaction; raises RequestRefusedError as the timeline does."""
        number = read_number(text)
        found = self._store.find(Transaction, reference=text)
        if found is None and number is not None:
            found = self._store.get(Transaction, number)
        if found is None:
            raise RequestRefusedError(refusals.NO_TIMELINE)
        return found

    def who_authorized(self, authorization_code: str | None) -> Transaction:
        """Find the payment whose card may be charged again; raises RequestRefusedError when none may."""
        selection = EVERYTHING.narrowed(f"{_AUTHORIZATION_CODE} = ?", authorization_code)
        found = self._store.page(Transaction, selection, limit=1)
        if not found or not (found[0].authorization or {}).get("reusable"):
            raise RequestRefusedError(refusals.INVALID_AUTHORIZATION)
        return found[0]

    def by_access_code(self, access_code: str) -> Transaction | None:
        return self._store.find(Transaction, access_code=access_code)

    def newest(self, limit: int) -> list[Transaction]:
        return self._store.page(Transaction, limit=limit)

    def save(self, transaction: Transaction) -> None:
        """Store a changed transaction, and what it is worth."""
        with self._store.atomically():
            self._store.save(transaction)
            self._balances.follow_transaction(transaction)

    def record(self, transaction: Transaction, kind: str, message: str, at: datetime | None = None) -> None:
        """Write a line into the transaction's log; the caller saves."""
        elapsed = int(((at or self._now()) - transaction.created_at).total_seconds())
        transaction.log.append(LogEntry(type=kind, message=message, time=elapsed))

    def succeed(
        self,
        transaction: Transaction,
        *,
        channel: str,
        authorization: dict[str, Any],
        gateway_response: str = "Successful",
        is_announced: bool = True,
        at: datetime | None = None,
    ) -> None:
        """Take the money: fee, time and authorization are set, and charge.success goes out."""
        transaction.status = "success"
        transaction.channel = channel
        transaction.gateway_response = gateway_response
        transaction.authorization = authorization
        transaction.fees = transaction_fee(transaction.amount, transaction.currency)
        self._divisions.divide(transaction)
        transaction.paid_at = (at or self._settings.clock()).replace(microsecond=0)
        transaction.step = transaction.due_at = transaction.notice = None
        transaction.known_from = self._behaviour.known_from(self._settings.clock())
        self.record(transaction, "success", f"Successfully paid with {channel}", transaction.paid_at)
        with self._store.atomically():
            self.save(transaction)
            if is_announced:
                self.announce_success(transaction)

    def announce_success(self, transaction: Transaction) -> None:
        self._webhooks.announce("charge.success", self._divisions.shown(transaction, charge_success(transaction)))

    def fail(self, transaction: Transaction, gateway_response: str) -> None:
        """End the attempt without money; the reference cannot be paid on the page any more."""
        self._refuse(transaction, "failed", gateway_response)

    def decline(self, transaction: Transaction, gateway_response: str) -> None:
        """Refuse a card at its first step: the transaction stays open for another one."""
        self._refuse(transaction, "abandoned", gateway_response)

    def expect_money(self, transaction: Transaction) -> None:
        """The payer says that the money is on its way: it arrives, or does not, after the channel's time."""
        transaction.status = "pending"
        transaction.step = "waiting"
        behaviour = self._behaviour
        is_transfer = transaction.channel == "bank_transfer"
        wait = behaviour.scaled(behaviour.bank_transfer_s if is_transfer else behaviour.approval_s)
        transaction.due_at = self._settings.clock() + timedelta(seconds=wait)
        self.record(transaction, "action", "Payer says that the payment was made")
        self.save(transaction)

    def advance_due(self, now: datetime) -> None:
        """Decide what became of the money that was on its way."""
        for transaction in self._store.due(Transaction, now):
            if self._behaviour.channel_ending == "failed":
                self.fail(transaction, "Declined")
                continue
            self.succeed(
                transaction,
                channel=transaction.channel,
                authorization=by_account(transaction.channel, now.year, self._settings.new_code),
                gateway_response="Approved",
                at=transaction.due_at,
            )

    def _refuse(self, transaction: Transaction, status: str, gateway_response: str) -> None:
        transaction.status = status
        transaction.gateway_response = gateway_response
        transaction.step = transaction.due_at = None
        transaction.errors += 1
        self.record(transaction, "error", gateway_response)
        self.save(transaction)

    def _now(self) -> datetime:
        """Stored times show whole seconds."""
        return self._settings.clock().replace(microsecond=0)
