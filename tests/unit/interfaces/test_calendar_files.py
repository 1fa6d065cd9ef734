"""Calendar files say what they should in every zone, and nothing that people typed can break out of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from application.calendars.views import BookingEvent, FeedEvent
from domain.accounts import Role
from domain.bookings import BookingStatus
from interfaces.http.calendar_files import CalendarFile, booking_file, feed_file
from interfaces.http.calendar_zones import zone_definition
from tests.calendar_reader import (
    Component,
    instant_by_definition,
    instant_by_name,
    observances,
    offset_at,
    read_calendar,
)

SITE = "https://imoran.example"
BOOKING = UUID("01980000-0000-7000-8000-000000000001")
STARTS_AT = datetime(2027, 3, 14, 9, tzinfo=UTC)
NOW = datetime(2027, 1, 2, 3, 4, 5, 678, tzinfo=UTC)
LAGOS = ZoneInfo("Africa/Lagos")
LINK = "https://meet.example/abc?pwd=1;2,3&x=%20"
ZONES = [
    "Africa/Lagos",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Europe/London",
    "Europe/Dublin",
    "America/New_York",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Antarctica/Troll",
]
UNFRIENDLY = [
    "A\r\nATTENDEE:mailto:evil@example.com",
    "A\nEND:VEVENT\nBEGIN:VEVENT",
    "A\rSUMMARY:other",
    "A\x0bB\x0cC\x1cD\x1eE\x85F\u2028G\u2029H",
    "A;X=1:B,C\\D",
    "C:\\Notes\\new \\N \\n \\",
    "\"quoted\" ^n ^^ 'single'",
    "\x00\x07\x7f",
    "漢字" * 60,
    "🙂" * 70,
    "e\u0301" * 90,
    " leading and trailing ",
    "\udcff",
    "BEGIN:VCALENDAR",
    "x" * 5000,
]


def an_event(**changes: Any) -> BookingEvent:
    """A confirmed booking of an hour."""
    fields: dict[str, Any] = {
        "id": BOOKING,
        "sequence": 0,
        "status": BookingStatus.CONFIRMED,
        "starts_at": STARTS_AT,
        "ends_at": STARTS_AT + timedelta(hours=1),
        "client_first_name": "Chidi",
        "client_last_name": "Nwosu",
        "consultant_name": "Ada Obi",
        "consultant_time_zone": "Africa/Lagos",
        "service": None,
        "reason_for_session": "A lease",
        "meeting_platform": "Google Meet",
        "meeting_link": LINK,
    }
    return BookingEvent(**fields | changes)


def a_file(viewer: Role = Role.CLIENT, zone: ZoneInfo = LAGOS, **changes: Any) -> CalendarFile:
    """Its file."""
    return booking_file(an_event(**changes), viewer=viewer, zone=zone, public_url=SITE, now=NOW)


def entry_of(content: bytes) -> Component:
    """The one event of a file."""
    [entry] = read_calendar(content).all("VEVENT")
    return entry


def test_a_file_for_the_client_says_who_when_and_where() -> None:
    file = a_file()
    calendar, entry = read_calendar(file.content), entry_of(file.content)
    assert file.name == "session-2027-03-14.ics"
    assert (calendar["METHOD"].value, calendar["VERSION"].value) == ("PUBLISH", "2.0")
    assert entry["UID"].value == f"{BOOKING}@imoran.example"
    assert entry["SEQUENCE"].value == "0"
    assert entry["DTSTAMP"].value == "20270102T030405Z"
    assert (entry["DTSTART"].value, entry["DTEND"].value) == ("20270314T100000", "20270314T110000")
    assert entry["DTSTART"].parameters == {"TZID": "Africa/Lagos"}
    assert entry["STATUS"].value == "CONFIRMED"
    assert entry["SUMMARY"].text == "Session with Ada Obi"
    assert entry["LOCATION"].text == entry["URL"].value == LINK
    assert LINK in entry["DESCRIPTION"].text
    assert entry["ORGANIZER"].parameters == {"CN": "Ada Obi"}
    assert entry["ORGANIZER"].value == "mailto:no-reply@imoran.example"
    [reminder] = entry.all("VALARM")
    assert (reminder["ACTION"].value, reminder["TRIGGER"].value) == ("DISPLAY", "-PT15M")


def test_the_consultant_reads_the_clients_name_with_an_initial() -> None:
    file = a_file(Role.CONSULTANT, service="Contract review")
    assert entry_of(file.content)["SUMMARY"].text == "Session with Chidi N."
    assert b"Nwosu" not in file.content
    assert entry_of(file.content)["DESCRIPTION"].text.startswith("Contract review\nA lease\n")


@pytest.mark.parametrize(
    ("status", "method", "shown", "has_link"),
    [
        (BookingStatus.PENDING, "PUBLISH", "TENTATIVE", False),
        (BookingStatus.CONFIRMED, "PUBLISH", "CONFIRMED", True),
        (BookingStatus.COMPLETED, "PUBLISH", "CONFIRMED", True),
        (BookingStatus.NO_SHOW, "PUBLISH", "CONFIRMED", False),
        (BookingStatus.CANCELLED, "CANCEL", "CANCELLED", False),
        (BookingStatus.EXPIRED, "CANCEL", "CANCELLED", False),
    ],
)
def test_every_state_has_its_status_its_method_and_its_right_to_the_link(
    status: BookingStatus, method: str, shown: str, has_link: bool
) -> None:
    file = a_file(status=status)
    calendar = read_calendar(file.content)
    assert file.method == calendar["METHOD"].value == method
    entry = entry_of(file.content)
    assert entry["STATUS"].value == shown
    assert ("LOCATION" in entry.names()) == has_link
    assert ("meet.example" in entry["DESCRIPTION"].text) == has_link
    assert entry["URL"].value == (LINK if has_link else f"{SITE}/bookings/{BOOKING}")


@pytest.mark.parametrize("typed", UNFRIENDLY, ids=range(len(UNFRIENDLY)))
def test_nothing_that_people_typed_breaks_out_of_its_property(typed: str) -> None:
    usual = entry_of(a_file(service="Kind").content).names()
    for viewer in (Role.CLIENT, Role.CONSULTANT):
        entry = entry_of(
            a_file(
                viewer,
                consultant_name=typed,
                client_first_name=typed,
                client_last_name=typed,
                service=typed,
                reason_for_session=typed,
                meeting_platform=typed,
            ).content
        )
        assert entry.names() == usual
        assert [part.name for part in entry.parts] == ["VALARM"]


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=300))
@example("C:\\Notes\\new; \\\\N, \\,")
def test_ordinary_text_arrives_as_it_was_typed(typed: str) -> None:
    entry = entry_of(a_file(consultant_name=typed, reason_for_session=f"{typed}\n{typed}").content)
    assert entry["SUMMARY"].text == f"Session with {typed}"
    assert entry["DESCRIPTION"].text.startswith(f"{typed}\n{typed}\n")


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_makes_a_lawful_file(name: str, reason: str) -> None:
    entry = entry_of(a_file(consultant_name=name, reason_for_session=reason).content)
    assert entry["ORGANIZER"].value == "mailto:no-reply@imoran.example"


@pytest.mark.parametrize("name", ZONES)
def test_a_definition_is_right_at_every_quarter_of_an_hour_of_the_year(name: str) -> None:
    zone = ZoneInfo(name)
    calendar = read_calendar(a_file(zone=zone).content)
    [definition] = calendar.all("VTIMEZONE")
    rules = observances(definition)
    at = datetime(2027, 1, 1, tzinfo=zone).astimezone(UTC)
    end = datetime(2028, 1, 1, tzinfo=zone).astimezone(UTC)
    while at <= end:
        assert offset_at(rules, at) == at.astimezone(zone).utcoffset(), at
        at += timedelta(minutes=15)


@pytest.mark.parametrize("year", [2024, 2026, 2028, 2030, 2037, 2087])
def test_a_definition_is_right_in_other_years_too(year: int) -> None:
    for name in ZONES:
        zone = ZoneInfo(name)
        wrapped = b"BEGIN:VCALENDAR\r\n" + zone_definition(zone, year).to_ical() + b"END:VCALENDAR\r\n"
        [definition] = read_calendar(wrapped).all("VTIMEZONE")
        rules = observances(definition)
        for hours in range(0, 24 * 366, 3):
            at = datetime(year, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
            assert offset_at(rules, at) == at.astimezone(zone).utcoffset(), (name, at)


@pytest.mark.parametrize("name", ZONES)
def test_every_instant_around_every_change_of_clocks_is_read_as_it_was_written(name: str) -> None:
    zone = ZoneInfo(name)
    for change in _changes(zone, 2027):
        for minutes in range(-150, 151, 15):
            starts_at = change + timedelta(minutes=minutes)
            ends_at = starts_at + timedelta(minutes=45)
            content = a_file(zone=zone, starts_at=starts_at, ends_at=ends_at).content
            calendar, entry = read_calendar(content), entry_of(content)
            for line, instant in ((entry["DTSTART"], starts_at), (entry["DTEND"], ends_at)):
                assert instant_by_name(line) == instant
                assert instant_by_definition(line, calendar) == instant


def test_an_hour_that_comes_twice_is_written_in_utc() -> None:
    zone = ZoneInfo("America/New_York")
    for hour, expected in ((4, "T000000"), (5, "T050000Z"), (6, "T060000Z"), (7, "T020000")):
        starts_at = datetime(2027, 11, 7, hour, tzinfo=UTC)
        content = a_file(zone=zone, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30)).content
        assert entry_of(content)["DTSTART"].value.endswith(expected)


def test_a_session_over_new_year_finds_both_ends_in_the_definition() -> None:
    zone = ZoneInfo("Australia/Lord_Howe")
    starts_at = datetime(2027, 12, 31, 12, 30, tzinfo=UTC)
    content = a_file(zone=zone, starts_at=starts_at, ends_at=starts_at + timedelta(hours=24)).content
    calendar, entry = read_calendar(content), entry_of(content)
    assert instant_by_definition(entry["DTSTART"], calendar) == starts_at
    assert instant_by_definition(entry["DTEND"], calendar) == starts_at + timedelta(hours=24)


def test_utc_needs_no_definition() -> None:
    calendar = read_calendar(a_file(zone=ZoneInfo("UTC")).content)
    assert calendar.all("VTIMEZONE") == []
    assert calendar.all("VEVENT")[0]["DTSTART"].value == "20270314T090000Z"


def a_feed_event(**changes: Any) -> FeedEvent:
    """A client's session."""
    fields: dict[str, Any] = {
        "id": BOOKING,
        "sequence": 3,
        "status": BookingStatus.CONFIRMED,
        "starts_at": STARTS_AT,
        "ends_at": STARTS_AT + timedelta(hours=1),
        "changed_at": NOW,
        "consultant_name": "Ada Obi",
    }
    return FeedEvent(**fields | changes)


