"""Tools for many days at once, and the end of a whole session, over HTTP."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import httpx
import pytest

from tests.integration.api.program import PROFILE, Json, Program, session
from tests.integration.api.test_refusals import assert_problem

SLOTS = "/consultant/availabilities"
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
MONDAY = datetime.now(UTC).date() + timedelta(days=14 - datetime.now(UTC).weekday())


@pytest.fixture
async def ada(client: httpx.AsyncClient) -> Program:
    """A published consultant's program."""
    program = await Program.of(client, "consultant", "ada")
    assert (await program.call("PATCH", "/consultant/profile", json=PROFILE)).status_code == 200
    return program


def at(day: date, hour: int) -> Json:
    """An hour of a day in UTC, an hour later in Lagos."""
    starts_at = datetime.combine(day, time(hour), UTC)
    ends_at = starts_at + timedelta(hours=1)
    return session(price=0) | {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}


def days(first: date, last: date, **more: object) -> Json:
    return {"first_date": first.isoformat(), "last_date": last.isoformat(), **more}


async def test_a_week_is_copied_after_a_preview(ada: Program) -> None:
    await ada.post(SLOTS, at(MONDAY, 9))
    in_the_way = await ada.post(SLOTS, at(MONDAY + WEEK, 9))
    body = {
        "source_week": MONDAY.isoformat(),
        "target_weeks": [(MONDAY + WEEK).isoformat(), (MONDAY + 2 * WEEK).isoformat()],
    }
    preview = await ada.post(f"{SLOTS}/copy-week", body | {"dry_run": True}, status=200)
    assert len((await ada.get(SLOTS))["items"]) == 2

    copied = await ada.post(f"{SLOTS}/copy-week", body, status=200)

    assert (
        copied["skipped"]
        == preview["skipped"]
        == [
            {
                "starts_at": in_the_way["starts_at"],
                "ends_at": in_the_way["ends_at"],
                "local_time": f"{MONDAY + WEEK}T10:00",
                "reason": "overlap",
            }
        ]
    )
    [made] = copied["created"]
    assert made == preview["created"][0] | {"id": made["id"]}
    assert (await ada.get(SLOTS))["items"][-1] == made


async def test_days_are_closed_opened_again_and_emptied(ada: Program, client: httpx.AsyncClient) -> None:
    first, second = await ada.post(SLOTS, at(MONDAY, 9)), await ada.post(SLOTS, at(MONDAY + DAY, 9))
    chidi = await Program.of(client, "client", "chidi")
    await chidi.post("/client/bookings", {"slot_id": second["id"], "reason_for_session": "A lease"})
    body = days(MONDAY, MONDAY + DAY)

    preview = await ada.post(f"{SLOTS}/close", body | {"dry_run": True}, status=200)
    closed = await ada.post(f"{SLOTS}/close", body, status=200)
    assert closed == preview
    assert [(one["outcome"], one["reason"], one["session"]["status"]) for one in closed["sessions"]] == [
        ("closed", None, "closed"),
        ("closed", None, "closed"),
    ]
    assert [one["session"] for one in closed["sessions"]] == (await ada.get(SLOTS))["items"]

    reopened = await ada.post(f"{SLOTS}/reopen", days(MONDAY + DAY, MONDAY + DAY), status=200)
    assert [(one["outcome"], one["session"]["id"]) for one in reopened["sessions"]] == [("reopened", second["id"])]

    deleted = await ada.post(f"{SLOTS}/delete-free", body, status=200)
    assert [(one["outcome"], one["reason"], one["session"]["id"]) for one in deleted["sessions"]] == [
        ("withdrawn", None, first["id"]),
        ("kept", "has_seats_taken", second["id"]),
    ]
    assert [slot["id"] for slot in (await ada.get(SLOTS))["items"]] == [second["id"]]


async def test_closing_days_says_which_dates_of_patterns_are_closed(ada: Program) -> None:
    pattern = {
        "weekdays": [1, 2],
        "start_time": "09:00",
        "end_time": "10:00",
        "session_minutes": 60,
        "first_date": MONDAY.isoformat(),
    }
    published = await ada.post(f"{SLOTS}/bulk", pattern)
    closed = await ada.post(f"{SLOTS}/close", days(MONDAY, MONDAY + 6 * DAY), status=200)
    dates = [MONDAY.isoformat(), (MONDAY + DAY).isoformat()]
    assert closed["pattern_dates"] == [{"pattern_id": published["pattern_id"], "date": day} for day in dates]
    stored = await ada.get(f"/consultant/patterns/{published['pattern_id']}")
    assert [exception["date"] for exception in stored["exceptions"]] == dates
    reopened = await ada.post(f"{SLOTS}/reopen", days(MONDAY, MONDAY + 6 * DAY), status=200)
    assert reopened["pattern_dates"] == closed["pattern_dates"]


