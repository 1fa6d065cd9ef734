"""Instants in words, and wall times as people type them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from domain.refusals import Invalid
from interfaces.web import time_words

LAGOS = ZoneInfo("Africa/Lagos")
NEW_YORK = ZoneInfo("America/New_York")
ONE_PM = datetime(2026, 11, 23, 13, tzinfo=UTC)


def test_an_instant_names_day_and_time_in_the_zone() -> None:
    assert time_words.instant(ONE_PM, LAGOS) == "Mon 23 Nov 2026, 2:00 pm"
    assert time_words.instant(ONE_PM, NEW_YORK) == "Mon 23 Nov 2026, 8:00 am"


def test_on_a_page_no_line_ends_between_a_time_and_its_half_of_the_day() -> None:
    nbsp = "\N{NO-BREAK SPACE}"
    assert time_words.unbroken(time_words.clock)(ONE_PM, LAGOS) == f"2:00{nbsp}pm"
    noon = datetime(2026, 11, 23, 11, 30, tzinfo=UTC)
    span = time_words.unbroken(time_words.span)(noon.replace(hour=10), ONE_PM, LAGOS)
    assert span == f"Mon 23 Nov 2026, 11:30{nbsp}am – 2:00{nbsp}pm"


@pytest.mark.parametrize(
    ("ends_at", "words"),
    [
        (datetime(2026, 11, 23, 14, tzinfo=UTC), "Mon 23 Nov 2026, 2:00 – 3:00 pm"),
        (datetime(2026, 11, 23, 23, 30, tzinfo=UTC), "Mon 23 Nov 2026, 2:00 pm – Tue 24 Nov 2026, 12:30 am"),
    ],
)
def test_a_span_says_the_day_once_unless_it_goes_past_midnight(ends_at: datetime, words: str) -> None:
    assert time_words.span(ONE_PM, ends_at, LAGOS) == words


def test_a_span_over_noon_names_both_halves() -> None:
    starts_at = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
    assert time_words.span(starts_at, ONE_PM, LAGOS) == "Mon 23 Nov 2026, 11:30 am – 2:00 pm"


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Africa/Lagos", "Africa/Lagos (West Africa Standard Time, UTC+1)"),
        ("America/New_York", "America/New_York (Eastern Standard Time, UTC-5)"),
        ("Asia/Kolkata", "Asia/Kolkata (UTC+5:30)"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_is_named_with_its_offset_at_that_instant(zone: str, words: str) -> None:
    assert time_words.zone_in_words(ZoneInfo(zone), ONE_PM) == words


def test_day_headings_say_today_tomorrow_and_another_year() -> None:
    today = date(2026, 11, 23)
    assert time_words.day_heading(today, today) == "Today, Monday 23 November"
    assert time_words.day_heading(date(2026, 11, 24), today) == "Tomorrow, Tuesday 24 November"
    assert time_words.day_heading(date(2027, 1, 4), today) == "Monday 4 January 2027"


def test_a_wall_time_becomes_the_instant_at_which_clocks_show_it() -> None:
    assert time_words.wall_to_instant(date(2026, 11, 23), time(14), LAGOS, field="starts_at") == ONE_PM


def test_a_wall_time_that_clocks_skip_is_refused_with_the_reason() -> None:
    with pytest.raises(Invalid) as refused:
        time_words.wall_to_instant(date(2027, 3, 14), time(2, 30), NEW_YORK, field="rows.0.starts_at")
    assert refused.value.errors[0].field == "rows.0.starts_at"
    assert "skip 02:30" in refused.value.errors[0].message


def test_a_wall_time_that_comes_twice_means_its_first_coming() -> None:
    found = time_words.wall_to_instant(date(2026, 11, 1), time(1, 30), NEW_YORK, field="starts_at")
    assert found == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed", ["", "23/11/2026", "2026-13-01", "2026-02-30", "1999-12-31", "20261123", "x" * 500]
)
def test_what_is_no_date_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        time_words.read_date(typed, field="starts_on")


@pytest.mark.parametrize("typed", ["", "25:00", "2 pm", "14", "aa:bb"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        time_words.read_time(typed, field="starts_at")


def test_a_day_begins_at_its_first_instant_even_when_clocks_skip_midnight() -> None:
    # Clocks in Beirut went from 23:59 on 28 March 2026 to 01:00 on the 29th.
    begin = time_words.start_of_day(date(2026, 3, 29), ZoneInfo("Asia/Beirut"))
    assert begin <= datetime(2026, 3, 28, 22, tzinfo=UTC)
