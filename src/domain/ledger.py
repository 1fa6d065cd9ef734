"""The ledger: double entry, append-only. Every posting sums to zero (rule 10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.bookings import Booking
from domain.commission import Shares
from domain.money import Money
from domain.payments import Payment, Refund
from domain.payouts import Payout


class LedgerAccount(StrEnum):
    """Where money is, or whose it is. Debits are positive, credits negative.

    - `paystack`: what Paystack holds for us; `paystack_fees`: what it kept.
    - `clients`: what we hold for clients until it is earned or has gone back.
    - `consultants`: what consultants are owed, booking by booking; `commission`: what the platform earned.
    - `payouts`: on its way to consultants. `written_off`: what an operator gave up looking for an owner of.
    """

    PAYSTACK = "paystack"
    PAYSTACK_FEES = "paystack_fees"
    CLIENTS = "clients"
    CONSULTANTS = "consultants"
    COMMISSION = "commission"
    PAYOUTS = "payouts"
    WRITTEN_OFF = "written_off"


class PostingKind(StrEnum):
    """What happened. A kind is posted once for its source."""

    CHARGE = "charge"
    EARNING = "earning"
    REFUND_OWED = "refund_owed"
    REFUND_PAID = "refund_paid"
    CHARGEBACK = "chargeback"
    PAYOUT = "payout"
    PAYOUT_PAID = "payout_paid"
    PAYOUT_RETURNED = "payout_returned"
    WRITE_OFF = "write_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One side. What consultants are owed is kept for each booking."""

    account: LedgerAccount
    amount: int
    consultant_id: UUID | None = None
    booking_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A balanced set of entries in one currency, and what caused it: a payment, refund, dispute or payout."""

    kind: PostingKind
    source_id: UUID
    currency: str
    entries: tuple[LedgerEntry, ...]
    payment_id: UUID | None = None

    def __post_init__(self) -> None:
        if sum(entry.amount for entry in self.entries) != 0:
            raise ValueError(f"{self.kind} of {self.source_id} does not balance")


def charge_posting(payment: Payment) -> Posting:
    """A charge came in: Paystack holds it less its fee, and we owe it to the client who paid."""
    fees = payment.fees
    return _posting(
        PostingKind.CHARGE,
        payment.id,
        payment,
        (
            LedgerEntry(account=LedgerAccount.PAYSTACK, amount=payment.received - fees),
            LedgerEntry(account=LedgerAccount.PAYSTACK_FEES, amount=fees),
            LedgerEntry(account=LedgerAccount.CLIENTS, amount=-payment.received),
        ),
    )


def earning_posting(payment: Payment, booking: Booking) -> Posting:
    """A charge pays for its booking: it is the consultant's and ours, unless it goes back."""
    shares = _shares(payment, booking, payment.received)
    return _posting(
        PostingKind.EARNING,
        payment.id,
        payment,
        (
            LedgerEntry(account=LedgerAccount.CLIENTS, amount=payment.received),
            *_earned(booking, shares, sign=-1),
        ),
    )


def refund_owed_posting(refund: Refund, payment: Payment, booking: Booking, *, kept_before: int) -> Posting:
    """Some of what was earned is the client's again; `kept_before` is what had been kept until now."""
    taken = _given_up(payment, booking, kept_before=kept_before, amount=refund.amount.amount)
    return _posting(
        PostingKind.REFUND_OWED,
        refund.id,
        payment,
        (
            LedgerEntry(account=LedgerAccount.CLIENTS, amount=-refund.amount.amount),
            *_earned(booking, taken, sign=1),
        ),
    )


def refund_paid_posting(refund: Refund, payment: Payment) -> Posting:
    """Paystack paid it back. It keeps its fee."""
    return _posting(
        PostingKind.REFUND_PAID,
        refund.id,
        payment,
        (
            LedgerEntry(account=LedgerAccount.CLIENTS, amount=refund.amount.amount),
            LedgerEntry(account=LedgerAccount.PAYSTACK, amount=-refund.amount.amount),
        ),
    )


def chargeback_posting(
    dispute_id: UUID, payment: Payment, booking: Booking | None, *, amount: int, taken: int, kept_before: int
) -> Posting:
    """The payer's bank took `amount` back. `taken` of it was earned until now, where a booking is paid by it; the
    rest had been promised to the client already.
    """
    shares = _given_up(payment, booking, kept_before=kept_before, amount=taken) if booking else None
    return _posting(
        PostingKind.CHARGEBACK,
        dispute_id,
        payment,
        (
            LedgerEntry(account=LedgerAccount.PAYSTACK, amount=-amount),
            LedgerEntry(account=LedgerAccount.CLIENTS, amount=amount - taken if booking else amount),
            *(_earned(booking, shares, sign=1) if booking and shares else ()),
        ),
    )