@pytest.mark.parametrize("tool", ["close", "reopen", "delete-free"])
@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"first_date", "last_date"}),
        (days(MONDAY, MONDAY - DAY), {"last_date"}),
        (days(MONDAY, MONDAY + 366 * DAY), {"last_date"}),
        (days(date(1, 1, 1), date.max), {"first_date", "last_date"}),
        ({"first_date": "soon", "last_date": "2030-02-30"}, {"first_date", "last_date"}),
        (days(MONDAY, MONDAY, dry_run="yes"), {"dry_run"}),
    ],
)
async def test_ranges_that_make_no_sense_name_their_fields(
    ada: Program, tool: str, body: Json, fields: set[str]
) -> None:
    problem = assert_problem(await ada.call("POST", f"{SLOTS}/{tool}", json=body), 422, "validation_failed")
    assert {error["field"] for error in problem["errors"]} == fields


@pytest.mark.parametrize(
    ("source", "targets", "fields"),
    [
        (MONDAY + DAY, [MONDAY], {"source_week"}),
        (MONDAY, [], {"target_weeks"}),
        (MONDAY, [MONDAY + DAY], {"target_weeks"}),
        (date(1, 1, 1), [date(9999, 12, 27)], {"source_week", "target_weeks"}),
    ],
)
async def test_weeks_that_make_no_sense_name_their_fields(
    ada: Program, source: date, targets: list[date], fields: set[str]
) -> None:
    body = {"source_week": source.isoformat(), "target_weeks": [day.isoformat() for day in targets]}
    problem = assert_problem(await ada.call("POST", f"{SLOTS}/copy-week", json=body), 422, "validation_failed")
    assert {error["field"] for error in problem["errors"]} == fields


async def test_a_whole_session_is_called_off(ada: Program, client: httpx.AsyncClient) -> None:
    slot = await ada.post(SLOTS, session(seats=2, price=0))
    bookings = []
    for name in ("chidi", "dayo"):
        program = await Program.of(client, "client", name)
        booking = await program.post("/client/bookings", {"slot_id": slot["id"], "reason_for_session": "A lease"})
        bookings.append((program, booking["id"]))
    path = f"{SLOTS}/{slot['id']}/cancel"
    assert await ada.post(path, {"reason": "I am ill"}, status=200) == {"cancelled_bookings": 2}
    for program, booking_id in bookings:
        booking = await program.get(f"/client/bookings/{booking_id}")
        assert (booking["status"], booking["history"][-1]["reason"]) == ("cancelled", "I am ill")
    assert_problem(await ada.call("POST", path), 404, "not_found")


async def test_a_session_is_called_off_without_a_word(ada: Program) -> None:
    slot = await ada.post(SLOTS, session())
    assert await ada.post(f"{SLOTS}/{slot['id']}/cancel", status=200) == {"cancelled_bookings": 0}
    assert (await ada.get(SLOTS))["items"] == []


async def test_the_tools_are_for_consultants_and_their_own_sessions(
    ada: Program, client: httpx.AsyncClient
) -> None:
    slot = await ada.post(SLOTS, session())
    stranger = await Program.of(client, "consultant", "bola")
    chidi = await Program.of(client, "client", "chidi")
    for slot_id in (slot["id"], str(uuid4())):
        assert_problem(await stranger.call("POST", f"{SLOTS}/{slot_id}/cancel"), 404, "not_found")
    for path, body in (
        ("close", days(MONDAY, MONDAY)),
        ("copy-week", {"source_week": MONDAY.isoformat(), "target_weeks": [(MONDAY + WEEK).isoformat()]}),
        (f"{slot['id']}/cancel", {}),
    ):
        assert (await chidi.call("POST", f"{SLOTS}/{path}", json=body)).status_code == 403
        assert (await client.post(f"/api{SLOTS}/{path}", json=body)).status_code == 401
    assert (await ada.get(SLOTS))["items"] == [slot]
