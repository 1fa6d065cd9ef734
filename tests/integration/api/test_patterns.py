"""Weekly patterns by API."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import pytest

from application.accounts.callers import Caller
from tests.integration.api.program import Json, Program
from tests.marketplace import Marketplace

LAGOS = ZoneInfo("Africa/Lagos")
FIRST = datetime.now(LAGOS).date() + timedelta(days=2)
BULK = "/consultant/availabilities/bulk"
NOBODYS = "01980000-0000-7000-8000-000000000000"


def a_pattern(**changes: Any) -> Json:
    """Two hours on each of two days."""
    body = {
        "weekdays": [1, 2, 3, 4, 5, 6, 7],
        "start_time": "09:00",
        "end_time": "11:00",
        "session_minutes": 60,
        "first_date": FIRST.isoformat(),
        "last_date": (FIRST + timedelta(days=1)).isoformat(),
    }
    return body | changes


def at(hour: int, day: int = 0) -> str:
    """The instant of a wall time in Lagos, as the API writes it."""
    local = datetime.combine(FIRST + timedelta(days=day), time(hour), LAGOS)
    return f"{local.astimezone(ZoneInfo('UTC')):%Y-%m-%dT%H:%M:%SZ}"


@pytest.fixture
async def consultant(marketplace: Marketplace) -> Caller:
    """Ada."""
    return await marketplace.consultant()


@pytest.fixture
async def program(client: httpx.AsyncClient, marketplace: Marketplace, consultant: Caller) -> Program:
    """Ada's program."""
    return Program(client, await marketplace.token(consultant))


async def refused(program: Program, body: Json, *, method: str = "POST", path: str = BULK) -> dict[str, str]:
    """The fields that are wrong, with what is said about them."""
    answer = await program.call(method, path, json=body)
    assert answer.status_code == 422, answer.text
    return {error["field"]: error["message"] for error in answer.json()["errors"]}


async def test_a_pattern_is_published_as_sessions(program: Program) -> None:
    published = await program.post(BULK, a_pattern(max_slots=2, price=300_000, buffer_after_minutes=0))
    assert published["skipped"] == []
    assert published["published_until"] == a_pattern()["last_date"]
    assert [slot["starts_at"] for slot in published["created"]] == [at(9), at(10), at(9, 1), at(10, 1)]
    listed = (await program.get("/consultant/availabilities"))["items"]
    assert published["created"] == listed
    assert {(slot["max_slots"], slot["price"]["amount"], slot["pattern_id"]) for slot in listed} == {
        (2, 300_000, published["pattern_id"])
    }


async def test_a_preview_is_what_happens_then(program: Program) -> None:
    await program.post(BULK, a_pattern(end_time="10:00", last_date=FIRST.isoformat()))
    preview = await program.post(BULK, a_pattern(dry_run=True), status=200)
    assert len((await program.get("/consultant/availabilities"))["items"]) == 1
    published = await program.post(BULK, a_pattern())
    assert preview["pattern_id"] is None
    for result in (preview, published):
        for slot in result["created"]:
            del slot["id"], slot["pattern_id"]
    assert preview == published | {"pattern_id": None}
    assert published["skipped"] == [
        {
            "starts_at": at(9),
            "ends_at": at(10),
            "local_time": f"{FIRST}T09:00",
            "reason": "already_published",
        }
    ]


async def test_publishing_again_answers_200_and_the_same_pattern(program: Program) -> None:
    first = await program.post(BULK, a_pattern())
    again = await program.post(BULK, a_pattern(), status=200)
    assert (again["pattern_id"], again["created"]) == (first["pattern_id"], [])
    assert {skipped["reason"] for skipped in again["skipped"]} == {"already_published"}


async def test_weekdays_may_be_numbers_and_names_in_any_case(program: Program) -> None:
    days = ["Monday", "TUESDAY", "3", 4]
    published = await program.post(BULK, a_pattern(weekdays=days, last_date=None))
    assert (await program.get(f"/consultant/patterns/{published['pattern_id']}"))["weekdays"] == [1, 2, 3, 4]


