"""The life of a transfer, from the request to its conclusive status."""

import re
from collections import Counter
from datetime import datetime, timedelta

import msgspec

from infrastructure.paystack.sandbox import refusals
from infrastructure.paystack.sandbox.balances import Balances
from infrastructure.paystack.sandbox.behaviour import Behaviour
from infrastructure.paystack.sandbox.fees import transfer_fee
from infrastructure.paystack.sandbox.incoming import Body, optional_text, read_amount, read_number
from infrastructure.paystack.sandbox.records import Recipient, Transfer, TransferStatus
from infrastructure.paystack.sandbox.refusals import RequestRefusedError, refuse
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.paystack.sandbox.store import Store
from infrastructure.paystack.sandbox.webhooks import Webhooks
from infrastructure.paystack.sandbox.wire.transfers import transfer_event

OTP = "123456"
TIME_FOR_OTP = timedelta(minutes=30)

_REFERENCE = re.compile(r"[A-Za-z0-9_.=-]+")
_STRICT_REFERENCE = re.compile(r"[a-z0-9_-]{16,50}")
_ANNOUNCED = {"success", "failed", "reversed"}
_WAITING: tuple[TransferStatus, ...] = ("pending", "received")
_GATEWAY_RESPONSES = {"success": "Approved", "failed": "Declined by the receiving bank"}


class NewTransfer(msgspec.Struct, frozen=True, kw_only=True):
    """A checked request to transfer; `recipient` is its code."""

    amount: int
    currency: str | None
    recipient: str
    reference: str | None
    reason: str | None


class Transfers:
    """Makes transfers and moves them on; every status is saved together with its event."""

    def __init__(
        self,
        settings: SandboxSettings,
        store: Store,
        behaviour: Behaviour,
        balances: Balances,
        webhooks: Webhooks,
    ) -> None:
        self._settings = settings
        self._store = store
        self._behaviour = behaviour
        self._balances = balances
        self._webhooks = webhooks

    def create(self, new: NewTransfer) -> Transfer:
        """Send money, or ask for the OTP first; a reference that was ever used is refused."""
        with self._store.atomically():
            recipient = self._payable(new)
            reference = new.reference or self._settings.new_code(16)
            if self._store.find(Transfer, reference=reference) is not None:
                raise RequestRefusedError(refusals.DUPLICATE_TRANSFER_REFERENCE)
            fee = transfer_fee(new.amount, recipient.currency)
            if self._balances.of(recipient.currency) < new.amount + fee:
                raise RequestRefusedError(refusals.BALANCE_TOO_LOW)
            now = self._settings.clock()
            transfer = Transfer(
                id=self._store.new_id(Transfer),
                reference=reference,
                transfer_code=f"TRF_{self._settings.new_code(15)}",
                domain=self._settings.domain,
                amount=new.amount,
                fee=fee,
                currency=recipient.currency,
                recipient_id=recipient.id,
                reason=new.reason or "",
                created_at=now,
                updated_at=now,
                ending=self._behaviour.transfer_ending,
            )
            self.set_status(transfer, self._first_status())
        return transfer

    def create_all(self, several: list[NewTransfer]) -> list[Transfer]:
        """Make all transfers or none; raises RequestRefusedError when one cannot be, or an OTP is wanted."""
        if self._behaviour.transfer_otp:
            raise refuse("You need to disable the OTP requirement to use this feature.")
        references = Counter(new.reference for new in several if new.reference)
        twice = [
            reference
            for reference, uses in references.items()
            if uses > 1 or self._store.find(Transfer, reference=reference) is not None
        ]
        if twice:
            raise RequestRefusedError(refusals.duplicate_references(twice))
        with self._store.atomically():
            return [self.create(new) for new in several]

    def finalize(self, transfer: Transfer, otp: str) -> None:
        """Take the OTP; raises RequestRefusedError when it is wrong or not asked for."""
        if transfer.status != "otp":
            raise refuse("Transfer is not currently awaiting OTP")
        if otp != OTP:
            raise refuse("OTP is invalid")
        self.set_status(transfer, "pending")

    def by_reference(self, reference: str) -> Transfer:
        """Find a transfer; raises RequestRefusedError as verify does."""
        return _known(self._store.find(Transfer, reference=reference))

    def by_id_or_code(self, text: str) -> Transfer:
        number = read_number(text)
        by_code = self._store.find(Transfer, transfer_code=text)
        return _known(by_code if by_code or number is None else self._store.get(Transfer, number))

    def by_code(self, code: object) -> Transfer:
        """Find the transfer that an OTP is about."""
        transfer = self._store.find(Transfer, transfer_code=code) if isinstance(code, str) else None
        if transfer is None:
            raise RequestRefusedError(refusals.INVALID_TRANSFER_CODE)
        return transfer

    def recipient_of(self, transfer: Transfer) -> Recipient:
        recipient = self._store.get(Recipient, transfer.recipient_id)
        if recipient is None:
            raise LookupError("a transfer has lost its recipient", transfer.id)
        return recipient

    def as_known(self, transfer: Transfer) -> Transfer:
        """Return what the API says of a transfer: of one just ended, that it is pending."""
        if transfer.known_from is None or self._settings.clock() >= transfer.known_from:
            return transfer
        return msgspec.structs.replace(transfer, status="pending", transferred_at=None, gateway_response=None)

    def newest(self, limit: int) -> list[Transfer]:
        return self._store.page(Transfer, limit=limit)

    def set_status(self, transfer: Transfer, status: TransferStatus, at: datetime | None = None) -> None:
        """Move a transfer, plan what comes next, and tell the webhook of the ends that have an event."""
        moment = at or self._settings.clock()
        transfer.status = status
        transfer.updated_at = moment
        transfer.transferred_at = moment if status == "success" else transfer.transferred_at
        transfer.gateway_response = _GATEWAY_RESPONSES.get(status, transfer.gateway_response)
        transfer.due_at = self._next_due(status, moment)
        has_ended = transfer.due_at is None
        transfer.known_from = self._behaviour.known_from(self._settings.clock()) if has_ended else None
        with self._store.atomically():
            self._store.save(transfer)
            self._balances.follow_transfer(transfer)
            if status in _ANNOUNCED:
                event = transfer_event(transfer, self.recipient_of(transfer), self._settings)
                self._webhooks.announce(f"transfer.{status}", event)

    def advance_due(self, now: datetime) -> None:
        """End every transfer whose time has come; one that waited for its OTP in vain is abandoned."""
        for transfer in self._store.due(Transfer, now):
            status = "abandoned" if transfer.status == "otp" else transfer.ending
            self.set_status(transfer, status, at=transfer.due_at)

    def _first_status(self) -> TransferStatus:
        """The server that approves transfers is asked where one is blocked or rejected."""
        if self._behaviour.transfer_otp:
            return "otp"
        return "received" if self._behaviour.transfer_ending in {"blocked", "rejected"} else "pending"

    def _next_due(self, status: TransferStatus, now: datetime) -> datetime | None:
        if status == "otp":
            return now + timedelta(seconds=self._behaviour.scaled(TIME_FOR_OTP.total_seconds()))
        if status in _WAITING:
            return now + timedelta(seconds=self._behaviour.scaled(self._behaviour.transfer_s))
        return None

    def _payable(self, new: NewTransfer) -> Recipient:
        recipient = self._store.find(Recipient, recipient_code=new.recipient)
        if recipient is None or recipient.is_deleted:
            raise RequestRefusedError(refusals.INVALID_RECIPIENT)
        currency = new.currency or self._settings.currencies[0]
        if currency != recipient.currency:
            raise refuse("Transfer currency must match the currency of the recipient")
        return recipient


