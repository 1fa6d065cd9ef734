"""A consultant's limits: notice, window, sessions per day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bookings import DayFull, NoticeTooShort, SlotInPast, TooFarAhead
from domain.consultants import NO_LIMITS, BookingLimits
from domain.refusals import Invalid, Refusal
from tests.unit.domain.examples import NOW, a_request, a_slot, a_span, some_terms

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


def refusal_of(limits: BookingLimits, *, starts_in: timedelta, **facts: Any) -> type[Refusal] | None:
    """What a booking of a session that begins so far from now runs into."""
    slot = a_slot(terms=some_terms(span=a_span(starts_in=starts_in)), seats_taken=facts.pop("seats_taken", 0))
    try:
        a_request(slot, limits=limits, **facts).refuse_unless_bookable(NOW)
    except Refusal as refusal:
        return type(refusal)
    return None


@pytest.mark.parametrize(
    "limits",
    [
        {},
        {"minimum_notice": timedelta(days=30)},
        {"window": timedelta(days=1)},
        {"window": timedelta(days=732)},
        {"sessions_per_day": 1},
        {"sessions_per_day": 96},
    ],
)
def test_limits_within_their_bounds(limits: dict[str, Any]) -> None:
    assert BookingLimits(**limits)


@pytest.mark.parametrize(
    ("limits", "field"),
    [
        ({"minimum_notice": -SECOND}, "minimum_notice_minutes"),
        ({"minimum_notice": timedelta(days=30, minutes=1)}, "minimum_notice_minutes"),
        ({"window": timedelta(0)}, "booking_window_days"),
        ({"window": timedelta(days=733)}, "booking_window_days"),
        ({"sessions_per_day": 0}, "sessions_per_day"),
        ({"sessions_per_day": 97}, "sessions_per_day"),
    ],
)
def test_limits_outside_their_bounds_name_the_field(limits: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        BookingLimits(**limits)
    assert [error.field for error in refusal.value.errors] == [field]


def test_the_notice_counts_to_the_second_and_its_own_instant_is_in_time() -> None:
    limits = BookingLimits(minimum_notice=2 * HOUR)
    assert refusal_of(limits, starts_in=2 * HOUR) is None
    assert refusal_of(limits, starts_in=2 * HOUR - SECOND) is NoticeTooShort


def test_the_window_counts_to_the_second_and_its_own_instant_is_in_it() -> None:
    limits = BookingLimits(window=timedelta(days=3))
    assert refusal_of(limits, starts_in=timedelta(days=3)) is None
    assert refusal_of(limits, starts_in=timedelta(days=3) + SECOND) is TooFarAhead


@given(st.integers(-3_600, 70_000_000), st.integers(0, 43_200), st.integers(1, 732))
def test_a_session_is_bookable_exactly_between_window_and_notice(starts_in: int, notice: int, window: int) -> None:
    limits = BookingLimits(minimum_notice=timedelta(minutes=notice), window=timedelta(days=window))
    refusal = refusal_of(limits, starts_in=timedelta(seconds=starts_in))
    if starts_in <= 0:
        assert refusal is SlotInPast
    else:
        assert (refusal is None) == (notice * 60 <= starts_in <= window * 86_400)


@pytest.mark.parametrize(("others", "refusal"), [(0, None), (1, None), (2, DayFull), (3, DayFull)])
def test_a_day_takes_as_many_sessions_as_the_limit_says(others: int, refusal: type[Refusal] | None) -> None:
    limits = BookingLimits(sessions_per_day=2)
    assert refusal_of(limits, starts_in=HOUR, other_sessions_that_day=others) is refusal


def test_another_seat_of_a_session_that_takes_place_anyway_is_no_further_session() -> None:
    slot = a_slot(terms=some_terms(capacity=3), seats_taken=1)
    request = a_request(slot, limits=BookingLimits(sessions_per_day=1), other_sessions_that_day=1)
    request.refuse_unless_bookable(NOW)


def test_whoever_was_offered_a_seat_has_no_limits() -> None:
    limits = BookingLimits(minimum_notice=timedelta(days=1), sessions_per_day=1)
    facts = {"other_sessions_that_day": 5, "is_in_line": True}
    assert refusal_of(limits, starts_in=HOUR, has_offer=True, **facts) is None
    assert refusal_of(limits, starts_in=HOUR, has_offer=False, **facts) is NoticeTooShort


def test_money_that_is_settled_late_has_no_limits() -> None:
    slot = a_slot(terms=some_terms(span=a_span(starts_in=HOUR)))
    limits = BookingLimits(minimum_notice=timedelta(days=1), sessions_per_day=1)
    a_request(slot, limits=limits, other_sessions_that_day=5).refuse_unless_lawful(NOW)


def test_without_limits_everything_within_two_years_is_bookable() -> None:
    assert refusal_of(NO_LIMITS, starts_in=SECOND, other_sessions_that_day=500) is None
    assert refusal_of(NO_LIMITS, starts_in=timedelta(days=732)) is None
