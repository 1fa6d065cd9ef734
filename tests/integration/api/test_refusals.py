"""How the API says no: problem details with a stable code, and nothing else."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.integration.api.program import PROFILE, Program, registration, session
from tests.marketplace import PASSWORD, Marketplace


def assert_problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The answer is problem details of that status and code."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    body: dict[str, Any] = answer.json()
    assert (body["code"], body["status"]) == (code, status)
    assert body["type"] == f"/problems/{code.replace('_', '-')}"
    assert body["title"]
    assert body["detail"]
    return body


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer nonsense",
        "Basic dXNlcjpwYXNz",
        "imo_" + "0" * 49,
        "Bearer imo_" + "0" * 49,
        "Bearer " + "x" * 10_000,
        "Bearer imo_é",
    ],
)
async def test_a_bad_token_is_401_and_never_500(client: httpx.AsyncClient, header: str | None) -> None:
    headers = {} if header is None else {b"Authorization": header.encode()}
    answer = await client.get("/api/me", headers=headers)
    assert_problem(answer, 401, "unauthenticated" if header is None else "invalid_token")
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_cookies_mean_nothing_to_the_api(client: httpx.AsyncClient) -> None:
    assert_problem(await client.get("/api/me", headers={"Cookie": "sid=abc"}), 401, "unauthenticated")


async def test_registration_names_every_wrong_field_at_once(client: httpx.AsyncClient) -> None:
    body = registration("client", "x") | {"email": "nobody", "password": "short", "security_answer": "abc"}
    problem = assert_problem(await client.post("/api/auth/register", json=body), 422, "validation_failed")
    assert {error["field"] for error in problem["errors"]} >= {"username", "email"}
    fine_person = body | {"username": "chidi", "email": "chidi@example.com"}
    problem = assert_problem(await client.post("/api/auth/register", json=fine_person), 422, "validation_failed")
    assert {error["field"] for error in problem["errors"]} == {"password", "security_answer"}


async def test_taken_names_and_addresses_are_told_whatever_their_case(client: httpx.AsyncClient) -> None:
    await Program.of(client, "client", "chidi")
    taken = registration("client", "CHIDI") | {"email": "other@example.com"}
    assert_problem(await client.post("/api/auth/register", json=taken), 409, "username_taken")
    taken = registration("client", "other") | {"email": "Chidi@Example.com"}
    assert_problem(await client.post("/api/auth/register", json=taken), 409, "email_taken")


async def test_nobody_registers_as_an_operator(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/auth/register", json=registration("operator", "boss"))
    assert_problem(answer, 422, "validation_failed")


@pytest.mark.parametrize(
    ("content", "headers", "status", "code"),
    [
        (b"{", {"Content-Type": "application/json"}, 400, "malformed_body"),
        (b"{}", {"Content-Type": "text/plain"}, 415, "unsupported_media_type"),
        (b"a=b", {"Content-Type": "application/x-www-form-urlencoded"}, 415, "unsupported_media_type"),
        (b"{}", {}, 415, "unsupported_media_type"),
        (b"{}", {"Content-Type": "application/json"}, 422, "validation_failed"),
        (b"[]", {"Content-Type": "application/json"}, 400, "malformed_body"),
        (b'{"identifier": 1}', {"Content-Type": "application/json"}, 422, "validation_failed"),
        (
            b'{"identifier": "a", "password": "b", "x": 1}',
            {"Content-Type": "application/json"},
            422,
            "validation_failed",
        ),
        (b'{"identifier": "' + b"x" * 70_000 + b'"}', {"Content-Type": "application/json"}, 413, "too_large"),
    ],
)
async def test_bad_bodies(
    client: httpx.AsyncClient, content: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    answer = await client.post("/api/auth/tokens", content=content, headers=headers)
    assert_problem(answer, status, code)


async def test_a_missing_field_is_named_in_words(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/auth/tokens", json={"identifier": "ada"})
    assert answer.json()["errors"] == [{"field": "password", "message": "Enter your password."}]


async def test_unknown_identifier_and_wrong_password_are_one_refusal(client: httpx.AsyncClient) -> None:
    await Program.of(client, "client", "chidi")
    wrong = await client.post("/api/auth/tokens", json={"identifier": "chidi", "password": "wrong wrong wrong"})
    unknown = await client.post("/api/auth/tokens", json={"identifier": "nobody", "password": "wrong wrong wrong"})
    assert_problem(wrong, 401, "invalid_credentials")
    assert wrong.content == unknown.content


async def test_too_many_wrong_passwords_are_429_with_a_time(client: httpx.AsyncClient) -> None:
    body = {"identifier": "nobody", "password": "wrong wrong wrong"}
    for _ in range(10):
        assert_problem(await client.post("/api/auth/tokens", json=body), 401, "invalid_credentials")
    answer = await client.post("/api/auth/tokens", json=body)
    assert_problem(answer, 429, "throttled")
    assert 0 < int(answer.headers["retry-after"]) <= 900


async def test_roles_and_scopes_are_held_against_each_route(client: httpx.AsyncClient) -> None:
    buyer = await Program.of(client, "client", "chidi")
    assert_problem(await buyer.call("GET", "/consultant/profile"), 403, "forbidden")
    body = {"identifier": "chidi", "password": PASSWORD, "scopes": ["read"], "expires_in": 60}
    answer = await client.post("/api/auth/tokens", json=body)
    reader = Program(client, answer.json()["token"])
    assert (await reader.call("GET", "/client/bookings")).status_code == 200
    assert_problem(await reader.call("PATCH", "/me", json={}), 403, "insufficient_scope")


async def test_a_revoked_token_is_refused_at_the_next_request(client: httpx.AsyncClient) -> None:
    buyer = await Program.of(client, "client", "chidi")
    [token] = (await buyer.get("/auth/tokens"))["items"]
    assert set(token) == {"id", "name", "last_four", "scopes", "created_at", "last_used_at", "expires_at"}
    assert (await buyer.call("DELETE", f"/auth/tokens/{token['id']}")).status_code == 204
    assert_problem(await buyer.call("GET", "/me"), 401, "invalid_token")


async def test_what_is_not_ones_own_is_not_there(client: httpx.AsyncClient, marketplace: Marketplace) -> None:
    owner, stranger = await marketplace.client(), await marketplace.client()
    consultant, rival = await marketplace.consultant(), await marketplace.consultant()
    slot = await marketplace.slot(consultant)
    booking = await marketplace.confirmed_booking(owner, slot)
    as_stranger = Program(client, await marketplace.token(stranger))
    as_rival = Program(client, await marketplace.token(rival))
    link = {"meeting_platform": "Jitsi", "meeting_link": "https://meet.jit.si/x"}
    missing = f"/client/bookings/{slot.id}"
    for program, method, path, body in (
        (as_stranger, "GET", f"/client/bookings/{booking.id}", None),
        (as_stranger, "POST", f"/client/bookings/{booking.id}/payment", None),
        (as_stranger, "POST", f"/client/bookings/{booking.id}/verify", None),
        (as_stranger, "POST", f"/client/bookings/{booking.id}/review", {"rating": 1}),
        (as_stranger, "GET", missing, None),
        (as_rival, "PUT", f"/consultant/bookings/{booking.id}/meeting-link", link),
        (as_rival, "POST", f"/consultant/bookings/{booking.id}/complete", None),
        (as_rival, "PATCH", f"/consultant/availabilities/{slot.id}", {"max_slots": 5}),
        (as_rival, "DELETE", f"/consultant/availabilities/{slot.id}", None),
    ):
        request = {} if body is None else {"json": body}
        assert_problem(await program.call(method, path, **request), 404, "not_found")
    after = await marketplace.details(owner, booking.id)
    assert (after.status, after.meeting_link, after.review) == ("confirmed", None, None)


async def test_booking_refusals_have_their_codes(client: httpx.AsyncClient, marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    slot = await marketplace.slot(consultant)
    first = Program(client, await marketplace.token(await marketplace.client()))
    second = Program(client, await marketplace.token(await marketplace.client()))
    body = {"slot_id": str(slot.id), "reason_for_session": "A lease"}
    created = await first.call("POST", "/client/bookings", json=body)
    assert created.headers["location"] == f"/api/client/bookings/{created.json()['id']}"
    assert_problem(await first.call("POST", "/client/bookings", json=body), 409, "already_booked")
    assert_problem(await second.call("POST", "/client/bookings", json=body), 409, "slot_full")
    for field in ("price", "status", "client_id"):
        forged = await second.call("POST", "/client/bookings", json=body | {field: 1})
        assert_problem(forged, 422, "validation_failed")


async def test_slot_refusals_have_their_codes(client: httpx.AsyncClient) -> None:
    consultant = await Program.of(client, "consultant", "ada")
    await consultant.call("PATCH", "/consultant/profile", json=PROFILE)
    slot = await consultant.post("/consultant/availabilities", session())
    path = "/consultant/availabilities"
    assert_problem(await consultant.call("POST", path, json=session()), 409, "slot_overlap")
    past = await consultant.call("POST", path, json=session(in_days=-1))
    assert_problem(past, 422, "validation_failed")
    assert past.json()["errors"][0]["field"] == "starts_at"
    for change in ({"ends_at": slot["starts_at"]}, {"max_slots": 0}, {"price": {"amount": -1, "currency": "NGN"}}):
        assert_problem(
            await consultant.call("POST", path, json=session(in_days=3) | change), 422, "validation_failed"
        )
    naive = session(in_days=3) | {"starts_at": "2030-01-01T10:00:00"}
    assert_problem(await consultant.call("POST", path, json=naive), 422, "validation_failed")


async def test_if_match_is_honoured(client: httpx.AsyncClient) -> None:
    consultant = await Program.of(client, "consultant", "ada")
    slot = await consultant.post("/consultant/availabilities", session())
    path = f"/consultant/availabilities/{slot['id']}"
    tag = {"If-Match": f'"{slot["version"]}"'}
    assert (await consultant.call("PATCH", path, json={"max_slots": 2}, headers=tag)).status_code == 200
    assert_problem(await consultant.call("PATCH", path, json={"max_slots": 3}, headers=tag), 412, "stale_version")


async def test_public_reads_are_not_sent_twice(client: httpx.AsyncClient, marketplace: Marketplace) -> None:
    slug = await marketplace.slug(await marketplace.consultant())
    for path in ("/api/consultants", f"/api/consultants/{slug}", f"/api/consultants/{slug}/slots"):
        first = await client.get(path)
        assert first.headers["cache-control"].startswith("public")
        assert "set-cookie" not in first.headers
        again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


async def test_cursors_walk_without_loss_and_cannot_be_forged(
    client: httpx.AsyncClient, marketplace: Marketplace
) -> None:
    consultant = await marketplace.consultant()
    slug = await marketplace.slug(consultant)

    for number in range(5):
        await marketplace.slot(consultant, starts_in=timedelta(days=1, hours=2 * number))
    public = Program(client)
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await public.get(f"/consultants/{slug}/slots?limit=2{cursor and '&cursor=' + cursor}")
        seen += [slot["starts_at"] for slot in page["items"]]
        cursor = page["next_cursor"]
    assert seen == sorted(seen)
    assert len(set(seen)) == 5
    first = await public.get(f"/consultants/{slug}/slots?limit=2")
    for forged in (first["next_cursor"][:-3] + "abc", "x", "x.y"):
        answer = await client.get(f"/api/consultants/{slug}/slots?cursor={forged}")
        assert_problem(answer, 400, "invalid_cursor")
    foreign = await client.get(f"/api/consultants/{slug}/reviews?cursor={first['next_cursor']}")
    assert_problem(foreign, 400, "invalid_cursor")


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x"])
async def test_limits_are_bounded(client: httpx.AsyncClient, limit: str) -> None:
    assert_problem(await client.get(f"/api/consultants?limit={limit}"), 422, "validation_failed")


async def test_unknown_addresses_and_methods(client: httpx.AsyncClient) -> None:
    assert_problem(await client.get("/api/nothing"), 404, "not_found")
    assert_problem(await client.get("/api/consultants/nobody"), 404, "not_found")
    assert_problem(await client.delete("/api/consultants"), 405, "method_not_allowed")


async def test_both_spellings_of_an_address_answer(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/consultants")).status_code == 200
    assert (await client.get("/api/consultants/")).status_code == 200
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    assert (await client.get("/readyz")).json() == {"status": "ok"}
    assert (await client.head("/healthz")).status_code == 200


async def test_nothing_leaks_when_something_breaks(client: httpx.AsyncClient, marketplace: Marketplace) -> None:
    await marketplace.database.pool.execute("ALTER TABLE consultant_profiles RENAME TO canary_of_the_schema")
    answer = await client.get("/api/consultants")
    assert_problem(answer, 500, "internal_error")
    assert "canary" not in answer.text
    assert answer.headers["x-request-id"]


async def test_recovery_opens_the_account_once(client: httpx.AsyncClient) -> None:
    buyer = await Program.of(client, "client", "chidi")
    known = (await client.post("/api/auth/recovery", json={"identifier": "chidi"})).json()
    unknown = (await client.post("/api/auth/recovery", json={"identifier": "nobody"})).json()
    assert known.keys() == unknown.keys()
    assert known["questions"] == unknown["questions"]
    path = f"/api/auth/recovery/{known['recovery_id']}/answer"
    wrong = await client.post(path, json={"question": "phrase", "answer": "something else"})
    assert_problem(wrong, 422, "recovery_failed")
    right = await client.post(path, json={"question": "phrase", "answer": "  SEVEN  green Umbrellas "})
    assert right.status_code == 200, right.text
    token = right.json()["reset_token"]
    body = {"reset_token": token, "new_password": "a wholly new passphrase"}
    assert (await client.post("/api/auth/recovery/reset", json=body)).status_code == 204
    assert_problem(await client.post("/api/auth/recovery/reset", json=body), 422, "recovery_failed")
    assert_problem(await buyer.call("GET", "/me"), 401, "invalid_token")
    login = {"identifier": "chidi", "password": "a wholly new passphrase"}
    assert (await client.post("/api/auth/tokens", json=login)).status_code == 201


async def test_a_webhook_without_a_signature_is_401_and_empty(client: httpx.AsyncClient) -> None:
    answer = await client.post("/webhooks/paystack", content=b'{"event":"charge.success"}')
    assert (answer.status_code, answer.content) == (401, b"")


async def test_pictures_are_set_and_removed(client: httpx.AsyncClient) -> None:

    buyer = await Program.of(client, "client", "chidi")
    upload = io.BytesIO()
    Image.new("RGB", (50, 80), "teal").save(upload, "PNG")
    files = {"picture": ("x.png", upload.getvalue(), "image/png")}
    answer = await buyer.call("PUT", "/me/picture", files=files)
    assert answer.status_code == 200, answer.text
    shown = await client.get(answer.json()["picture_url"])
    assert shown.headers["content-type"] == "image/webp"
    bad = await buyer.call("PUT", "/me/picture", files={"picture": ("x.png", b"<svg/>", "image/png")})
    assert_problem(bad, 422, "validation_failed")
    assert (await buyer.call("DELETE", "/me/picture")).status_code == 204
    assert (await buyer.get("/me"))["picture_url"] is None
