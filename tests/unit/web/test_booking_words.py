"""Words about bookings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from application.money_view import MoneyView
from interfaces.web import booking_words

NOW = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
LAGOS, NEW_YORK, KATHMANDU = ZoneInfo("Africa/Lagos"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Kathmandu")


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(seconds=-5), "less than a minute"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=119, seconds=59), "1 hour 59 minutes"),
        (timedelta(hours=2), "2 hours"),
        (timedelta(hours=24, minutes=59), "1 day"),
        (timedelta(hours=50), "2 days 2 hours"),
        (timedelta(days=3, hours=5), "3 days"),
        (timedelta(days=400), "400 days"),
    ],
)
def test_how_long_is_said_in_two_units_at_most_and_never_too_much(left: timedelta, said: str) -> None:
    assert booking_words.how_long(NOW + left, NOW) == said


@pytest.mark.parametrize(
    ("zone", "beside", "said"),
    [
        (NEW_YORK, LAGOS, "8:00 – 9:00 am"),
        (LAGOS, LAGOS, None),
        (ZoneInfo("Africa/Algiers"), LAGOS, None),
        (KATHMANDU, LAGOS, "6:45 – 7:45 pm"),
        (ZoneInfo("Pacific/Auckland"), LAGOS, "Tue 24 Nov 2026, 2:00 – 3:00 am"),
        (LAGOS, ZoneInfo("Pacific/Auckland"), "Mon 23 Nov 2026, 2:00 – 3:00 pm"),
    ],
)
def test_the_other_zone_has_its_date_only_where_it_is_another_day(
    zone: ZoneInfo, beside: ZoneInfo, said: str | None
) -> None:
    assert booking_words.span_beside(NOW, NOW + timedelta(hours=1), zone, beside) == said


def test_past_midnight_both_dates_are_there() -> None:
    late = datetime(2026, 11, 24, 4, 30, tzinfo=UTC)
    said = booking_words.span_beside(late, late + timedelta(hours=1), NEW_YORK, LAGOS)
    assert said == "Mon 23 Nov 2026, 11:30 pm – Tue 24 Nov 2026, 12:30 am"


@pytest.mark.parametrize(
    ("percent", "said"),
    [
        (100, "That is all that you paid."),
        (50, "That is half of the ₦5,000.00 that you paid."),
        (0, "It is too late to get the ₦5,000.00 back."),
    ],
)
def test_a_share_is_named_as_people_name_it(percent: int, said: str) -> None:
    assert booking_words.share(percent, MoneyView(500_000, "NGN")) == said


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("payment verified", "Payment verified."),
        ("I am ill. Sorry!", "I am ill. Sorry!"),
        ("cancelled by the client", "You cancelled."),
        ("McKenzie is away", "McKenzie is away."),
    ],
)
def test_a_stored_reason_becomes_a_sentence(reason: str, said: str) -> None:
    assert booking_words.sentence(reason) == said
