"""Services and limits over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.integration.api.program import PROFILE, Json, Program, session
from tests.integration.api.test_refusals import assert_problem

SERVICES, SLOTS = "/consultant/services", "/consultant/availabilities"
REVIEW: Json = {
    "name": "Contract review",
    "description": "Send me the contract a day before.",
    "length_minutes": 45,
    "price": {"amount": 250_000, "currency": "NGN"},
    "max_slots": 2,
    "buffer_before_minutes": 10,
    "buffer_after_minutes": 15,
}


@pytest.fixture
async def ada(client: httpx.AsyncClient) -> Program:
    """A published consultant's program."""
    program = await Program.of(client, "consultant", "ada")
    assert (await program.call("PATCH", "/consultant/profile", json=PROFILE)).status_code == 200
    return program


async def test_a_service_is_made_read_changed_and_withdrawn(ada: Program) -> None:
    answer = await ada.call("POST", SERVICES, json=REVIEW)
    assert answer.status_code == 201
    service = answer.json()
    assert service == REVIEW | {"id": service["id"], "is_offered": True, "version": 1}
    path = f"{SERVICES}/{service['id']}"
    assert (answer.headers["location"], answer.headers["etag"]) == (f"/api{path}", '"1"')
    assert await ada.get(path) == service

    answer = await ada.call("PATCH", path, json={"max_slots": 3}, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    assert answer.json() == service | {"max_slots": 3, "version": 2}
    stale = await ada.call("PATCH", path, json={"max_slots": 4}, headers={"If-Match": '"1"'})
    assert_problem(stale, 412, "stale_version")
    assert_problem(await ada.call("DELETE", path, headers={"If-Match": '"1"'}), 412, "stale_version")

    assert (await ada.call("DELETE", path)).status_code == 204
    assert (await ada.get(path))["is_offered"] is False
    assert (await ada.call("DELETE", path)).status_code == 204
    again = await ada.call("PATCH", path, json={"is_offered": True})
    assert again.json()["is_offered"] is True


async def test_own_services_are_listed_by_name_and_filtered(ada: Program) -> None:
    for name in ("Beta", "alpha", "Gamma"):
        service = await ada.post(SERVICES, REVIEW | {"name": name})
    await ada.call("DELETE", f"{SERVICES}/{service['id']}")
    first = await ada.get(SERVICES, params={"limit": 2})
    rest = await ada.get(SERVICES, params={"limit": 2, "cursor": first["next_cursor"]})
    assert [item["name"] for item in first["items"] + rest["items"]] == ["alpha", "Beta", "Gamma"]
    assert rest["next_cursor"] is None
    for is_offered, names in (("true", ["alpha", "Beta"]), ("false", ["Gamma"])):
        listed = await ada.get(SERVICES, params={"is_offered": is_offered})
        assert [item["name"] for item in listed["items"]] == names


async def test_anybody_sees_what_a_consultant_offers(ada: Program, client: httpx.AsyncClient) -> None:
    slug = (await ada.get("/consultant/profile"))["slug"]
    service = await ada.post(SERVICES, REVIEW)
    gone = await ada.post(SERVICES, REVIEW | {"name": "Introduction"})
    await ada.call("DELETE", f"{SERVICES}/{gone['id']}")
    answer = await client.get(f"/api/consultants/{slug}/services")
    assert answer.json() == {
        "items": [
            {name: service[name] for name in ("id", "name", "description", "length_minutes", "price", "max_slots")}
        ],
        "next_cursor": None,
    }
    known = {"If-None-Match": answer.headers["etag"]}
    assert (await client.get(f"/api/consultants/{slug}/services", headers=known)).status_code == 304
    assert_problem(await client.get("/api/consultants/nobody/services"), 404, "not_found")


async def test_services_are_their_consultants_alone(ada: Program, client: httpx.AsyncClient) -> None:
    service = await ada.post(SERVICES, REVIEW)
    stranger = await Program.of(client, "consultant", "bola")
    path = f"{SERVICES}/{service['id']}"
    for answer in (
        await stranger.call("GET", path),
        await stranger.call("PATCH", path, json={"max_slots": 3}),
        await stranger.call("DELETE", path),
        await ada.call("GET", f"{SERVICES}/{uuid4()}"),
    ):
        assert_problem(answer, 404, "not_found")
    chidi = await Program.of(client, "client", "chidi")
    assert (await chidi.call("GET", SERVICES)).status_code == 403
    assert (await client.get(f"/api{SERVICES}")).status_code == 401


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"name": " ", "length_minutes": 4, "max_slots": 0}, {"name", "length_minutes", "max_slots"}),
        ({"length_minutes": 1441, "buffer_before_minutes": 241}, {"length_minutes", "buffer_before_minutes"}),
        ({"buffer_after_minutes": -1}, {"buffer_after_minutes"}),
        ({"length_minutes": 2**62}, {"length_minutes"}),
        ({"length_minutes": 45.5}, {"length_minutes"}),
        ({"max_slots": 2**62}, {"max_slots"}),
        ({"price": {"amount": 1, "currency": "NGN"}}, {"price"}),
        ({"price": {"amount": -1, "currency": "NGN"}}, {"price"}),
        ({"description": "x" * 2001}, {"description"}),
        ({"colour": "red"}, {"colour"}),
    ],
)
async def test_fields_out_of_bounds_are_named(ada: Program, changes: dict[str, Any], fields: set[str]) -> None:
    service = await ada.post(SERVICES, REVIEW)
    for method, path in (("POST", SERVICES), ("PATCH", f"{SERVICES}/{service['id']}")):
        body = REVIEW | {"name": "Another"} | changes if method == "POST" else changes
        problem = assert_problem(await ada.call(method, path, json=body), 422, "validation_failed")
        assert {error["field"] for error in problem["errors"]} == fields


