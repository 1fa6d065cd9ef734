"""Payments: attempts to collect a booking's price, what Paystack says of them, and what follows from that."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain import reasons
from domain.availability import SlotNotOpen
from domain.bookings import (
    AlreadyBooked,
    Booking,
    BookingOverlap,
    BookingStatus,
    ConsultantUnavailable,
    SeatRequest,
    SlotFull,
    SlotInPast,
)
from domain.money import Money
from domain.refusals import Kind, Refusal, Throttled

REFERENCE_PREFIX = "imo-"
"""Every reference of ours begins with it; one Paystack business may serve other programs too."""


def is_own_reference(reference: str) -> bool:
    """Whether we may have made it."""
    return reference.startswith(REFERENCE_PREFIX)


class PaymentStatus(StrEnum):
    """Where an attempt stands. `abandoned` and `failed` are words for the page: checks go on for a while."""

    INITIALIZED = "initialized"
    SUCCESS = "success"
    FAILED = "failed"
    ABANDONED = "abandoned"
    MISMATCHED = "mismatched"
    REFUND_PENDING = "refund_pending"
    REFUNDED = "refunded"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUND_FAILED = "refund_failed"


UNSETTLED = frozenset({PaymentStatus.INITIALIZED, PaymentStatus.FAILED, PaymentStatus.ABANDONED})
"""States in which a verified success still counts."""


class PaymentGatewayUnavailable(Refusal):
    """Paystack could not be reached, was too slow or gave an answer that makes no sense."""

    code = "payment_gateway_unavailable"
    kind = Kind.UNAVAILABLE
    sentence = "Paystack cannot be reached at the moment. Nothing was charged; try again in a minute."


class RefundNotRetried(Refusal):
    """Paystack does not take the bank account that a refund should go to, or the refund does not wait for one."""

    code = "refund_not_retried"
    sentence = "Paystack did not accept this bank account. Check the number and the bank."


class RefundRefused(Refusal):
    """Paystack says that it did not take the refund, and why."""

    code = "refund_refused"
    sentence = "Paystack does not take this refund."


class BalanceTooLow(RefundRefused):
    """There is not enough in our balance at Paystack for the refund."""

    code = "balance_too_low"
    sentence = "The balance at Paystack is too low for this refund."


class RefundNotFailed(Refusal):
    """The refund did not fail, or its money went or is on its way in another refund."""

    code = "refund_not_failed"
    sentence = "This refund does not have to be sent again: it has gone, or it is on its way."


class NoRefundAccountNeeded(Refusal):
    """No refund of the booking waits for a bank account."""

    code = "no_refund_account_needed"
    sentence = "No refund of this booking waits for a bank account."


class NothingToPay(Refusal):
    """The booking is free or already paid for."""

    code = "nothing_to_pay"
    sentence = "There is nothing to pay for this booking."


class PaymentInProgress(Refusal):
    """Another request is starting a payment for the booking right now."""

    code = "payment_in_progress"
    sentence = "A payment for this booking is being started. Try again in a few seconds."


class ChargeStatus(StrEnum):
    """What Paystack's verify says of a transaction; every word that we do not know is `pending`."""

    SUCCESS = "success"
    ABANDONED = "abandoned"
    FAILED = "failed"
    REVERSED = "reversed"
    PENDING = "pending"


class BadSignature(Refusal):
    """A webhook that Paystack did not sign."""

    code = "invalid_signature"
    kind = Kind.UNAUTHENTICATED
    sentence = "The signature does not fit the body."


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Paystack's answer to verify. Amounts are in subunits; `requested_amount` may be absent."""

    status: ChargeStatus
    reference: str
    amount: int
    requested_amount: int | None
    currency: str
    domain: str
    customer_email: str
    paystack_id: int
    fees: int | None
    channel: str | None
    paid_at: datetime | None
    gateway_response: str | None


