"""Bookings: the table of states, the refusals of rules 1 to 4, holds, and rules 6 and 8."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest

from domain.availability import SlotNotOpen, SlotStatus
from domain.bookings import (
    LAWFUL,
    LONGEST_REASON,
    SEAT_HOLDING,
    Actor,
    AlreadyBooked,
    Booking,
    BookingNotConfirmed,
    BookingOverlap,
    BookingStatus,
    ConsultantUnavailable,
    HoldExpired,
    MeetingLink,
    OwnSlot,
    SessionNotOver,
    SlotFull,
    SlotInPast,
    UnlawfulTransition,
)
from domain.consultants import CancellationPolicy
from domain.refusals import Invalid, Refusal
from tests.unit.domain.examples import (
    CLIENT_ID,
    CONSULTANT_ID,
    FREE,
    HOLD,
    HOUR,
    LINK,
    NOW,
    PRICE,
    a_booking,
    a_request,
    a_reservation,
    a_slot,
    a_span,
    some_terms,
)

INSTANT = timedelta(microseconds=1)
AFTER = a_span().ends_at

STEPS: dict[BookingStatus, Callable[[Booking], None]] = {
    BookingStatus.CONFIRMED: lambda booking: booking.confirm(AFTER, reason="payment verified"),
    BookingStatus.EXPIRED: lambda booking: booking.lapse(AFTER),
    BookingStatus.CANCELLED: lambda booking: booking.cancel(Actor.CONSULTANT, AFTER),
    BookingStatus.COMPLETED: lambda booking: booking.complete(AFTER),
}
"""The way into each state that can be entered once a seat is taken."""

ACTORS = {
    BookingStatus.CONFIRMED: Actor.SYSTEM,
    BookingStatus.EXPIRED: Actor.SYSTEM,
    BookingStatus.CANCELLED: Actor.CONSULTANT,
    BookingStatus.COMPLETED: Actor.CONSULTANT,
}


def test_the_lawful_steps_are_those_of_the_product() -> None:
    drawn = {
        "": "pending confirmed",
        "pending": "confirmed expired cancelled",
        "confirmed": "completed no_show cancelled",
        "completed": "no_show",
        "expired": "confirmed",
        "cancelled": "confirmed",
    }
    steps = {(start or None, end) for start, ends in drawn.items() for end in ends.split()}
    assert steps == {(start and start.value, end.value) for start, end in LAWFUL}


def test_expired_and_cancelled_bookings_hold_no_seat_and_all_others_do() -> None:
    assert set(BookingStatus) - SEAT_HOLDING == {BookingStatus.EXPIRED, BookingStatus.CANCELLED}


@pytest.mark.parametrize("target", STEPS)
@pytest.mark.parametrize("start", BookingStatus)
def test_every_step_is_taken_or_refused_by_the_table(start: BookingStatus, target: BookingStatus) -> None:
    booking = a_booking(start)
    before = deepcopy(booking)
    if (start, target) in LAWFUL:
        STEPS[target](booking)
        assert (booking.status, booking.last_actor, booking.hold_expires_at) == (target, ACTORS[target], None)
        [step] = booking.unsaved
        assert (step.previous, step.status, step.actor, step.at) == (start, target, ACTORS[target], AFTER)
    else:
        with pytest.raises(UnlawfulTransition) as refusal:
            STEPS[target](booking)
        assert (refusal.value.current, refusal.value.wanted) == (start, target)
        assert booking == before


REFUSALS: list[tuple[type[Refusal], dict[str, Any]]] = [
    (OwnSlot, {"client_id": CONSULTANT_ID}),
    (ConsultantUnavailable, {"consultant_takes_bookings": False}),
    (SlotNotOpen, {"status": SlotStatus.CLOSED}),
    (SlotInPast, {"starts_in": timedelta(0)}),
    (AlreadyBooked, {"client_has_seat": True}),
    (BookingOverlap, {"client_is_busy": True}),
    (SlotFull, {"seats_taken": 1}),
]
"""Each rule with the fact that breaks it, in the order in which a person would want to hear about them."""


def refuse(facts: dict[str, Any]) -> None:
    of_slot = {name: facts[name] for name in ("status", "seats_taken") if name in facts}
    terms = some_terms(span=a_span(starts_in=facts.get("starts_in", timedelta(days=1))))
    of_client = {
        name: value for name, value in facts.items() if name not in ("status", "seats_taken", "starts_in")
    }
    a_request(a_slot(terms=terms, **of_slot), **of_client).refuse_unless_lawful(NOW)


@pytest.mark.parametrize(("refusal", "facts"), REFUSALS)
def test_each_broken_rule_has_a_refusal_of_its_own(refusal: type[Refusal], facts: dict[str, Any]) -> None:
    with pytest.raises(refusal):
        refuse(facts)


@pytest.mark.parametrize(("first", "second"), list(combinations(REFUSALS, 2)))
def test_of_two_broken_rules_the_earlier_one_is_told(
    first: tuple[type[Refusal], dict[str, Any]], second: tuple[type[Refusal], dict[str, Any]]
) -> None:
    with pytest.raises(first[0]):
        refuse(first[1] | second[1])


def test_no_rule_is_against_an_ordinary_request() -> None:
    refuse({})
    refuse({"starts_in": INSTANT})


@pytest.mark.parametrize("status", [SlotStatus.CLOSED, SlotStatus.CANCELLED])
def test_only_an_open_slot_can_be_booked(status: SlotStatus) -> None:
    with pytest.raises(SlotNotOpen):
        refuse({"status": status})


def test_a_paid_seat_is_held_until_it_is_paid_for() -> None:
    booking = a_reservation()
    assert (booking.status, booking.hold_expires_at) == (BookingStatus.PENDING, NOW + HOLD.length)
    [step] = booking.unsaved
    assert (step.previous, step.status, step.actor, step.actor_id) == (None, "pending", Actor.CLIENT, CLIENT_ID)


def test_a_free_session_is_confirmed_at_once() -> None:
    booking = a_reservation(a_request(a_slot(terms=some_terms(price=FREE))))
    assert (booking.status, booking.hold_expires_at) == (BookingStatus.CONFIRMED, None)
    [step] = booking.unsaved
    assert (step.previous, step.status) == (None, BookingStatus.CONFIRMED)


def test_price_policy_and_time_are_fixed_when_the_booking_is_made() -> None:
    slot = a_slot()
    booking = a_reservation(a_request(slot))
    slot.change(some_terms(price=FREE, capacity=5), SlotStatus.CLOSED, NOW)
    assert (booking.price, booking.policy, booking.span) == (PRICE, CancellationPolicy.MODERATE, a_span())


@pytest.mark.parametrize("reason", ["", "  \n\t ", "x" * (LONGEST_REASON + 1)])
def test_a_reason_out_of_bounds_is_refused(reason: str) -> None:
    with pytest.raises(Invalid) as refusal:
        a_reservation(reason=reason)
    assert [error.field for error in refusal.value.errors] == ["reason_for_session"]


@pytest.mark.parametrize("reason", ["nul \x00", "bell \x07", "surrogate \ud800"])
def test_a_reason_with_characters_that_nobody_types_is_refused(reason: str) -> None:
    with pytest.raises(Invalid):
        a_reservation(reason=reason)


def test_a_reason_is_kept_without_the_space_around_it_and_with_its_lines() -> None:
    assert a_reservation(reason="  A lease.\n\tUrgent. ").reason == "A lease.\n\tUrgent."


def test_a_missing_reason_is_told_before_any_rule() -> None:
    with pytest.raises(Invalid):
        a_reservation(a_request(client_id=CONSULTANT_ID), reason="")


def test_a_hold_lapses_at_its_end_and_not_before() -> None:
    booking = a_reservation()
    end = NOW + HOLD.length
    assert not booking.has_lapsed(end - INSTANT)
    assert booking.has_lapsed(end)


def test_only_a_pending_booking_has_a_hold_that_lapses() -> None:
    booking = a_reservation()
    booking.confirm(NOW, reason="payment verified")
    assert not booking.has_lapsed(NOW + HOLD.length)
    assert not a_booking(BookingStatus.CONFIRMED, hold_expires_at=NOW).has_lapsed(NOW)


def test_a_held_seat_can_be_paid_for_until_its_hold_ends() -> None:
    booking = a_reservation()
    booking.require_payable(NOW + HOLD.length - INSTANT)
    with pytest.raises(HoldExpired):
        booking.require_payable(NOW + HOLD.length)


def test_an_expired_booking_says_that_its_time_is_over() -> None:
    with pytest.raises(HoldExpired):
        a_booking(BookingStatus.EXPIRED).require_payable(NOW)


@pytest.mark.parametrize("status", sorted(set(BookingStatus) - {BookingStatus.PENDING, BookingStatus.EXPIRED}))
def test_nothing_else_can_be_paid_for(status: BookingStatus) -> None:
    with pytest.raises(UnlawfulTransition):
        a_booking(status).require_payable(NOW)


def test_a_session_is_completed_after_its_end_only() -> None:
    booking = a_booking(BookingStatus.CONFIRMED)
    with pytest.raises(SessionNotOver):
        booking.complete(booking.span.ends_at - INSTANT)
    assert (booking.status, booking.unsaved) == (BookingStatus.CONFIRMED, [])
    booking.complete(booking.span.ends_at)
    assert booking.unsaved[0].actor_id == CONSULTANT_ID


def test_a_seat_is_given_up_by_a_lapsed_hold_or_by_its_client_alone() -> None:
    lapsed, given_up = a_reservation(), a_reservation()
    lapsed.lapse(NOW)
    given_up.cancel(Actor.CLIENT, NOW)
    assert lapsed.gave_up_own_seat
    assert given_up.gave_up_own_seat
    for actor in set(Actor) - {Actor.CLIENT}:
        assert not a_booking(BookingStatus.CANCELLED, last_actor=actor).gave_up_own_seat
    for status in SEAT_HOLDING:
        assert not a_booking(status).gave_up_own_seat


def test_the_whole_history_is_noted_in_order() -> None:
    booking = a_reservation()
    booking.lapse(NOW + HOUR)
    booking.confirm(NOW + HOUR, reason="payment verified late")
    booking.complete(AFTER)
    assert [(step.previous, step.status) for step in booking.unsaved] == [
        (None, "pending"),
        ("pending", "expired"),
        ("expired", "confirmed"),
        ("confirmed", "completed"),
    ]


@pytest.mark.parametrize("status", sorted(set(BookingStatus) - {BookingStatus.CONFIRMED}))
def test_only_a_confirmed_booking_gets_a_meeting_link(status: BookingStatus) -> None:
    booking = a_booking(status)
    with pytest.raises(BookingNotConfirmed):
        booking.meet_at(MeetingLink(platform="Jitsi", url=LINK))
    assert booking.meeting is None


def test_a_meeting_link_can_be_replaced() -> None:
    booking = a_booking(BookingStatus.CONFIRMED)
    booking.meet_at(MeetingLink(platform="Jitsi", url=LINK))
    booking.meet_at(MeetingLink(platform="Zoom", url=f"{LINK}/2"))
    assert booking.meeting == MeetingLink(platform="Zoom", url=f"{LINK}/2")