async def test_a_taken_name_is_a_conflict(ada: Program) -> None:
    await ada.post(SERVICES, REVIEW)
    taken = await ada.call("POST", SERVICES, json=REVIEW | {"name": "contract REVIEW"})
    assert_problem(taken, 409, "service_name_taken")


async def test_a_session_of_a_service_needs_only_its_start(ada: Program) -> None:
    service = await ada.post(SERVICES, REVIEW)
    starts_at = session()["starts_at"]
    slot = await ada.post(SLOTS, {"starts_at": starts_at, "service_id": service["id"]})
    assert slot["service_id"] == service["id"]
    assert (slot["max_slots"], slot["price"]) == (2, REVIEW["price"])
    assert (slot["buffer_before_minutes"], slot["buffer_after_minutes"]) == (10, 15)

    path = f"{SLOTS}/{slot['id']}"
    changed = await ada.call("PATCH", path, json={"buffer_after_minutes": 0, "max_slots": 5})
    assert changed.json() == slot | {"buffer_after_minutes": 0, "max_slots": 5, "version": 2}

    body = {"starts_at": session(in_days=2)["starts_at"]}
    problem = assert_problem(await ada.call("POST", SLOTS, json=body), 422, "validation_failed")
    assert {error["field"] for error in problem["errors"]} == {"ends_at", "price"}
    foreign = body | {"service_id": str(uuid4())}
    problem = assert_problem(await ada.call("POST", SLOTS, json=foreign), 422, "validation_failed")
    assert [error["field"] for error in problem["errors"]] == ["service_id"]
    await ada.call("DELETE", f"{SERVICES}/{service['id']}")
    withdrawn = body | {"service_id": service["id"]}
    assert_problem(await ada.call("POST", SLOTS, json=withdrawn), 409, "service_not_offered")


async def test_a_session_becomes_one_of_a_service(ada: Program) -> None:
    service = await ada.post(SERVICES, REVIEW)
    slot = await ada.post(SLOTS, session())
    path = f"{SLOTS}/{slot['id']}"
    changed = (await ada.call("PATCH", path, json={"service_id": service["id"]})).json()
    assert (changed["service_id"], changed["buffer_after_minutes"]) == (service["id"], 15)
    assert (changed["max_slots"], changed["price"], changed["ends_at"]) == (
        slot["max_slots"],
        slot["price"],
        slot["ends_at"],
    )


async def test_two_sessions_that_share_a_buffer_are_a_conflict_that_says_so(ada: Program) -> None:
    first = session()
    slot = await ada.post(SLOTS, first | {"buffer_after_minutes": 30})
    touching = {"starts_at": slot["ends_at"], "ends_at": session(in_days=1.1)["ends_at"], "price": first["price"]}
    problem = assert_problem(await ada.call("POST", SLOTS, json=touching), 409, "slot_overlap")
    assert "keep free" in problem["detail"]


async def test_limits_are_read_and_changed_one_by_one(ada: Program) -> None:
    path = "/consultant/profile"
    limits = ("minimum_notice_minutes", "booking_window_days", "sessions_per_day")
    profile = await ada.get(path)
    assert [profile[name] for name in limits] == [0, 732, None]
    for change, expected in (
        ({"minimum_notice_minutes": 120, "sessions_per_day": 4}, [120, 732, 4]),
        ({"booking_window_days": 60}, [120, 60, 4]),
        ({"sessions_per_day": None}, [120, 60, None]),
        ({"headline": "Leases"}, [120, 60, None]),
        ({"minimum_notice_minutes": 0}, [0, 60, None]),
    ):
        answer = await ada.call("PATCH", path, json=change)
        assert answer.status_code == 200, answer.text
        assert [answer.json()[name] for name in limits] == expected


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"minimum_notice_minutes": 43_201}, "minimum_notice_minutes"),
        ({"minimum_notice_minutes": -1}, "minimum_notice_minutes"),
        ({"minimum_notice_minutes": None}, "minimum_notice_minutes"),
        ({"minimum_notice_minutes": 2**62}, "minimum_notice_minutes"),
        ({"booking_window_days": 0}, "booking_window_days"),
        ({"booking_window_days": 733}, "booking_window_days"),
        ({"booking_window_days": 2**62}, "booking_window_days"),
        ({"sessions_per_day": 0}, "sessions_per_day"),
        ({"sessions_per_day": 97}, "sessions_per_day"),
        ({"sessions_per_day": "many"}, "sessions_per_day"),
    ],
)
async def test_limits_out_of_bounds_are_named_and_change_nothing(ada: Program, change: Json, field: str) -> None:
    before = await ada.get("/consultant/profile")
    problem = assert_problem(await ada.call("PATCH", "/consultant/profile", json=change), 422, "validation_failed")
    assert [error["field"] for error in problem["errors"]] == [field]
    assert await ada.get("/consultant/profile") == before


@pytest.mark.parametrize(
    ("limits", "code"),
    [({"minimum_notice_minutes": 3000}, "notice_too_short"), ({"booking_window_days": 1}, "too_far_ahead")],
)
async def test_a_client_is_told_which_limit_is_in_the_way(
    ada: Program, client: httpx.AsyncClient, limits: Json, code: str
) -> None:
    chidi = await Program.of(client, "client", "chidi")
    slot = await ada.post(SLOTS, session(in_days=2, price=0))
    await ada.call("PATCH", "/consultant/profile", json=limits)
    body = {"slot_id": slot["id"], "reason_for_session": "A lease"}
    assert_problem(await chidi.call("POST", "/client/bookings", json=body), 409, code)