async def test_a_pattern_is_shown_as_it_was_asked_for(program: Program) -> None:
    exceptions = [
        {"date": (FIRST + timedelta(days=1)).isoformat(), "start_time": "14:00", "end_time": "00:00"},
        {"date": FIRST.isoformat(), "start_time": None, "end_time": None},
    ]
    body = a_pattern(
        break_minutes=10,
        buffer_before_minutes=5,
        buffer_after_minutes=15,
        time_zone="Africa/Cairo",
        max_slots=3,
        price={"amount": 0, "currency": "NGN"},
        exceptions=exceptions,
    )
    published = await program.post(BULK, body)
    answer = await program.call("GET", f"/consultant/patterns/{published['pattern_id']}")
    shown = answer.json()
    assert shown == body | {
        "id": published["pattern_id"],
        "exceptions": exceptions[::-1],
        "service_id": None,
        "published_until": body["last_date"],
        "ended_at": None,
        "version": 1,
    }
    assert answer.headers["etag"] == '"1"'


async def test_patterns_are_listed_in_pages_newest_first(program: Program) -> None:
    made = [
        (await program.post(BULK, a_pattern(start_time=start, end_time=end)))["pattern_id"]
        for start, end in (("06:00", "07:00"), ("08:00", "09:00"), ("10:00", "11:00"))
    ]
    first = await program.get("/consultant/patterns?limit=2")
    rest = await program.get(f"/consultant/patterns?limit=2&cursor={first['next_cursor']}")
    assert [pattern["id"] for pattern in first["items"] + rest["items"]] == made[::-1]
    assert rest["next_cursor"] is None


async def test_a_pattern_is_changed_with_a_preview_first(program: Program) -> None:
    published = await program.post(BULK, a_pattern())
    path = f"/consultant/patterns/{published['pattern_id']}"
    body = a_pattern(start_time="10:00", end_time="12:00", max_slots=4)
    preview = await program.call("PUT", path, json=body | {"dry_run": True})
    assert (await program.get(path))["version"] == 1
    changed = await program.call("PUT", path, json=body, headers={"If-Match": '"1"'})
    assert (preview.status_code, changed.status_code) == (200, 200)
    result = changed.json()
    assert [slot["starts_at"] for slot in result["created"]] == [at(11), at(11, 1)]
    assert [slot["starts_at"] for slot in result["kept"]] == [at(10), at(10, 1)]
    assert [slot["starts_at"] for slot in result["withdrawn"]] == [at(9), at(9, 1)]
    assert [slot["status"] for slot in result["withdrawn"]] == ["cancelled"] * 2
    assert preview.json()["kept"] == result["kept"]
    listed = (await program.get("/consultant/availabilities"))["items"]
    assert [(slot["starts_at"], slot["max_slots"]) for slot in listed] == [
        (at(hour, day), 4) for day in (0, 1) for hour in (10, 11)
    ]
    assert listed[0] == result["kept"][0]
    stale = await program.call("PUT", path, json=body, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")


async def test_a_pattern_is_ended_with_a_preview_first(program: Program, marketplace: Marketplace) -> None:
    published = await program.post(BULK, a_pattern())
    taken = published["created"][1]["id"]
    buyer = Program(program._http, await marketplace.token(await marketplace.client()))
    await buyer.post("/client/bookings", {"slot_id": taken, "reason_for_session": "A lease"})
    path = f"/consultant/patterns/{published['pattern_id']}"
    preview = await program.call("DELETE", f"{path}?dry_run=true")
    assert len((await program.get("/consultant/availabilities"))["items"]) == 4
    stale = await program.call("DELETE", path, headers={"If-Match": '"7"'})
    assert stale.status_code == 412
    ended = await program.call("DELETE", path, headers={"If-Match": '"1"'})
    assert preview.json() == ended.json()
    assert [slot["id"] for slot in ended.json()["kept"]] == [taken]
    assert len(ended.json()["withdrawn"]) == 3
    assert [slot["id"] for slot in (await program.get("/consultant/availabilities"))["items"]] == [taken]
    again = await program.call("DELETE", path)
    assert (again.status_code, again.json()["code"]) == (409, "pattern_ended")
    assert (await program.get("/consultant/patterns"))["items"] == []
    assert (await program.get(path))["ended_at"] is not None


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("weekdays", {"weekdays": []}),
        ("weekdays", {"weekdays": None}),
        ("weekdays.1", {"weekdays": [1, 8]}),
        ("weekdays.0", {"weekdays": ["someday"]}),
        ("weekdays.0", {"weekdays": [10**30]}),
        ("start_time", {"start_time": "9"}),
        ("start_time", {"start_time": "24:00"}),
        ("start_time", {"start_time": "09:00\n"}),
        ("end_time", {"end_time": "09:30"}),
        ("session_minutes", {"session_minutes": 10**30}),
        ("session_minutes", {"session_minutes": None}),
        ("session_minutes", {"session_minutes": 0}),
        ("break_minutes", {"break_minutes": -1}),
        ("buffer_before_minutes", {"buffer_before_minutes": 241}),
        ("first_date", {"first_date": "2030-02-30"}),
        ("first_date", {"first_date": "9999-12-31", "last_date": None}),
        ("last_date", {"last_date": "2000-01-01"}),
        ("last_date", {"first_date": "2000-01-01", "last_date": "2099-12-31"}),
        ("time_zone", {"time_zone": "Lagos"}),
        ("time_zone", {"time_zone": "../../etc/passwd"}),
        ("max_slots", {"max_slots": 10**30}),
        ("price", {"price": 10**30}),
        ("price", {"price": {"amount": 5, "currency": "EUR"}}),
        ("service_id", {"service_id": NOBODYS}),
        ("exceptions.0", {"exceptions": [{"date": FIRST.isoformat(), "start_time": "09:00"}]}),
        ("exceptions.0.date", {"exceptions": [{"date": "2000-01-01"}]}),
        ("exceptions.0.date", {"exceptions": [{"date": "soon"}]}),
        ("wekdays", {"wekdays": [1]}),
    ],
)
async def test_what_does_not_fit_is_named(program: Program, field: str, change: Json) -> None:
    assert [*await refused(program, a_pattern(**change))] == [field]