def test_a_feed_holds_times_and_titles_and_is_the_same_bytes_each_time() -> None:
    events = [
        a_feed_event(),
        a_feed_event(consultant_name=None, is_group=True),
        a_feed_event(consultant_name=None),
        a_feed_event(consultant_name=None, service="Contract review", is_group=True),
    ]
    content = feed_file(events, SITE)
    assert content == feed_file(events, SITE)
    entries = read_calendar(content).all("VEVENT")
    titles = ["Session with Ada Obi", "Group session", "Session", "Contract review"]
    assert [entry["SUMMARY"].text for entry in entries] == titles
    for entry in entries:
        assert entry.names() == {"UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "STATUS", "SUMMARY"}
        assert entry.parts == []
        assert instant_by_name(entry["DTSTART"]) == STARTS_AT


@pytest.mark.parametrize("typed", UNFRIENDLY, ids=range(len(UNFRIENDLY)))
def test_nothing_breaks_out_of_a_feed(typed: str) -> None:
    [entry] = read_calendar(feed_file([a_feed_event(consultant_name=typed)], SITE)).all("VEVENT")
    assert len(entry.lines) == 7


def test_an_empty_feed_is_a_calendar() -> None:
    assert read_calendar(feed_file([], SITE)).parts == []


def _changes(zone: ZoneInfo, year: int) -> list[datetime]:
    """The instants at which clocks change, found hour by hour; some ordinary ones where they never do."""
    hours = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(minutes=30 * number) for number in range(48 * 365)]
    found = [
        at
        for at in hours
        if at.astimezone(zone).utcoffset() != (at - timedelta(minutes=30)).astimezone(zone).utcoffset()
    ]
    return found or hours[:: 24 * 90]