LONGEST_PAUSE = timedelta(hours=1)
"""Between two checks of an unsettled attempt in its first days."""
TIME_TO_DECIDE = timedelta(days=7)
"""For an operator, on a charge that is not the one we asked for; after that all of it goes back."""
HOURLY_UNTIL = timedelta(hours=72)
"""Paystack repeats its webhooks for as long."""
DAILY_UNTIL = timedelta(days=7)
ABANDONED_AFTER = timedelta(days=1)


MOST_ATTEMPTS = 6
ATTEMPTS_WINDOW = timedelta(hours=1)
"""Six attempts to pay for one booking in an hour: enough for every card in a purse."""


def refuse_too_many_attempts(begun: Sequence[datetime], now: datetime) -> None:
    """`begun` are the attempts within the window, oldest first. Raises `Throttled`."""
    if len(begun) >= MOST_ATTEMPTS:
        again = begun[-MOST_ATTEMPTS] + ATTEMPTS_WINDOW
        raise Throttled(int((again - now).total_seconds()) + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPolicy:
    """When to ask Paystack about an unsettled attempt without being told to.

    First after `first_after`, then at twice the pause each time up to an hour, hourly for three days,
    daily to the seventh day. A seat waits for money that is on its way for at most `slow_for`.
    """

    first_after: timedelta
    slow_for: timedelta = timedelta(hours=1)

    def worth_waiting_until(self, payment: Payment) -> datetime:
        """How long a seat is kept for an attempt whose money is on its way, counted from its beginning."""
        return payment.created_at + self.slow_for

    def next_check(self, *, created_at: datetime, checks: int, now: datetime) -> datetime | None:
        """After so many checks; nothing when the attempt is not asked about any more."""
        age = now - created_at
        if age >= DAILY_UNTIL:
            return None
        if age >= HOURLY_UNTIL:
            return now + timedelta(days=1)
        doublings: int = 2 ** min(checks, 20)
        return now + min(self.first_after * doublings, LONGEST_PAUSE)


@dataclass(slots=True, kw_only=True)
class Payment:
    """One attempt, with a reference of its own that is never used again.

    `expected` and `customer_email` are fixed when the attempt is made; `mode` is the Paystack mode
    (`test` or `live`) that it belongs to. `is_under_way` says that the payer's money is on its way, as it is for
    minutes with bank transfers. `owed_back` is what was promised back of it, in subunits, whatever became of
    the refunds; `charged_back` is the part of it that the payer's bank took; `written_off` what an operator gave
    up finding an owner of. A charge under a reference of ours that no attempt is known for has no booking.
    """

    id: UUID
    booking_id: UUID | None
    reference: str
    expected: Money
    customer_email: str
    mode: str
    status: PaymentStatus
    created_at: datetime
    authorization_url: str | None = None
    access_code: str | None = None
    charge: Charge | None = None
    pays_for_booking: bool = False
    is_under_way: bool = False
    owed_back: int = 0
    written_off: int = 0
    charged_back: int = 0
    problem: str | None = None
    checks: int = 0
    next_check_at: datetime | None = None

    @classmethod
    def start(
        cls,
        *,
        payment_id: UUID,
        reference: str,
        booking: Booking,
        customer_email: str,
        mode: str,
        policy: CheckPolicy,
        now: datetime,
    ) -> Payment:
        """A new attempt for the whole price of a booking that waits for its payment."""
        return cls(
            id=payment_id,
            booking_id=booking.id,
            reference=reference,
            expected=booking.price,
            customer_email=customer_email,
            mode=mode,
            status=PaymentStatus.INITIALIZED,
            created_at=now,
            next_check_at=now + policy.first_after,
        )

    @classmethod
    def of_unknown_charge(cls, charge: Charge, *, payment_id: UUID, now: datetime) -> Payment:
        """What Paystack charged under a reference of ours that we have lost: an operator decides."""
        payment = cls(
            id=payment_id,
            booking_id=None,
            reference=charge.reference,
            expected=Money(charge.amount, charge.currency),
            customer_email=charge.customer_email,
            mode=charge.domain,
            status=PaymentStatus.MISMATCHED,
            created_at=now,
        )
        payment.mismatch(charge, "no booking is known for it", now)
        return payment

    def is_undecided_for_too_long(self, now: datetime) -> bool:
        """Whether no operator decided in time about a charge that is not the one we asked for."""
        return (
            self.status is PaymentStatus.MISMATCHED
            and self.next_check_at is not None
            and self.next_check_at <= now
            and self.kept > 0
        )

    @property
    def is_live(self) -> bool:
        """Whether the payer can still be sent to this attempt's checkout page."""
        return self.status is PaymentStatus.INITIALIZED and self.authorization_url is not None

    @property
    def received(self) -> int:
        """What was charged, in subunits; 0 as long as nothing was."""
        return self.charge.amount if self.charge else 0

    def why_mismatched(self, charge: Charge) -> str | None:
        """Why a successful charge is not the one we asked for, or nothing when it is.

        Fees passed to the customer make `amount` larger than what was asked for (Paystack, verify), so
        `amount` may be more; `requested_amount`, where given, has to be exact.
        """
        if charge.reference != self.reference:
            return "another reference"
        if charge.currency != self.expected.currency:
            return f"charged in {charge.currency}, not {self.expected.currency}"
        if charge.requested_amount is not None and charge.requested_amount != self.expected.amount:
            return f"asked for {charge.requested_amount}, not {self.expected.amount}"
        if charge.amount < self.expected.amount:
            return f"charged {charge.amount}, not {self.expected.amount}"
        if charge.domain != self.mode:
            return f"charged in {charge.domain} mode, not {self.mode}"
        if charge.customer_email.casefold() != self.customer_email.casefold():
            return "charged to another customer"
        return None

    def checked(self, answer: ChargeStatus | None, policy: CheckPolicy, now: datetime) -> None:
        """Paystack was asked and did not say success: fix when to ask again, if at all.

        A failed attempt is closed at once. Paystack calls an attempt abandoned from its first second, so
        that it is closed as such only after a day. Closing is a word for the page: checks go on.
        """
        self.checks += 1
        self.is_under_way = answer is ChargeStatus.PENDING
        self.next_check_at = policy.next_check(created_at=self.created_at, checks=self.checks, now=now)
        if answer is ChargeStatus.FAILED:
            self.close(PaymentStatus.FAILED)
        elif answer is ChargeStatus.ABANDONED and now - self.created_at >= ABANDONED_AFTER:
            self.close(PaymentStatus.ABANDONED)

    def close(self, status: PaymentStatus) -> None:
        """Paystack calls the attempt failed or abandoned: offer a new one, go on checking this one."""
        if self.status in UNSETTLED:
            self.status = status

    def mismatch(self, charge: Charge, problem: str, now: datetime) -> None:
        """Charged, but not what we asked for: it never confirms by itself. An operator decides in time, else all
        of it goes back.
        """
        self.status = PaymentStatus.MISMATCHED
        self.charge = charge
        self.problem = problem
        self.is_under_way = False
        self.next_check_at = now + TIME_TO_DECIDE

    def succeed(self, charge: Charge) -> None:
        """The charge is the one that we asked for."""
        self.status = PaymentStatus.SUCCESS
        self.charge = charge
        self.is_under_way = False
        self.next_check_at = None

    def attach_to(self, booking: Booking) -> None:
        """An operator found out which booking a charge pays for: it collects that one's price from now on."""
        self.booking_id = booking.id
        self.expected = booking.price
        self.status = PaymentStatus.SUCCESS
        self.problem = None
        self.next_check_at = None

    def charge_back(self, amount: int) -> int:
        """The payer's bank took so much of it back; how much of that had not been promised back before.

        A refund that is under way goes on. What is left of a charge without an owner still waits for one.
        """
        taken = min(amount, self.kept)
        self.owed_back += taken
        self.charged_back += taken
        self.problem = reasons.BANK_TOOK_IT_BACK
        is_waiting = self.status is PaymentStatus.MISMATCHED and self.kept > 0
        if not is_waiting and self.status not in (PaymentStatus.REFUND_PENDING, PaymentStatus.REFUND_FAILED):
            self.status = PaymentStatus.PARTIALLY_REFUNDED if self.kept else PaymentStatus.REFUNDED
            self.next_check_at = None
        return taken

    def write_off(self) -> Money:
        """Nobody owns what is kept of it, and nobody will; how much that is."""
        given_up = self.rest_of_it
        self.written_off += given_up.amount
        self.next_check_at = None
        return given_up

    def write_off_refund(self, refund: Refund) -> None:
        """A refund that failed will never be made: what was promised is given up."""
        self.owed_back -= refund.amount.amount
        self.written_off += refund.amount.amount

    def pay_for_booking(self) -> None:
        """This is the one attempt that pays for its booking."""
        self.pays_for_booking = True

    def follow(self, refunds: Collection[Refund]) -> None:
        """Take over how far its refunds, all of them, have come. What is kept of a charge without an owner goes on
        waiting for one.
        """
        if self.status is PaymentStatus.MISMATCHED and self.kept:
            return
        if self.missing_of(refunds):
            self.status = PaymentStatus.REFUND_FAILED
        elif not all(refund.is_final for refund in refunds):
            self.status = PaymentStatus.REFUND_PENDING
        else:
            self.status = PaymentStatus.PARTIALLY_REFUNDED if self.kept else PaymentStatus.REFUNDED

    def missing_of(self, refunds: Collection[Refund]) -> int:
        """What was promised back, and neither went nor is on its way: its refund failed. In subunits."""
        alive = sum(refund.amount.amount for refund in refunds if refund.status is not RefundStatus.FAILED)
        return self.owed_back - self.charged_back - alive

    def can_believe(self, status: RefundStatus, refund: Refund, refunds: Collection[Refund]) -> bool:
        """Whether what Paystack says of one of its refunds fits what was promised back.

        What has gone has gone. A refund that failed counts again as long as nothing went in its place.
        """
        if refund.status is RefundStatus.PROCESSED or status is refund.status:
            return status is refund.status
        if refund.status is not RefundStatus.FAILED:
            return True
        others_are_in = not any(other.is_at_paystack for other in refunds)
        return others_are_in and self.missing_of(refunds) >= refund.amount.amount

    def retry(self, failed: Refund, refunds: Collection[Refund], *, refund_id: UUID) -> Refund:
        """The same sum once more, in a refund of its own; nothing more is promised. Raises `RefundNotFailed`."""
        if failed.status is not RefundStatus.FAILED or self.missing_of(refunds) < failed.amount.amount:
            raise RefundNotFailed
        self.status = PaymentStatus.REFUND_PENDING
        return Refund(id=refund_id, payment_id=self.id, amount=failed.amount, reason=failed.reason)

    def owe_back(self, amount: Money, *, refund_id: UUID, reason: str) -> Refund:
        """Some or all of it goes back to the client."""
        self.status = PaymentStatus.REFUND_PENDING
        self.problem = reason
        self.owed_back += amount.amount
        self.next_check_at = None
        return Refund(id=refund_id, payment_id=self.id, amount=amount, reason=reason)

    def take_over(self, refund: Refund, refunds: Collection[Refund]) -> None:
        """A refund was made that nothing is known of here: what it carries was promised back. `refunds` are all
        of them, itself included.
        """
        self.owed_back += refund.amount.amount
        self.follow(refunds)
        if self.status is not PaymentStatus.MISMATCHED:
            self.problem = refund.reason
            self.next_check_at = None

    @property
    def kept(self) -> int:
        """What was charged and neither promised back nor written off, in subunits."""
        return self.received - self.owed_back - self.written_off

    @property
    def all_of_it(self) -> Money:
        """What was charged."""
        return Money(self.received, self.charge.currency if self.charge else self.expected.currency)

    @property
    def rest_of_it(self) -> Money:
        """What was charged and not promised back."""
        return Money(self.kept, self.all_of_it.currency)

    @property
    def fees(self) -> int:
        """What Paystack kept of the charge, in subunits."""
        return (self.charge.fees if self.charge else None) or 0


class RefundStatus(StrEnum):
    """`requested` is ours (not sent yet); the others are Paystack's own words."""

    REQUESTED = "requested"
    PENDING = "pending"
    PROCESSING = "processing"
    PROCESSED = "processed"
    FAILED = "failed"
    NEEDS_ATTENTION = "needs-attention"


FINAL_REFUND_STATUSES = frozenset({RefundStatus.PROCESSED, RefundStatus.FAILED})


REFUND_NOTE = "imoran refund"
"""Begins what we write on every refund at Paystack."""
LATE_AFTER_WORKING_DAYS = 15
"""Paystack says ten at most."""


@dataclass(slots=True, kw_only=True)
class Refund:
    """Money going back for a payment. `sent_at` is stored before Paystack is called; `created_at` is the
    database's.
    """

    id: UUID
    payment_id: UUID
    amount: Money
    reason: str
    status: RefundStatus = RefundStatus.REQUESTED
    paystack_id: int | None = None
    sent_at: datetime | None = None
    created_at: datetime | None = None

    @property
    def is_final(self) -> bool:
        """Whether nothing more is expected of it."""
        return self.status in FINAL_REFUND_STATUSES

    @property
    def is_at_paystack(self) -> bool:
        """Whether it was sent and has not come to its end. Only one refund of a payment is, at a time."""
        return self.sent_at is not None and not self.is_final

    def is_late(self, now: datetime) -> bool:
        """Whether it takes longer than a refund ever should, counted in days from Monday to Friday, in UTC."""
        if self.is_final or self.created_at is None:
            return False
        return working_days(self.created_at.date(), now.date()) > LATE_AFTER_WORKING_DAYS

    @property
    def note(self) -> str:
        """What we write on the refund at Paystack, to recognise it by."""
        return f"{REFUND_NOTE} {self.id}"


def working_days(since: date, until: date) -> int:
    """Days from Monday to Friday after the first date, the last one included."""
    return sum((since + timedelta(days=day)).weekday() < 5 for day in range(1, (until - since).days + 1))


class SettlementOutcome(StrEnum):
    """What a verified charge means for its booking (docs/architecture.md, Money)."""

    CONFIRM = "confirm"
    REFUND = "refund"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """The outcome and, for the history and the client, its reason."""

    outcome: SettlementOutcome
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementCase:
    """A verified charge, its booking, and the seat that the booking would take anew, all under lock."""

    booking: Booking
    booking_is_paid: bool
    seat: SeatRequest

    def decide(self, now: datetime) -> Settlement:
        """Confirm, refund in full, or do nothing.

        A seat that was given up (expired, or cancelled by its client) is taken again when the rules for
        booking it still hold; a booking that somebody else cancelled is not brought back.
        """
        if self.booking_is_paid or self.booking.status in (
            BookingStatus.CONFIRMED,
            BookingStatus.COMPLETED,
            BookingStatus.NO_SHOW,
        ):
            return _refund(reasons.PAID_ALREADY)
        if self.booking.status is BookingStatus.PENDING:
            # Even just after its hold: nobody can have taken the seat before the booking is swept.
            return _confirm(reasons.PAYMENT_VERIFIED)
        if self.booking.gave_up_own_seat:
            return self._take_seat_again(now)
        return _refund(reasons.SESSION_CANCELLED)

    def _take_seat_again(self, now: datetime) -> Settlement:
        try:
            self.seat.refuse_unless_lawful(now)
        except (
            AlreadyBooked,
            BookingOverlap,
            ConsultantUnavailable,
            SlotFull,
            SlotInPast,
            SlotNotOpen,
        ) as refusal:
            return _refund(reasons.paid_too_late(refusal.code))
        return _confirm(reasons.PAYMENT_VERIFIED_LATE)


def _confirm(reason: str) -> Settlement:
    return Settlement(outcome=SettlementOutcome.CONFIRM, reason=reason)


def _refund(reason: str) -> Settlement:
    return Settlement(outcome=SettlementOutcome.REFUND, reason=reason)