async def test_several_mistakes_are_named_at_once(program: Program) -> None:
    errors = await refused(program, a_pattern(max_slots=0, weekdays=[], last_date="2000-01-01"))
    assert set(errors) == {"weekdays", "max_slots", "last_date"}
    assert all(message.endswith(".") for message in errors.values())


async def test_a_change_names_its_mistakes_too(program: Program) -> None:
    published = await program.post(BULK, a_pattern())
    path = f"/consultant/patterns/{published['pattern_id']}"
    assert [*await refused(program, a_pattern(weekdays=[9]), method="PUT", path=path)] == ["weekdays.0"]


async def test_patterns_are_for_their_consultant_alone(
    client: httpx.AsyncClient, program: Program, marketplace: Marketplace
) -> None:
    published = await program.post(BULK, a_pattern())
    stranger = Program(client, await marketplace.token(await marketplace.consultant()))
    buyer = Program(client, await marketplace.token(await marketplace.client()))
    for pattern_id in (UUID(published["pattern_id"]), UUID(NOBODYS)):
        path = f"/consultant/patterns/{pattern_id}"
        for method, body in (("GET", None), ("PUT", a_pattern()), ("DELETE", None)):
            assert (await stranger.call(method, path, json=body)).status_code == 404
            assert (await buyer.call(method, path, json=body)).status_code == 403
    assert (await buyer.call("POST", BULK, json=a_pattern())).status_code == 403
    assert (await stranger.get("/consultant/patterns"))["items"] == []


async def test_ending_for_perhaps_is_refused(program: Program) -> None:
    published = await program.post(BULK, a_pattern())
    answer = await program.call("DELETE", f"/consultant/patterns/{published['pattern_id']}?dry_run=perhaps")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "dry_run")
    assert len((await program.get("/consultant/availabilities"))["items"]) == 4
