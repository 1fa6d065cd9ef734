"""Words about bookings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from application.money_view import MoneyView
from domain.availability import SlotNotOpen
from domain.bookings import AlreadyBooked, BookingOverlap, ConsultantUnavailable, SlotFull, SlotInPast
from domain.refusals import Refusal
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
        ("payment verified", "Paystack confirmed your payment."),
        ("I am ill. Sorry!", "I am ill. Sorry!"),
        ("cancelled by the client", "You cancelled."),
        ("McKenzie is away", "McKenzie is away."),
        (
            "nobody decided in time: charged 100, not 500000",
            "Paystack had charged something else than we asked for.",
        ),
        (
            "paid after the hold had run out (slot full)",
            "You paid after the time to pay was over, and somebody else had taken the seat.",
        ),
    ],
)
def test_a_stored_reason_is_told_to_the_client(reason: str, said: str) -> None:
    assert booking_words.told(reason) == said


@pytest.mark.parametrize(
    "refusal", [AlreadyBooked, BookingOverlap, ConsultantUnavailable, SlotFull, SlotInPast, SlotNotOpen]
)
def test_every_reason_why_money_came_too_late_is_told_in_plain_words(refusal: type[Refusal]) -> None:
    reason = f"paid after the hold had run out ({refusal.code.replace('_', ' ')})"
    assert booking_words.told(reason).startswith("You paid after the time to pay was over, and ")


def test_a_session_is_called_by_its_kind_if_it_is_of_one() -> None:
    assert booking_words.title("First talk", "Ada Eze") == "First talk with Ada Eze"
    assert booking_words.title(None, "Ada Eze") == "Session with Ada Eze"
