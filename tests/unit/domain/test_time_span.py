"""Half-open spans of aware instants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.time_span import TimeSpan, as_utc
from tests.unit.domain.examples import HOUR, NOW

offsets = st.timedeltas(timedelta(days=-2), timedelta(days=2))
lengths = st.timedeltas(timedelta(microseconds=1), timedelta(days=2))
spans = st.builds(lambda offset, length: TimeSpan(NOW + offset, NOW + offset + length), offsets, lengths)
zones = st.builds(lambda minutes: timezone(timedelta(minutes=minutes)), st.integers(-14 * 60, 14 * 60))


@given(spans, spans)
def test_overlapping_is_symmetric(one: TimeSpan, other: TimeSpan) -> None:
    assert one.overlaps(other) == other.overlaps(one)


@given(spans)
def test_every_span_overlaps_itself(span: TimeSpan) -> None:
    assert span.overlaps(span)


@given(spans, spans)
def test_spans_overlap_exactly_when_they_share_an_instant(one: TimeSpan, other: TimeSpan) -> None:
    later_start = max(one.starts_at, other.starts_at)
    shared = all(span.has_begun(later_start) and not span.is_over(later_start) for span in (one, other))
    assert one.overlaps(other) == shared


@given(spans, lengths)
def test_touching_spans_do_not_overlap(span: TimeSpan, length: timedelta) -> None:
    after = TimeSpan(span.ends_at, span.ends_at + length)
    before = TimeSpan(span.starts_at - length, span.starts_at)
    assert not span.overlaps(after)
    assert not span.overlaps(before)


@given(spans)
def test_the_start_belongs_to_a_span_and_the_end_does_not(span: TimeSpan) -> None:
    assert span.has_begun(span.starts_at)
    assert not span.is_over(span.starts_at)
    assert span.is_over(span.ends_at)
    assert not span.has_begun(span.starts_at - timedelta(microseconds=1))
    assert not span.is_over(span.ends_at - timedelta(microseconds=1))


@given(spans, zones)
def test_a_time_zone_changes_nothing_about_a_span(span: TimeSpan, zone: timezone) -> None:
    elsewhere = TimeSpan(span.starts_at.astimezone(zone), span.ends_at.astimezone(zone))
    assert elsewhere == span
    assert elsewhere.starts_at.tzinfo is UTC
    assert elsewhere.length == span.length


def test_ends_the_wrong_way_round_have_a_negative_length() -> None:
    assert TimeSpan(NOW, NOW - HOUR).length == -HOUR


def test_a_naive_datetime_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="naive"):
        as_utc(datetime(2026, 3, 2))  # noqa: DTZ001 - naive on purpose
