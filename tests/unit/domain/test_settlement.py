"""What a verified charge means for its booking: the table of outcomes, row by row."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.availability import SlotStatus
from domain.bookings import Actor, Booking, BookingStatus
from domain.payments import SettlementCase, SettlementOutcome
from tests.unit.domain.examples import HOLD, NOW, a_booking, a_request, a_slot, a_span, some_terms

FREE_AGAIN = a_request(a_slot(terms=some_terms(capacity=2), seats_taken=1))
FULL = a_request(a_slot(seats_taken=1))
LAPSED = NOW + HOLD.length


def outcome(
    booking: Booking, *, paid: bool = False, seat: Any = FREE_AGAIN, now: Any = LAPSED
) -> SettlementOutcome:
    settlement = SettlementCase(booking=booking, booking_is_paid=paid, seat=seat).decide(now)
    assert settlement.reason
    return settlement.outcome


@pytest.mark.parametrize("now", [NOW, LAPSED, LAPSED + timedelta(days=30)])
@pytest.mark.parametrize("seat", [FREE_AGAIN, FULL])
def test_a_pending_booking_is_confirmed_with_its_own_seat_even_just_after_its_hold(seat: Any, now: Any) -> None:
    assert outcome(a_booking(BookingStatus.PENDING), seat=seat, now=now) is SettlementOutcome.CONFIRM


GIVEN_UP = [a_booking(BookingStatus.EXPIRED), a_booking(BookingStatus.CANCELLED, last_actor=Actor.CLIENT)]


@pytest.mark.parametrize("booking", GIVEN_UP, ids=["expired", "given up"])
def test_a_given_up_booking_takes_a_free_seat_anew(booking: Booking) -> None:
    assert outcome(booking) is SettlementOutcome.CONFIRM


AGAINST: dict[str, Any] = {
    "none free": FULL,
    "begun": a_request(a_slot(terms=some_terms(span=a_span(starts_in=HOLD.length)))),
    "closed": a_request(a_slot(status=SlotStatus.CLOSED)),
    "slot cancelled": a_request(a_slot(status=SlotStatus.CANCELLED)),
    "consultant unavailable": a_request(consultant_takes_bookings=False),
    "client has another seat in it": a_request(client_has_seat=True),
    "client is busy elsewhere": a_request(client_is_busy=True),
}


@pytest.mark.parametrize("reason", AGAINST)
@pytest.mark.parametrize("booking", GIVEN_UP, ids=["expired", "given up"])
def test_a_given_up_booking_is_refunded_when_a_rule_is_against_its_seat(booking: Booking, reason: str) -> None:
    assert outcome(booking, seat=AGAINST[reason]) is SettlementOutcome.REFUND


@pytest.mark.parametrize("actor", [Actor.CONSULTANT, Actor.OPERATOR, Actor.SYSTEM])
def test_a_booking_that_somebody_else_cancelled_is_refunded(actor: Actor) -> None:
    assert outcome(a_booking(BookingStatus.CANCELLED, last_actor=actor)) is SettlementOutcome.REFUND


@pytest.mark.parametrize("status", [BookingStatus.CONFIRMED, BookingStatus.COMPLETED, BookingStatus.NO_SHOW])
@pytest.mark.parametrize("paid", [True, False])
def test_a_second_charge_for_a_booking_that_stands_is_refunded(status: BookingStatus, paid: bool) -> None:
    assert outcome(a_booking(status), paid=paid) is SettlementOutcome.REFUND


@pytest.mark.parametrize("status", BookingStatus)
def test_whatever_its_state_a_booking_is_paid_for_once(status: BookingStatus) -> None:
    assert outcome(a_booking(status), paid=True) is SettlementOutcome.REFUND


def test_the_reason_of_a_refund_says_which_rule_was_against_the_seat() -> None:
    case = SettlementCase(booking=a_booking(BookingStatus.EXPIRED), booking_is_paid=False, seat=FULL)
    assert "slot full" in case.decide(LAPSED).reason
