"""Weekly patterns: wall times in every zone, and how their sessions get into a calendar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.availability import FURTHEST_AHEAD, Buffers, Slot, SlotStatus
from domain.refusals import Invalid
from domain.session_plans import Plan, plan_sessions
from domain.time_span import TimeSpan
from domain.weekly_patterns import (
    DAY,
    HORIZON,
    Hours,
    Occurrence,
    PatternEnded,
    PatternException,
    PatternTerms,
    SkipReason,
    WeeklyPattern,
)
from tests.unit.domain.examples import CONSULTANT_ID, PRICE

LAGOS, CAIRO, LONDON = ZoneInfo("Africa/Lagos"), ZoneInfo("Africa/Cairo"), ZoneInfo("Europe/London")
CHANGES = [
    date.fromisoformat(f"2026-{day}")
    for day in ["02-15", "03-08", "03-22", "03-29", "04-05", "04-24", "10-04", "10-25", "10-29", "11-01"]
]
"""When clocks are put forward or back in one of the zones below."""
ZONES = [
    ZoneInfo(name)
    for name in (
        "Africa/Lagos",
        "Africa/Cairo",
        "Africa/Casablanca",
        "Europe/London",
        "America/New_York",
        "America/St_Johns",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Antarctica/Troll",
        "Pacific/Apia",
    )
]
EVERY_DAY = frozenset(range(1, 8))
MONDAY = date(2026, 3, 2)
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
PATTERN_ID = UUID(int=7)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def hours(start: str, end: str) -> Hours:
    return Hours(time.fromisoformat(start), time.fromisoformat(end))


def a_pattern(**changes: Any) -> PatternTerms:
    """Every Monday from nine to noon in Lagos, three private hours."""
    terms: dict[str, Any] = {
        "weekdays": frozenset({1}),
        "hours": hours("09:00", "12:00"),
        "session_length": HOUR,
        "first_date": MONDAY,
        "time_zone": "Africa/Lagos",
        "capacity": 1,
        "price": PRICE,
    }
    return PatternTerms(**terms | changes)


def nightly(zone: ZoneInfo, on: date, window: Hours, length: timedelta = HOUR) -> list[Occurrence]:
    """The sessions of one night."""
    terms = a_pattern(weekdays=EVERY_DAY, hours=window, first_date=on, last_date=on, session_length=length)
    return list(terms.sessions(zone, on, on))


def starts(occurrences: Iterable[Occurrence]) -> list[str]:
    """Instants at which sessions that take place begin."""
    return [f"{one.span.starts_at:%d %H:%M}" for one in occurrences if one.obstacle is None]


def published(terms: PatternTerms, plan: Plan, pattern_id: UUID | None = PATTERN_ID) -> list[Slot]:
    """The calendar after a plan that began with an empty one."""
    return [
        Slot.publish(slot_id=uuid4(), consultant_id=CONSULTANT_ID, terms=session, now=NOW, pattern_id=pattern_id)
        for session in plan.created
    ]


def week(terms: PatternTerms, zone: ZoneInfo = LAGOS, weeks: int = 1) -> list[Occurrence]:
    return list(terms.sessions(zone, MONDAY, MONDAY + timedelta(weeks=weeks) - DAY))


def reasons(plan: Plan) -> list[SkipReason]:
    return [skipped.reason for skipped in plan.skipped]


# Wall times


def test_sessions_follow_one_another_within_the_hours() -> None:
    assert starts(week(a_pattern())) == ["02 08:00", "02 09:00", "02 10:00"]
    assert starts(week(a_pattern(break_length=15 * MINUTE))) == ["02 08:00", "02 09:15"]
    assert starts(week(a_pattern(hours=hours("09:00", "11:59")))) == ["02 08:00", "02 09:00"]


def test_buffers_widen_a_break_that_is_shorter_than_they_are() -> None:
    buffers = Buffers(before=10 * MINUTE, after=20 * MINUTE)
    assert starts(week(a_pattern(buffers=buffers, break_length=15 * MINUTE))) == ["02 08:00", "02 09:30"]
    assert starts(week(a_pattern(buffers=buffers, break_length=45 * MINUTE))) == ["02 08:00", "02 09:45"]


def test_hours_may_go_past_midnight_and_all_day() -> None:
    assert starts(week(a_pattern(hours=hours("22:00", "01:00")))) == ["02 21:00", "02 22:00", "02 23:00"]
    assert starts(week(a_pattern(hours=hours("22:00", "00:00")))) == ["02 21:00", "02 22:00"]
    assert len(week(a_pattern(hours=hours("00:00", "00:00")))) == 24


def test_wall_time_is_kept_through_the_year_in_cairo() -> None:
    terms = a_pattern(weekdays=EVERY_DAY, first_date=date(2026, 1, 1))
    for on, hour in ((date(2026, 1, 15), 7), (date(2026, 7, 15), 6)):
        first = next(terms.sessions(CAIRO, on, on))
        assert first.span.starts_at == datetime.combine(on, time(hour), UTC)


def test_ramadan_shifts_casablanca() -> None:
    terms = a_pattern(weekdays=EVERY_DAY, first_date=date(2026, 1, 1))
    for on, hour in ((date(2026, 2, 1), 8), (date(2026, 3, 1), 9), (date(2026, 4, 1), 8)):
        first = next(terms.sessions(ZoneInfo("Africa/Casablanca"), on, on))
        assert first.span.starts_at == datetime.combine(on, time(hour), UTC)


def test_a_wall_time_that_does_not_exist_is_left_out() -> None:
    night = nightly(LONDON, date(2026, 3, 29), hours("00:00", "04:00"))
    assert starts(night) == ["29 00:00", "29 01:00", "29 02:00"]
    [missing] = [one for one in night if one.obstacle]
    assert (missing.wall, missing.obstacle) == (
        datetime.fromisoformat("2026-03-29T01:00"),
        SkipReason.WALL_TIME_DOES_NOT_EXIST,
    )


def test_a_wall_time_that_exists_twice_is_taken_the_first_time() -> None:
    assert starts(nightly(LONDON, date(2026, 10, 25), hours("00:00", "03:00"))) == [
        "24 23:00",
        "25 00:00",
        "25 02:00",
    ]


def test_lord_howe_is_shifted_by_half_an_hour() -> None:
    lord_howe = ZoneInfo("Australia/Lord_Howe")
    assert starts(nightly(lord_howe, date(2026, 10, 4), hours("01:00", "04:00"), 30 * MINUTE)) == [
        "03 14:30",
        "03 15:00",
        "03 15:30",
        "03 16:00",
        "03 16:30",
    ]
    assert starts(nightly(lord_howe, date(2026, 4, 5), hours("01:00", "03:00"), 30 * MINUTE)) == [
        "04 14:00",
        "04 14:30",
        "04 15:30",
        "04 16:00",
    ]


def test_a_session_lasts_its_full_length_while_the_clocks_change() -> None:
    [spring] = nightly(LONDON, date(2026, 3, 29), hours("00:30", "03:00"), 90 * MINUTE)
    assert spring.obstacle is None
    assert spring.span == TimeSpan(datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 2, tzinfo=UTC))
    [autumn] = nightly(LONDON, date(2026, 10, 25), hours("00:30", "02:00"), 90 * MINUTE)
    assert autumn.span.length == 90 * MINUTE


def test_a_session_that_the_hours_of_that_night_are_too_short_for_is_left_out() -> None:
    [short] = nightly(LONDON, date(2026, 3, 29), hours("00:30", "02:00"), 90 * MINUTE)
    assert short.obstacle is SkipReason.HOURS_TOO_SHORT


@st.composite
def patterns(draw: st.DrawFn) -> PatternTerms:
    """Any lawful terms for a few days, zones and exceptions included."""
    moments = st.times().map(lambda moment: moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0))
    windows = st.builds(Hours, moments, moments)
    window = draw(windows.filter(lambda one: one.length >= 15 * MINUTE))
    first = draw(st.one_of(st.dates(date(2026, 1, 2), date(2027, 12, 1)), st.sampled_from(CHANGES))) - DAY
    fitting = draw(windows.filter(lambda one: one.length >= 15 * MINUTE))
    longest = min(window.length, fitting.length) // (5 * MINUTE)
    return a_pattern(
        weekdays=draw(st.frozensets(st.integers(1, 7), min_size=1)),
        hours=window,
        session_length=draw(st.integers(3, longest)) * 5 * MINUTE,
        break_length=draw(st.integers(0, 60)) * MINUTE,
        first_date=first,
        last_date=first + timedelta(days=draw(st.integers(0, 3))),
        time_zone=draw(st.sampled_from(ZONES)).key,
        buffers=Buffers(before=draw(st.integers(0, 30)) * MINUTE, after=draw(st.integers(0, 30)) * MINUTE),
        exceptions=draw(st.sampled_from([(), (PatternException(first),), (PatternException(first, fitting),)])),
    )


def around_the_changes(terms: PatternTerms) -> tuple[ZoneInfo, list[Occurrence]]:
    zone = ZoneInfo(terms.time_zone)
    assert terms.last_date is not None
    return zone, list(terms.sessions(zone, terms.first_date, terms.last_date))


@given(patterns())
def test_every_session_keeps_its_wall_time_and_its_length_and_lies_in_its_hours(terms: PatternTerms) -> None:
    zone, occurrences = around_the_changes(terms)
    exceptions = {exception.on: exception.hours for exception in terms.exceptions}
    for one in occurrences:
        if one.obstacle is not None:
            continue
        clock = one.span.starts_at.astimezone(zone)
        assert (clock.replace(tzinfo=None), clock.fold) == (one.wall, 0)
        assert one.span.length == terms.session_length
        # A session after midnight belongs to the date on which its hours began.
        belongs = [one.wall.date(), one.wall.date() - DAY]
        assert any(_lies_in(one, on, exceptions.get(on, terms.hours), zone) for on in belongs)


def _lies_in(one: Occurrence, on: date, window: Hours | None, zone: ZoneInfo) -> bool:
    if window is None:
        return False
    opening = datetime.combine(on, window.start)
    closing = (opening + window.length).replace(tzinfo=zone).astimezone(UTC)
    return opening <= one.wall and one.span.ends_at <= closing


@given(patterns())
def test_a_start_is_left_out_exactly_when_the_clocks_never_show_it(terms: PatternTerms) -> None:
    zone, occurrences = around_the_changes(terms)
    for one in occurrences:
        around = (one.span.starts_at + offset * MINUTE for offset in range(-180, 181, 5))
        shown = {instant.astimezone(zone).replace(tzinfo=None) for instant in around}
        assert (one.obstacle is SkipReason.WALL_TIME_DOES_NOT_EXIST) == (one.wall not in shown)


@given(patterns())
def test_published_sessions_never_overlap_buffers_included(terms: PatternTerms) -> None:
    _, occurrences = around_the_changes(terms)
    plan = plan_sessions(terms, occurrences, [], NOW)
    for one, other in pairwise(sorted(plan.created, key=lambda session: session.span.starts_at)):
        assert not one.occupied.overlaps(other.occupied)
    assert len(plan.created) + len(plan.skipped) == len(occurrences)


@given(patterns())
def test_planning_again_creates_nothing(terms: PatternTerms) -> None:
    _, occurrences = around_the_changes(terms)
    first = plan_sessions(terms, occurrences, [], NOW)
    again = plan_sessions(terms, occurrences, published(terms, first), NOW)
    assert again.created == []
    # Hours after midnight of an exception can be those of the next day too: one session, planned from both.
    there = {session.span for session in first.created}
    planned = [one for one in occurrences if one.obstacle is None and one.span in there]
    assert reasons(again).count(SkipReason.ALREADY_PUBLISHED) == len(planned)


@given(patterns(), patterns(), st.data())
def test_a_change_leads_to_what_publishing_would_and_touches_nothing_taken(
    old: PatternTerms, new: PatternTerms, data: st.DataObject
) -> None:
    new = replace(new, first_date=old.first_date, last_date=old.last_date, exceptions=())
    before = published(old, plan_sessions(old, around_the_changes(old)[1], [], NOW))
    taken = [replace(slot, seats_taken=1) if data.draw(st.integers(0, 5)) == 0 else slot for slot in before]
    plan = plan_sessions(new, around_the_changes(new)[1], taken, NOW, replacing=PATTERN_ID)
    with_seats = [slot for slot in taken if slot.seats_taken]
    assert [slot for slot in plan.kept if slot.seats_taken] == with_seats
    assert {slot.id for slot in plan.kept} | {slot.id for slot in plan.withdrawn} == {slot.id for slot in before}
    after = sorted([slot.terms for slot in plan.kept] + plan.created, key=lambda session: session.span.starts_at)
    for one, other in pairwise(after):
        assert not one.occupied.overlaps(other.occupied)
    if not with_seats:
        assert after == plan_sessions(new, around_the_changes(new)[1], [], NOW).created


# Dates


def test_a_pattern_stays_within_its_dates_and_its_weekdays() -> None:
    terms = a_pattern(weekdays=frozenset({1, 4}), last_date=MONDAY + timedelta(days=8))
    dates = {one.wall.date() for one in terms.sessions(LAGOS, date(2026, 1, 1), date(2027, 1, 1))}
    assert dates == {MONDAY, MONDAY + 3 * DAY, MONDAY + 7 * DAY}


def test_exceptions_close_a_date_change_its_hours_or_open_another() -> None:
    terms = a_pattern(
        exceptions=(
            PatternException(MONDAY + 7 * DAY),
            PatternException(MONDAY + DAY, hours("15:00", "16:00")),
            PatternException(MONDAY, hours("10:00", "11:00")),
        )
    )
    assert starts(week(terms, weeks=2)) == ["02 09:00", "03 14:00"]
    assert [exception.on for exception in terms.exceptions] == [MONDAY, MONDAY + DAY, MONDAY + 7 * DAY]


def test_a_pattern_without_an_end_is_published_twelve_weeks_ahead() -> None:
    terms = a_pattern(first_date=MONDAY)
    assert terms.publishes_until(MONDAY + 30 * DAY) == MONDAY + 30 * DAY + HORIZON
    assert terms.publishes_until(MONDAY - 30 * DAY) == MONDAY + HORIZON
    assert terms.publishes_until(MONDAY, MONDAY + 300 * DAY) == MONDAY + 300 * DAY
    assert terms.publishes_until(MONDAY - 720 * DAY) == MONDAY - 720 * DAY + FURTHEST_AHEAD - DAY


def test_a_pattern_with_a_last_date_is_published_whole() -> None:
    terms = a_pattern(last_date=MONDAY + 300 * DAY)
    assert terms.publishes_until(MONDAY) == MONDAY + 300 * DAY
    terms.require_time_left(MONDAY + 300 * DAY)
    with pytest.raises(Invalid):
        terms.require_time_left(MONDAY + 301 * DAY)


# Bounds


@pytest.mark.parametrize(
    ("fields", "changes"),
    [
        (["weekdays"], {"weekdays": frozenset()}),
        (["weekdays"], {"weekdays": frozenset({0, 1})}),
        (["session_minutes"], {"session_length": 4 * MINUTE}),
        (["session_minutes"], {"session_length": timedelta(minutes=30, seconds=1)}),
        (["session_minutes", "end_time"], {"session_length": timedelta(hours=25)}),
        (["break_minutes"], {"break_length": -MINUTE}),
        (["break_minutes"], {"break_length": timedelta(hours=24, minutes=1)}),
        (["end_time"], {"session_length": timedelta(hours=3, minutes=1)}),
        (["start_time"], {"hours": Hours(time(9, 0, 30), time(12))}),
        (["last_date"], {"last_date": MONDAY - DAY}),
        (["first_date"], {"first_date": date(1999, 12, 31)}),
        (["last_date"], {"last_date": date(2100, 1, 1)}),
        (["max_slots"], {"capacity": 0}),
        (["exceptions.0.date"], {"exceptions": (PatternException(MONDAY - DAY),)}),
        (["exceptions.0.date"], {"last_date": MONDAY, "exceptions": (PatternException(MONDAY + DAY),)}),
        (["exceptions.1.date"], {"exceptions": (PatternException(MONDAY), PatternException(MONDAY))}),
        (["exceptions.0.end_time"], {"exceptions": (PatternException(MONDAY, hours("09:00", "09:30")),)}),
        (["exceptions"], {"exceptions": tuple(PatternException(MONDAY + n * DAY) for n in range(367))}),
    ],
)
def test_terms_out_of_bounds_name_every_field(fields: list[str], changes: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refusal:
        a_pattern(**changes)
    assert [error.field for error in refusal.value.errors] == fields


def test_the_order_of_days_and_exceptions_makes_no_other_pattern() -> None:
    one, other = PatternException(MONDAY), PatternException(MONDAY + 7 * DAY)
    assert a_pattern(exceptions=(one, other)) == a_pattern(exceptions=(other, one))


def test_an_ended_pattern_stays_ended() -> None:
    pattern = WeeklyPattern(
        id=PATTERN_ID, consultant_id=CONSULTANT_ID, terms=a_pattern(), published_until=MONDAY
    ).end(NOW)
    assert not pattern.is_current(MONDAY)
    with pytest.raises(PatternEnded):
        pattern.end(NOW)
    with pytest.raises(PatternEnded):
        pattern.change(a_pattern(), MONDAY)


# Plans


def test_what_has_begun_and_what_is_too_far_ahead_is_skipped() -> None:
    [early, *_] = week(a_pattern())
    in_time = early.span.starts_at - timedelta(microseconds=1)
    assert reasons(plan_sessions(a_pattern(), [early], [], early.span.starts_at)) == [SkipReason.IN_PAST]
    assert reasons(plan_sessions(a_pattern(), [early], [], in_time)) == []
    far = early.span.starts_at - FURTHEST_AHEAD
    assert reasons(plan_sessions(a_pattern(), [early], [], far)) == []
    assert reasons(plan_sessions(a_pattern(), [early], [], far - MINUTE)) == [SkipReason.TOO_FAR_AHEAD]


def test_a_session_in_the_way_is_told_from_one_that_is_there_already() -> None:
    nine, ten, eleven = week(a_pattern())
    other = published(a_pattern(), plan_sessions(a_pattern(), [ten], [], NOW), None)
    later = TimeSpan(eleven.span.starts_at + 30 * MINUTE, eleven.span.ends_at)
    other += published(a_pattern(), Plan(created=[a_pattern().session(later)]), None)
    plan = plan_sessions(a_pattern(), [nine, ten, eleven], other, NOW)
    assert [session.span for session in plan.created] == [nine.span]
    assert reasons(plan) == [SkipReason.ALREADY_PUBLISHED, SkipReason.OVERLAP]


def test_buffers_keep_other_sessions_away() -> None:
    terms = a_pattern(buffers=Buffers(before=MINUTE), hours=hours("10:00", "11:00"))
    [occurrence] = week(terms)
    neighbour = TimeSpan(occurrence.span.starts_at - HOUR, occurrence.span.starts_at)
    slots = published(a_pattern(), Plan(created=[a_pattern().session(neighbour)]), None)
    assert reasons(plan_sessions(terms, [occurrence], slots, NOW)) == [SkipReason.OVERLAP]
    assert len(plan_sessions(a_pattern(), [occurrence], slots, NOW).created) == 1


def test_a_change_keeps_what_still_occurs_and_withdraws_what_does_not() -> None:
    nine, ten, eleven = published(a_pattern(), plan_sessions(a_pattern(), week(a_pattern()), [], NOW))
    closed = replace(ten, status=SlotStatus.CLOSED)
    new = a_pattern(hours=hours("08:00", "11:00"), capacity=5)
    plan = plan_sessions(new, week(new), [nine, closed, eleven], NOW, replacing=PATTERN_ID)
    assert [session.span.starts_at.hour for session in plan.created] == [7]
    assert [(slot.id, slot.status, slot.terms.capacity) for slot in plan.kept] == [
        (nine.id, SlotStatus.OPEN, 5),
        (ten.id, SlotStatus.CLOSED, 5),
    ]
    assert [slot.id for slot in plan.withdrawn] == [eleven.id]
    assert plan.withdrawn[0].status is SlotStatus.CANCELLED


def test_a_change_that_changes_nothing_stores_nothing() -> None:
    slots = published(a_pattern(), plan_sessions(a_pattern(), week(a_pattern()), [], NOW))
    plan = plan_sessions(a_pattern(), week(a_pattern()), slots, NOW, replacing=PATTERN_ID)
    assert plan == Plan(kept=slots)


@pytest.mark.parametrize("claim", [{"seats_taken": 1}, {"people_waiting": 1}])
def test_sessions_that_people_have_a_claim_on_stay_as_they_are(claim: dict[str, int]) -> None:
    slots = published(a_pattern(), plan_sessions(a_pattern(), week(a_pattern()), [], NOW))
    slots[1] = replace(slots[1], **claim)  # type: ignore[arg-type]  # both are numbers
    plan = plan_sessions(a_pattern(capacity=9), [], slots, NOW, replacing=PATTERN_ID)
    assert plan.kept == [slots[1]]
    assert [slot.id for slot in plan.withdrawn] == [slots[0].id, slots[2].id]


def test_sessions_of_other_patterns_and_past_ones_are_left_alone() -> None:
    mine = published(a_pattern(), plan_sessions(a_pattern(), week(a_pattern()), [], NOW))
    mine[0] = replace(mine[0], pattern_id=UUID(int=8))
    plan = plan_sessions(a_pattern(), [], mine, mine[1].span.starts_at, replacing=PATTERN_ID)
    assert plan == Plan(withdrawn=[mine[2].withdraw()])


def test_a_change_does_not_bring_back_what_was_left_out() -> None:
    nine, ten, eleven = week(a_pattern())
    plan = plan_sessions(a_pattern(), [nine, ten, eleven], [], NOW, replacing=PATTERN_ID, left_out={ten.span})
    assert [session.span for session in plan.created] == [nine.span, eleven.span]
    assert reasons(plan) == [SkipReason.LEFT_OUT]
