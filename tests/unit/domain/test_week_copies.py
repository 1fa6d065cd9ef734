"""Copies of a week: wall times, and what is in the way."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.availability import Buffers, Slot, SlotStatus, SlotTerms
from domain.money import Money
from domain.refusals import Invalid
from domain.time_span import TimeSpan
from domain.week_copies import Obstacle, SessionCopy, copy_week
from tests.unit.domain.examples import FREE, HOUR, a_slot

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2030, 1, 1, tzinfo=UTC)
WEEK = timedelta(days=7)
MARCH_18, MARCH_25, APRIL_1 = date(2030, 3, 18), date(2030, 3, 25), date(2030, 4, 1)
"""Mondays; the clocks in Berlin are put forward on 31 March."""


def wall(text: str) -> datetime:
    """What a clock shows."""
    return datetime.fromisoformat(text)


def session(shown: datetime, *, status: SlotStatus = SlotStatus.OPEN, fold: int = 0, **terms: Any) -> Slot:
    """An hour that begins when the clocks in Berlin show that time."""
    starts_at = shown.replace(tzinfo=BERLIN, fold=fold)
    facts: dict[str, Any] = {"span": TimeSpan(starts_at, starts_at.astimezone(UTC) + HOUR)}
    facts |= {"capacity": 2, "price": FREE} | terms
    return a_slot(terms=SlotTerms(**facts), status=status)


def copies(
    source: date,
    targets: Sequence[date],
    slots: Collection[Slot],
    *,
    offered: frozenset[UUID] = frozenset(),
    now: datetime = NOW,
) -> list[SessionCopy]:
    return copy_week(source, targets, slots, zone=BERLIN, offered=offered, now=now)


def test_wall_times_are_kept_over_a_change_of_the_clocks() -> None:
    tuesday_at_nine = session(wall("2030-03-26 09:00"))
    [copy] = copies(MARCH_25, [APRIL_1], [tuesday_at_nine])
    assert copy.obstacle is None
    assert copy.wall == wall("2030-04-02 09:00")
    assert tuesday_at_nine.span.starts_at == datetime(2030, 3, 26, 8, tzinfo=UTC)
    assert copy.terms.span == TimeSpan(datetime(2030, 4, 2, 7, tzinfo=UTC), datetime(2030, 4, 2, 8, tzinfo=UTC))


def test_everything_but_the_time_is_kept() -> None:
    service = uuid4()
    terms: dict[str, Any] = {
        "capacity": 7,
        "price": Money(250_000, "NGN"),
        "service_id": service,
        "buffers": Buffers(before=HOUR / 2, after=HOUR / 4),
    }
    [copy] = copies(
        MARCH_18, [MARCH_25], [session(wall("2030-03-20 09:00"), **terms)], offered=frozenset([service])
    )
    assert copy.obstacle is None
    assert {name: getattr(copy.terms, name) for name in terms} == terms


def test_a_wall_time_that_does_not_exist_is_left_out() -> None:
    sunday_at_half_past_two = session(wall("2030-03-24 02:30"))
    [copy] = copies(MARCH_18, [MARCH_25], [sunday_at_half_past_two])
    assert (copy.wall, copy.obstacle) == (wall("2030-03-31 02:30"), Obstacle.WALL_TIME_DOES_NOT_EXIST)


def test_a_wall_time_that_exists_twice_is_taken_the_first_time() -> None:
    [copy] = copies(date(2030, 10, 14), [date(2030, 10, 21)], [session(wall("2030-10-20 02:30"))])
    assert copy.obstacle is None
    assert copy.terms.span.starts_at == datetime(2030, 10, 27, 0, 30, tzinfo=UTC)


def test_of_two_sessions_at_a_wall_time_that_existed_twice_one_is_copied() -> None:
    both = [session(wall("2030-10-27 02:30"), fold=fold) for fold in (0, 1)]
    first, second = copies(date(2030, 10, 21), [date(2030, 10, 28)], both)
    assert (first.wall, first.obstacle) == (wall("2030-11-03 02:30"), None)
    assert (second.wall, second.obstacle) == (wall("2030-11-03 02:30"), Obstacle.OVERLAP)


def test_what_begins_on_sunday_night_belongs_to_its_week_and_what_begins_on_monday_does_not() -> None:
    late, early = session(wall("2030-03-24 23:30")), session(wall("2030-03-25 00:30"))
    [copy] = copies(MARCH_18, [APRIL_1], [late, early])
    assert copy.wall == wall("2030-04-07 23:30")


@pytest.mark.parametrize(
    ("slot", "now", "obstacle"),
    [
        (session(wall("2030-03-20 09:00"), status=SlotStatus.CLOSED), NOW, Obstacle.IS_CLOSED),
        (session(wall("2030-03-20 09:00"), service_id=uuid4()), NOW, Obstacle.SERVICE_NOT_OFFERED),
        (session(wall("2030-03-20 09:00")), datetime(2030, 3, 27, 8, tzinfo=UTC), Obstacle.IN_PAST),
        (session(wall("2030-03-20 09:00")), datetime(2028, 3, 1, tzinfo=UTC), Obstacle.TOO_FAR_AHEAD),
    ],
)
def test_what_cannot_be_published_is_skipped(slot: Slot, now: datetime, obstacle: Obstacle) -> None:
    [copy] = copies(MARCH_18, [MARCH_25], [slot], now=now)
    assert copy.obstacle is obstacle


def test_a_buffer_of_another_session_is_in_the_way() -> None:
    at_nine = session(wall("2030-03-20 09:00"))
    after = session(wall("2030-03-27 10:10"), buffers=Buffers(before=HOUR / 4))
    [copy] = copies(MARCH_18, [MARCH_25], [at_nine, after])
    assert copy.obstacle is Obstacle.OVERLAP
    [copy] = copies(MARCH_18, [APRIL_1], [at_nine, after])
    assert copy.obstacle is None


def test_copying_a_week_twice_creates_nothing_the_second_time() -> None:
    slots = [session(wall(f"2030-03-20 {hour:02}:00")) for hour in (9, 10, 14)]
    made = [a_slot(terms=copy.terms) for copy in copies(MARCH_18, [MARCH_25], slots)]
    assert {copy.obstacle for copy in copies(MARCH_18, [MARCH_25], [*slots, *made])} == {Obstacle.OVERLAP}


def test_more_sessions_than_can_be_dealt_with_at_once_are_refused() -> None:
    slots = [session(wall("2030-03-18 00:00") + number * HOUR) for number in range(100)]
    assert len(copies(MARCH_18, [MARCH_25 + number * WEEK for number in range(25)], slots)) == 2500
    with pytest.raises(Invalid):
        copies(MARCH_18, [MARCH_25 + number * WEEK for number in range(26)], slots)


quarters = st.integers(0, 7 * 24 * 4 - 1)
minutes = st.sampled_from([0, 15, 30, 60, 120]).map(lambda count: timedelta(minutes=count))


@given(
    st.lists(st.tuples(quarters, minutes, minutes), max_size=15),
    st.lists(st.integers(1, 35), min_size=1, max_size=4, unique=True),
)
def test_nothing_that_is_created_overlaps_anything(
    wanted: list[tuple[int, timedelta, timedelta]], weeks: list[int]
) -> None:
    slots: list[Slot] = []
    for quarter, before, after in wanted:
        slot = session(
            wall("2030-03-18 00:00") + quarter * timedelta(minutes=15), buffers=Buffers(before=before, after=after)
        )
        if not any(slot.terms.occupied.overlaps(other.terms.occupied) for other in slots):
            slots.append(slot)
    made = copies(MARCH_18, [MARCH_18 + number * WEEK for number in weeks], slots)
    spans = [slot.terms.occupied for slot in slots]
    spans += [copy.terms.occupied for copy in made if copy.obstacle is None]
    spans.sort(key=lambda span: span.starts_at)
    assert all(one.ends_at <= following.starts_at for one, following in pairwise(spans))
    source_walls = {slot.span.starts_at.astimezone(BERLIN).strftime("%A %H:%M") for slot in slots}
    for copy in made:
        assert copy.wall.strftime("%A %H:%M") in source_walls
        if copy.obstacle is None:
            assert copy.terms.span.starts_at.astimezone(BERLIN).replace(tzinfo=None) == copy.wall
