"""Ordinary people, sessions and bookings, for tests that change one thing about them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from domain.accounts import Person
from domain.availability import Slot, SlotStatus, SlotTerms
from domain.bookings import Booking, BookingStatus, HoldPolicy, SeatRequest
from domain.consultants import NO_LIMITS, CancellationPolicy
from domain.money import Money
from domain.payments import Charge, ChargeStatus, CheckPolicy, Payment
from domain.time_span import TimeSpan

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PRICE = Money(500_000, "NGN")
FREE = Money(0, "NGN")
HOLD = HoldPolicy(length=timedelta(minutes=15))
CHECKS = CheckPolicy(first_after=timedelta(minutes=1))
CONSULTANT_ID = UUID(int=1)
CLIENT_ID = UUID(int=2)
LINK = "https://meet.example/abc"


def a_span(*, starts_in: timedelta = timedelta(days=1), length: timedelta = HOUR) -> TimeSpan:
    """One hour, tomorrow."""
    return TimeSpan(NOW + starts_in, NOW + starts_in + length)


def some_terms(*, span: TimeSpan | None = None, capacity: int = 1, price: Money = PRICE) -> SlotTerms:
    """One seat of a paid hour."""
    return SlotTerms(span=span or a_span(), capacity=capacity, price=price)


def a_slot(*, terms: SlotTerms | None = None, status: SlotStatus = SlotStatus.OPEN, seats_taken: int = 0) -> Slot:
    """An open session without bookings."""
    return Slot(
        id=uuid4(),
        consultant_id=CONSULTANT_ID,
        terms=terms or some_terms(),
        status=status,
        seats_taken=seats_taken,
    )


def a_request(slot: Slot | None = None, **changes: Any) -> SeatRequest:
    """A request that no rule is against."""
    facts: dict[str, Any] = {
        "client_id": CLIENT_ID,
        "consultant_takes_bookings": True,
        "client_has_seat": False,
        "client_is_busy": False,
        "limits": NO_LIMITS,
    }
    return SeatRequest(slot=slot or a_slot(), **facts | changes)


def a_reservation(request: SeatRequest | None = None, *, now: datetime = NOW, reason: str = "A lease") -> Booking:
    """A seat taken by the rules."""
    return Booking.reserve(
        request or a_request(),
        booking_id=uuid4(),
        reason=reason,
        policy=CancellationPolicy.MODERATE,
        hold=HOLD,
        now=now,
    )


def a_booking(status: BookingStatus, **changes: Any) -> Booking:
    """A booking in some state, without its history."""
    facts: dict[str, Any] = {
        "id": uuid4(),
        "slot_id": uuid4(),
        "client_id": CLIENT_ID,
        "consultant_id": CONSULTANT_ID,
        "span": a_span(),
        "reason": "A lease",
        "price": PRICE,
        "policy": CancellationPolicy.FLEXIBLE,
        "status": status,
        "hold_expires_at": NOW + HOLD.length if status is BookingStatus.PENDING else None,
    }
    return Booking(**facts | changes)


def a_payment() -> Payment:
    """An attempt that waits for its payer."""
    return Payment.start(
        payment_id=uuid4(),
        reference="imo-abc",
        booking=a_booking(BookingStatus.PENDING),
        customer_email="Ada@example.com",
        mode="test",
        policy=CHECKS,
        now=NOW,
    )


def a_charge(**changes: Any) -> Charge:
    """The very charge that `a_payment` asks for."""
    facts: dict[str, Any] = {
        "status": ChargeStatus.SUCCESS,
        "reference": "imo-abc",
        "amount": PRICE.amount,
        "requested_amount": PRICE.amount,
        "currency": PRICE.currency,
        "domain": "test",
        "customer_email": "ada@example.com",
        "paystack_id": 4_099_260_516,
        "fees": 17_500,
        "channel": "card",
        "paid_at": NOW,
        "gateway_response": "Successful",
    }
    return Charge(**facts | changes)


def a_person(**changes: Any) -> Person:
    """Somebody whose every field is in order."""
    facts: dict[str, Any] = {
        "username": "ada.obi",
        "email": "ada.obi@example.com",
        "first_name": "Ada",
        "last_name": "Obioma",
        "phone_number": "+234 803 123 4567",
    }
    return Person(**facts | changes)
