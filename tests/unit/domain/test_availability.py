"""Slots: bounds, and rules 2, 4 and 5."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.availability import (
    FURTHEST_AHEAD,
    LARGEST_CAPACITY,
    LONGEST_SESSION,
    SMALLEST_CHARGE,
    CapacityBelowSeatsTaken,
    Slot,
    SlotHasSeatsTaken,
    SlotNotOpen,
    SlotStatus,
    SlotTerms,
)
from domain.money import CURRENCIES, Money
from domain.refusals import Invalid
from tests.unit.domain.examples import CONSULTANT_ID, FREE, HOUR, NOW, PRICE, a_slot, a_span, some_terms

INSTANT = timedelta(microseconds=1)


def refused_fields(refusal: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [error.field for error in refusal.value.errors]


def publish(terms: SlotTerms) -> Slot:
    return Slot.publish(slot_id=uuid4(), consultant_id=CONSULTANT_ID, terms=terms, now=NOW)


@pytest.mark.parametrize("length", [timedelta(0), -HOUR, LONGEST_SESSION + INSTANT])
def test_a_session_ends_after_its_start_and_within_a_day(length: timedelta) -> None:
    with pytest.raises(Invalid) as refusal:
        some_terms(span=a_span(length=length))
    assert refused_fields(refusal) == ["ends_at"]


@pytest.mark.parametrize("length", [INSTANT, LONGEST_SESSION])
def test_the_shortest_and_the_longest_session_are_lawful(length: timedelta) -> None:
    assert some_terms(span=a_span(length=length)).span.length == length


@pytest.mark.parametrize("capacity", [-1, 0, LARGEST_CAPACITY + 1])
def test_a_capacity_out_of_bounds_is_refused(capacity: int) -> None:
    with pytest.raises(Invalid) as refusal:
        some_terms(capacity=capacity)
    assert refused_fields(refusal) == ["max_slots"]


@pytest.mark.parametrize("currency", sorted(CURRENCIES))
def test_a_price_is_nothing_or_at_least_what_paystack_collects(currency: str) -> None:
    smallest = SMALLEST_CHARGE[currency]
    assert some_terms(price=Money(0, currency)).price.is_free
    assert some_terms(price=Money(smallest, currency)).price.amount == smallest
    with pytest.raises(Invalid) as refusal:
        some_terms(price=Money(smallest - 1, currency))
    assert refused_fields(refusal) == ["price"]


def test_every_mistake_is_reported_at_once() -> None:
    with pytest.raises(Invalid) as refusal:
        some_terms(span=a_span(length=-HOUR), capacity=0, price=Money(1, "NGN"))
    assert refused_fields(refusal) == ["ends_at", "max_slots", "price"]


def test_a_published_slot_is_open_and_has_all_of_its_seats() -> None:
    slot = publish(some_terms(capacity=3))
    assert (slot.status, slot.seats_taken, slot.seats_left) == (SlotStatus.OPEN, 0, 3)


@pytest.mark.parametrize("starts_in", [timedelta(0), -INSTANT, FURTHEST_AHEAD + INSTANT])
def test_a_slot_lies_in_the_future_and_within_two_years(starts_in: timedelta) -> None:
    with pytest.raises(Invalid) as refusal:
        publish(some_terms(span=a_span(starts_in=starts_in)))
    assert refused_fields(refusal) == ["starts_at"]


@pytest.mark.parametrize("starts_in", [INSTANT, FURTHEST_AHEAD])
def test_the_next_instant_and_the_last_day_can_be_offered(starts_in: timedelta) -> None:
    assert not publish(some_terms(span=a_span(starts_in=starts_in))).span.has_begun(NOW)


@given(capacity=st.integers(1, LARGEST_CAPACITY), wanted=st.integers(1, LARGEST_CAPACITY), data=st.data())
def test_capacity_never_drops_below_the_seats_taken(capacity: int, wanted: int, data: st.DataObject) -> None:
    taken = data.draw(st.integers(0, capacity))
    slot = a_slot(terms=some_terms(capacity=capacity), seats_taken=taken)
    terms = replace(slot.terms, capacity=wanted)
    if wanted < taken:
        with pytest.raises(CapacityBelowSeatsTaken, match=str(taken)):
            slot.change(terms, SlotStatus.OPEN, NOW)
    else:
        assert slot.change(terms, SlotStatus.OPEN, NOW).seats_left == wanted - taken


@given(
    shift=st.timedeltas(timedelta(minutes=-60), timedelta(minutes=60)),
    stretch=st.timedeltas(timedelta(minutes=-59), timedelta(minutes=60)),
    taken=st.integers(0, 2),
)
def test_a_taken_slot_stays_where_it_is(shift: timedelta, stretch: timedelta, taken: int) -> None:
    slot = a_slot(terms=some_terms(capacity=2), seats_taken=taken)
    terms = replace(slot.terms, span=a_span(starts_in=timedelta(days=1) + shift, length=HOUR + stretch))
    if taken and terms.span != slot.span:
        with pytest.raises(SlotHasSeatsTaken):
            slot.change(terms, SlotStatus.OPEN, NOW)
    else:
        assert slot.change(terms, SlotStatus.OPEN, NOW).span == terms.span


def test_a_slot_does_not_move_into_the_past() -> None:
    slot = a_slot()
    with pytest.raises(Invalid) as refusal:
        slot.change(replace(slot.terms, span=a_span(starts_in=-HOUR)), SlotStatus.OPEN, NOW)
    assert refused_fields(refusal) == ["starts_at"]


def test_a_session_under_way_keeps_its_time_and_may_get_more_seats() -> None:
    slot = a_slot(terms=some_terms(span=a_span(starts_in=-HOUR / 2)), seats_taken=1)
    assert slot.change(replace(slot.terms, capacity=2), SlotStatus.OPEN, NOW).seats_left == 1


def test_a_new_price_leaves_everything_else_alone() -> None:
    slot = a_slot(terms=some_terms(capacity=2), seats_taken=1)
    changed = slot.change(replace(slot.terms, price=FREE), SlotStatus.CLOSED, NOW)
    assert changed == replace(slot, terms=replace(slot.terms, price=FREE), status=SlotStatus.CLOSED)
    assert slot.terms.price == PRICE


@pytest.mark.parametrize(
    ("present", "wanted"),
    [
        (SlotStatus.CANCELLED, SlotStatus.OPEN),
        (SlotStatus.CANCELLED, SlotStatus.CLOSED),
        (SlotStatus.CANCELLED, SlotStatus.CANCELLED),
        (SlotStatus.OPEN, SlotStatus.CANCELLED),
        (SlotStatus.CLOSED, SlotStatus.CANCELLED),
    ],
)
def test_an_edit_neither_cancels_a_slot_nor_brings_it_back(present: SlotStatus, wanted: SlotStatus) -> None:
    slot = a_slot(status=present)
    with pytest.raises(SlotNotOpen):
        slot.change(slot.terms, wanted, NOW)


def test_an_empty_slot_can_be_withdrawn_and_a_taken_one_cannot() -> None:
    assert a_slot().withdraw().status is SlotStatus.CANCELLED
    with pytest.raises(SlotHasSeatsTaken):
        a_slot(seats_taken=1).withdraw()


def test_more_seats_taken_than_offered_leave_none_rather_than_less_than_none() -> None:
    assert a_slot(terms=some_terms(capacity=1), seats_taken=2).seats_left == 0