def write_off_posting(item_id: UUID, payment: Payment, amount: Money) -> Posting:
    """An operator gave up finding out whose it is."""
    return _posting(
        PostingKind.WRITE_OFF,
        item_id,
        payment,
        (
            LedgerEntry(account=LedgerAccount.CLIENTS, amount=amount.amount),
            LedgerEntry(account=LedgerAccount.WRITTEN_OFF, amount=-amount.amount),
        ),
    )


def loss_posting(item_id: UUID, payment: Payment, amount: Money) -> Posting:
    """More went back to the payer than was charged; nobody will bring it back."""
    return _posting(
        PostingKind.WRITE_OFF,
        item_id,
        payment,
        (
            LedgerEntry(account=LedgerAccount.WRITTEN_OFF, amount=amount.amount),
            LedgerEntry(account=LedgerAccount.CLIENTS, amount=-amount.amount),
        ),
    )


def _given_up(payment: Payment, booking: Booking, *, kept_before: int, amount: int) -> Shares:
    before = _shares(payment, booking, kept_before)
    after = _shares(payment, booking, kept_before - amount)
    return Shares(
        consultant=before.consultant - after.consultant,
        commission=before.commission - after.commission,
        added_fees=before.added_fees - after.added_fees,
    )


def _shares(payment: Payment, booking: Booking, kept: int) -> Shares:
    return Shares.of(kept, price=payment.expected.amount, commission=booking.commission)


def _earned(booking: Booking, shares: Shares, *, sign: int) -> tuple[LedgerEntry, ...]:
    return (
        LedgerEntry(
            account=LedgerAccount.CONSULTANTS,
            amount=sign * shares.consultant,
            consultant_id=booking.consultant_id,
            booking_id=booking.id,
        ),
        LedgerEntry(account=LedgerAccount.COMMISSION, amount=sign * shares.commission),
        LedgerEntry(account=LedgerAccount.PAYSTACK_FEES, amount=sign * shares.added_fees),
    )


def _posting(kind: PostingKind, source_id: UUID, payment: Payment, entries: Iterable[LedgerEntry]) -> Posting:
    return Posting(
        kind=kind,
        source_id=source_id,
        currency=payment.all_of_it.currency,
        entries=tuple(entry for entry in entries if entry.amount),
        payment_id=payment.id,
    )


def payout_posting(payout: Payout, owed: Mapping[UUID, int]) -> Posting:
    """A consultant is paid all that is owed for some bookings; `owed` by booking, in the order of their ids, so
    that two payouts meet the same bookings in the same order.
    """
    return _payout_posting(
        PostingKind.PAYOUT,
        payout,
        *_owed_again(payout, {booking_id: -amount for booking_id, amount in owed.items()}),
        LedgerEntry(account=LedgerAccount.PAYOUTS, amount=-payout.amount.amount),
    )


def payout_paid_posting(payout: Payout) -> Posting:
    """It arrived. What the transfer costs is the platform's."""
    return _payout_posting(
        PostingKind.PAYOUT_PAID,
        payout,
        LedgerEntry(account=LedgerAccount.PAYOUTS, amount=payout.amount.amount),
        LedgerEntry(account=LedgerAccount.PAYSTACK_FEES, amount=payout.fee),
        LedgerEntry(account=LedgerAccount.PAYSTACK, amount=-payout.amount.amount - payout.fee),
    )


def payout_returned_posting(payout: Payout, owed: Mapping[UUID, int], *, had_arrived: bool) -> Posting:
    """It failed, or came back: what was owed for each booking is owed again."""
    source = LedgerAccount.PAYSTACK if had_arrived else LedgerAccount.PAYOUTS
    return _payout_posting(
        PostingKind.PAYOUT_RETURNED,
        payout,
        *_owed_again(payout, owed),
        LedgerEntry(account=source, amount=payout.amount.amount),
    )


def _owed_again(payout: Payout, owed: Mapping[UUID, int]) -> tuple[LedgerEntry, ...]:
    return tuple(
        LedgerEntry(
            account=LedgerAccount.CONSULTANTS,
            amount=-owed[booking_id],
            consultant_id=payout.consultant_id,
            booking_id=booking_id,
        )
        for booking_id in sorted(owed)
    )


def _payout_posting(kind: PostingKind, payout: Payout, *entries: LedgerEntry) -> Posting:
    return Posting(
        kind=kind,
        source_id=payout.id,
        currency=payout.amount.currency,
        entries=tuple(entry for entry in entries if entry.amount),
    )
