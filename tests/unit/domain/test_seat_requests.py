"""Who may take a seat: the consultant's limits, and the people who are in line for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.availability import Slot
from domain.bookings import DayFull, NoticeTooShort, SlotFull, TooFarAhead
from domain.consultants import BookingLimits
from domain.refusals import Invalid
from tests.unit.domain.examples import a_request, a_slot, some_terms

INSTANT = timedelta(microseconds=1)


def with_line(*, capacity: int, taken: int, waiting: int) -> Slot:
    """A slot with so many seats, so many of them taken, and so many people in line."""
    return replace(a_slot(terms=some_terms(capacity=capacity), seats_taken=taken), people_waiting=waiting)


def test_notice_and_window_count_to_their_very_instant() -> None:
    limits = BookingLimits(minimum_notice=timedelta(hours=5), window=timedelta(days=30))
    request = a_request(limits=limits)
    starts_at = request.slot.span.starts_at
    request.refuse_unless_bookable(starts_at - timedelta(hours=5))
    request.refuse_unless_bookable(starts_at - timedelta(days=30))
    with pytest.raises(NoticeTooShort):
        request.refuse_unless_bookable(starts_at - timedelta(hours=5) + INSTANT)
    with pytest.raises(TooFarAhead):
        request.refuse_unless_bookable(starts_at - timedelta(days=30) - INSTANT)


def test_a_day_is_full_for_a_further_session_but_not_for_one_that_takes_place_anyway() -> None:
    limits = BookingLimits(sessions_per_day=2)
    empty, begun = with_line(capacity=3, taken=0, waiting=0), with_line(capacity=3, taken=1, waiting=0)
    now = empty.span.starts_at - timedelta(days=1)
    a_request(empty, limits=limits, other_sessions_that_day=1).refuse_unless_bookable(now)
    a_request(begun, limits=limits, other_sessions_that_day=2).refuse_unless_bookable(now)
    with pytest.raises(DayFull):
        a_request(empty, limits=limits, other_sessions_that_day=2).refuse_unless_bookable(now)


def test_limits_do_not_count_for_money_that_is_settled_late_or_for_who_was_offered_the_seat() -> None:
    limits = BookingLimits(minimum_notice=timedelta(days=2))
    slot = with_line(capacity=1, taken=0, waiting=1)
    now = slot.span.starts_at - timedelta(hours=1)
    a_request(slot, limits=limits, is_in_line=True, has_offer=True).refuse_unless_bookable(now)
    a_request(limits=limits).refuse_unless_lawful(now)


@given(
    capacity=st.integers(1, 6),
    taken=st.integers(0, 6),
    waiting=st.integers(0, 6),
    is_in_line=st.booleans(),
    has_offer=st.booleans(),
)
def test_a_seat_goes_to_who_has_the_first_claim(
    capacity: int, taken: int, waiting: int, is_in_line: bool, has_offer: bool
) -> None:
    taken = min(taken, capacity)
    waiting = max(waiting, int(is_in_line))
    slot = with_line(capacity=capacity, taken=taken, waiting=waiting)
    request = a_request(slot, is_in_line=is_in_line, has_offer=is_in_line and has_offer)
    free = capacity - taken
    others = waiting - is_in_line
    allowed = free > 0 if is_in_line and has_offer else free > others
    now = slot.span.starts_at - timedelta(hours=1)
    if allowed:
        request.refuse_unless_bookable(now)
    else:
        with pytest.raises(SlotFull):
            request.refuse_unless_bookable(now)


@pytest.mark.parametrize(
    ("limits", "field"),
    [
        ({"minimum_notice": timedelta(days=31)}, "minimum_notice_minutes"),
        ({"minimum_notice": -timedelta(minutes=1)}, "minimum_notice_minutes"),
        ({"window": timedelta(0)}, "booking_window_days"),
        ({"window": timedelta(days=733)}, "booking_window_days"),
        ({"sessions_per_day": 0}, "sessions_per_day"),
        ({"sessions_per_day": 97}, "sessions_per_day"),
    ],
)
def test_limits_out_of_bounds_are_named(limits: dict[str, timedelta | int], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        BookingLimits(**limits)  # type: ignore[arg-type]  # each value has its field's type
    assert [error.field for error in refusal.value.errors] == [field]