def read_new_transfer(body: Body, settings: SandboxSettings) -> NewTransfer:
    """Check a request; raises RequestRefusedError with the API's complaint."""
    if body.get("source") != "balance":
        raise refuse("Transfer source is invalid")
    recipient = optional_text(body.get("recipient"))
    if recipient is None:
        raise RequestRefusedError(refusals.INVALID_RECIPIENT)
    return NewTransfer(
        amount=read_amount(body.get("amount")),
        currency=optional_text(body.get("currency")),
        recipient=recipient,
        reference=_read_reference(body.get("reference"), is_strict=settings.strict),
        reason=optional_text(body.get("reason")),
    )


def read_new_transfers(body: Body, settings: SandboxSettings) -> list[NewTransfer]:
    """Check a request for many, which share `source` and `currency`; raises RequestRefusedError."""
    several = body.get("transfers")
    if not isinstance(several, list) or not several or not all(isinstance(each, dict) for each in several):
        raise refuse("Invalid entries found")
    shared = {name: body.get(name) for name in ("source", "currency")}
    return [read_new_transfer(each | shared, settings) for each in several]


def _read_reference(value: object, *, is_strict: bool) -> str | None:
    """Strictly: 16 to 50 of `a-z`, `0-9`, `-` and `_`."""
    if value is None and not is_strict:
        return None
    allowed = _STRICT_REFERENCE if is_strict else _REFERENCE
    if not isinstance(value, str) or not allowed.fullmatch(value):
        raise refuse("Your reference contains illegal special characters")
    return value


def _known(transfer: Transfer | None) -> Transfer:
    if transfer is None:
        raise RequestRefusedError(refusals.UNKNOWN_TRANSFER)
    return transfer
