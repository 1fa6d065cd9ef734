"""Buffers: the time around a session that belongs to it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.availability import NO_BUFFERS, Buffers, SlotTerms
from domain.occupied_times import OccupiedTimes
from domain.refusals import Invalid
from domain.time_span import TimeSpan
from tests.unit.domain.examples import NOW, PRICE, a_span, some_terms

MINUTE = timedelta(minutes=1)
buffers = st.builds(
    Buffers,
    before=st.integers(0, 240).map(lambda count: count * MINUTE),
    after=st.integers(0, 240).map(lambda count: count * MINUTE),
)
spans = st.builds(
    lambda start, length: TimeSpan(NOW + start * MINUTE, NOW + (start + length) * MINUTE),
    st.integers(0, 3_000),
    st.integers(1, 600),
)


@pytest.mark.parametrize(
    ("before", "after", "fields"),
    [
        (timedelta(hours=4, minutes=1), timedelta(0), ["buffer_before_minutes"]),
        (timedelta(0), timedelta(hours=4, seconds=1), ["buffer_after_minutes"]),
        (-MINUTE, timedelta(seconds=30), ["buffer_before_minutes", "buffer_after_minutes"]),
    ],
)
def test_buffers_are_whole_minutes_up_to_four_hours(
    before: timedelta, after: timedelta, fields: list[str]
) -> None:
    with pytest.raises(Invalid) as refusal:
        Buffers(before=before, after=after)
    assert [error.field for error in refusal.value.errors] == fields


def test_a_session_without_buffers_occupies_its_own_time() -> None:
    assert some_terms().buffers == NO_BUFFERS
    assert some_terms().occupied == a_span()


@given(spans, buffers)
def test_a_session_occupies_its_time_and_its_buffers_and_no_more(span: TimeSpan, around: Buffers) -> None:
    terms = SlotTerms(span=span, capacity=1, price=PRICE, buffers=around)
    assert terms.occupied.starts_at == span.starts_at - around.before
    assert terms.occupied.ends_at == span.ends_at + around.after
    assert terms.occupied.length == span.length + around.before + around.after


@given(st.lists(st.tuples(spans, buffers), max_size=12))
def test_what_is_taken_when_it_is_free_never_overlaps_and_what_is_not_free_does(
    wanted: list[tuple[TimeSpan, Buffers]],
) -> None:
    taken: list[TimeSpan] = []
    times = OccupiedTimes([])
    for span, around in wanted:
        occupied = around.around(span)
        is_free = times.is_free(occupied)
        assert is_free == (not any(occupied.overlaps(other) for other in taken))
        if is_free:
            times.take(occupied)
            taken.append(occupied)
