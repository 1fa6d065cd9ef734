"""Calls under a key over HTTP: what is done, what is answered again, what is not kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from application.accounts.issue_token import IssueTokenCommand
from tests.integration.api.program import Program
from tests.integration.idempotency.keyed import (
    BOOKINGS,
    SERVICE,
    Keyed,
    booking_of,
    is_replayed,
    new_key,
    what_is_kept,
)
from tests.marketplace import PASSWORD, Marketplace
from tests.statements import recorded_statements


async def test_a_repeated_call_gets_the_same_bytes(keyed: Keyed, marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant(), capacity=5)
    key = new_key()
    first = await keyed.post(BOOKINGS, booking_of(slot), key=key)
    assert first.status_code == 201
    assert not is_replayed(first)
    await keyed.program.post(f"{BOOKINGS}/{first.json()['id']}/cancel", status=200)
    second = await keyed.post(BOOKINGS, booking_of(slot), key=key)
    assert is_replayed(second)
    assert what_is_kept(second) == what_is_kept(first)
    assert second.headers["location"] == f"/api/client/bookings/{first.json()['id']}"
    assert len(await keyed.bookings()) == 1


async def test_a_version_comes_back_too(client: httpx.AsyncClient, marketplace: Marketplace) -> None:
    keyed = await Keyed.of(client, marketplace, await marketplace.consultant())
    key = new_key()
    first = await keyed.post("/consultant/services", SERVICE, key=key)
    assert first.headers["etag"] == '"1"'
    second = await keyed.post("/consultant/services", SERVICE, key=key)
    assert is_replayed(second)
    assert what_is_kept(second) == what_is_kept(first)


async def test_without_a_key_everything_is_done_anew(keyed: Keyed, marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant(), capacity=5)
    with recorded_statements() as sent:
        answer = await keyed.program.call("POST", BOOKINGS, json=booking_of(slot))
    assert answer.status_code == 201
    assert sent == ["WITH", "BEGIN", "WITH", "WITH", "WITH", "COMMIT"]
    assert (await keyed.program.call("POST", BOOKINGS, json=booking_of(slot))).json()["code"] == "already_booked"
    assert await keyed.keys() == 0


async def test_a_key_costs_two_statements_and_a_repetition_one(keyed: Keyed, marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    key = new_key()
    with recorded_statements() as sent:
        await keyed.post(BOOKINGS, booking_of(slot), key=key)
    assert sent == ["WITH", "WITH", "BEGIN", "WITH", "WITH", "WITH", "COMMIT", "UPDATE"]
    with recorded_statements() as sent:
        assert is_replayed(await keyed.post(BOOKINGS, booking_of(slot), key=key))
    assert sent == ["WITH", "WITH"]


async def test_a_call_in_flight_is_not_done_twice(keyed: Keyed, marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    key = new_key()
    await keyed.post(BOOKINGS, booking_of(slot), key=key)
    await keyed.database.pool.execute(
        "UPDATE idempotency_keys SET status = NULL, headers = NULL, body = NULL, "
        "locked_until = clock_timestamp() + interval '1 minute'"
    )
    answer = await keyed.post(BOOKINGS, booking_of(slot), key=key)
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_in_flight")
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    ("body", "query"), [("Another lease", ""), ("A lease", "?a=1")], ids=["another body", "another query"]
)
async def test_another_request_under_the_same_key_is_refused(
    keyed: Keyed, marketplace: Marketplace, body: str, query: str
) -> None:
    consultant = await marketplace.consultant()
    slot = await marketplace.slot(consultant, capacity=5)
    key = new_key()
    await keyed.post(BOOKINGS, booking_of(slot), key=key)
    answer = await keyed.post(BOOKINGS + query, booking_of(slot, body), key=key)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")
    assert len(await keyed.bookings()) == 1
    assert is_replayed(await keyed.post(BOOKINGS, booking_of(slot), key=key))


async def test_the_order_of_the_query_and_a_slash_at_the_end_make_no_difference(
    keyed: Keyed, marketplace: Marketplace
) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    key = new_key()
    assert (await keyed.post(f"{BOOKINGS}?a=1&b=2", booking_of(slot), key=key)).status_code == 201
    assert is_replayed(await keyed.post(f"{BOOKINGS}/?b=2&a=1", booking_of(slot), key=key))


async def test_one_key_for_two_operations_is_two_keys(keyed: Keyed, marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    key = new_key()
    booking = (await keyed.post(BOOKINGS, booking_of(slot), key=key)).json()
    paying = await keyed.post(f"{BOOKINGS}/{booking['id']}/payment", key=key)
    assert paying.status_code == 201
    again = await keyed.post(f"{BOOKINGS}/{booking['id']}/payment", key=key)
    assert is_replayed(again)
    assert what_is_kept(again) == what_is_kept(paying)


async def test_the_keys_of_others_are_theirs(
    client: httpx.AsyncClient, keyed: Keyed, marketplace: Marketplace
) -> None:
    slot = await marketplace.slot(await marketplace.consultant(), capacity=5)
    other = await Keyed.of(client, marketplace, await marketplace.client())
    key = new_key()
    mine = await keyed.post(BOOKINGS, booking_of(slot), key=key)
    theirs = await other.post(BOOKINGS, booking_of(slot), key=key)
    assert theirs.status_code == 201
    assert not is_replayed(theirs)
    assert theirs.json()["id"] != mine.json()["id"]


async def test_a_rule_that_was_against_it_stays_against_it(
    client: httpx.AsyncClient, keyed: Keyed, marketplace: Marketplace
) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    other = await Keyed.of(client, marketplace, await marketplace.client())
    taken = (await other.post(BOOKINGS, booking_of(slot), key=new_key())).json()
    key = new_key()
    full = await keyed.post(BOOKINGS, booking_of(slot), key=key)
    assert (full.status_code, full.json()["code"]) == (409, "slot_full")
    await other.post(f"{BOOKINGS}/{taken['id']}/cancel", key=new_key())
    again = await keyed.post(BOOKINGS, booking_of(slot), key=key)
    assert is_replayed(again)
    assert what_is_kept(again) == what_is_kept(full)
    assert (await keyed.post(BOOKINGS, booking_of(slot), key=new_key())).status_code == 201


async def test_what_is_not_there_stays_so(keyed: Keyed) -> None:
    body = {"slot_id": new_key(), "reason_for_session": "A lease"}
    key = new_key()
    assert (await keyed.post(BOOKINGS, body, key=key)).status_code == 404
    assert is_replayed(await keyed.post(BOOKINGS, body, key=key))


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"json": {"slot_id": "no id", "reason_for_session": "A lease"}}, 422),
        ({"content": b"{", "headers": {"Content-Type": "application/json"}}, 400),
        ({"content": b"slot_id=1", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}, 415),
        ({"content": b"{" + b" " * 70_000 + b"}", "headers": {"Content-Type": "application/json"}}, 413),
        ({"json": {}, "headers": {"Authorization": "Bearer imo_nothing"}}, 401),
    ],
    ids=["a field", "malformed", "media type", "too large", "no token"],
)
async def test_a_request_that_cannot_be_done_uses_no_key_up(
    keyed: Keyed, marketplace: Marketplace, request_: dict[str, Any], status: int
) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    key = new_key()
    assert (await keyed.post(BOOKINGS, key=key, **request_)).status_code == status
    assert await keyed.keys() == 0
    assert (await keyed.post(BOOKINGS, booking_of(slot), key=key)).status_code == 201


async def test_a_call_of_another_role_uses_no_key_up(keyed: Keyed) -> None:
    await keyed.database.pool.execute("UPDATE accounts SET role = 'consultant'")
    answer = await keyed.post(BOOKINGS, {}, key=new_key())
    assert answer.status_code == 403
    assert await keyed.keys() == 0


async def test_whoever_may_not_ask_any_more_gets_no_old_answer(keyed: Keyed, marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    key = new_key()
    await keyed.post(BOOKINGS, booking_of(slot), key=key)
    reading = await marketplace.product.issue_token(
        IssueTokenCommand(identifier=keyed.caller.username, password=PASSWORD, address="", scopes=("read",))
    )
    reader = Keyed(Program(keyed.program._http, reading.token), keyed.caller, keyed.database)
    assert (await reader.post(BOOKINGS, booking_of(slot), key=key)).status_code == 403
    await keyed.database.pool.execute("UPDATE api_tokens SET revoked_at = clock_timestamp()")
    assert (await keyed.post(BOOKINGS, booking_of(slot), key=key)).status_code == 401


@pytest.mark.parametrize("spelt", ['"{}"', " {} ", '  "{}"'])
async def test_quotes_around_a_key_are_no_part_of_it(keyed: Keyed, marketplace: Marketplace, spelt: str) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    key = new_key()
    await keyed.post(BOOKINGS, booking_of(slot), key=key)
    assert is_replayed(await keyed.post(BOOKINGS, booking_of(slot), key=spelt.format(key)))


@pytest.mark.parametrize(
    "key", ["", "fifteen-letters", "x" * 256, "with a space in it", '"never closed-------', '"a"b---------------"']
)
async def test_other_keys_are_refused_before_anything_is_done(
    keyed: Keyed, marketplace: Marketplace, key: str
) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    answer = await keyed.post(BOOKINGS, booking_of(slot), key=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_idempotency_key")
    assert await keyed.bookings() == []


@pytest.mark.parametrize("key", ["sixteen-letters-", "~" * 255, r'"a\"quote\\inside-it"'])
async def test_the_shortest_and_the_longest_key_do(keyed: Keyed, marketplace: Marketplace, key: str) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    assert (await keyed.post(BOOKINGS, booking_of(slot), key=key)).status_code == 201
    assert is_replayed(await keyed.post(BOOKINGS, booking_of(slot), key=key))


async def test_two_keys_are_none(keyed: Keyed, marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    headers = [("Idempotency-Key", new_key()), ("Idempotency-Key", new_key())]
    headers.append(("Authorization", f"Bearer {keyed.program.token}"))
    answer = await keyed.program._http.post(f"/api{BOOKINGS}", json=booking_of(slot), headers=headers)
    assert answer.json()["code"] == "malformed_idempotency_key"


async def test_no_copy_of_a_secret_is_kept(keyed: Keyed) -> None:
    key = new_key()
    feed = {"current_password": PASSWORD}
    first = await keyed.post("/me/calendar-feed", feed, key=key)
    second = await keyed.post("/me/calendar-feed", feed, key=key)
    assert first.status_code == second.status_code == 201
    assert first.json()["url"] != second.json()["url"]
    assert await keyed.keys() == 0


async def test_a_key_lives_for_three_days(keyed: Keyed, marketplace: Marketplace) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    key = new_key()
    await keyed.post(BOOKINGS, booking_of(slot), key=key)
    life = await keyed.database.pool.fetchval("SELECT expires_at - created_at FROM idempotency_keys")
    assert abs(life - timedelta(hours=72)) < timedelta(seconds=1)
    assert await marketplace.product.tidy_keys() == 0
    await keyed.database.pool.execute("UPDATE idempotency_keys SET expires_at = expires_at - interval '72 hours'")
    assert await marketplace.product.tidy_keys() == 1
    assert (await keyed.post(BOOKINGS, booking_of(slot), key=key)).json()["code"] == "already_booked"


async def test_the_schema_says_which_operations_take_a_key(client: httpx.AsyncClient) -> None:
    schema = (await client.get("/api/schema/")).json()
    without = set()
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            names = [parameter["name"] for parameter in operation.get("parameters", [])]
            if "Idempotency-Key" in names:
                assert method == "post"
                assert {"409", "422"} <= operation["responses"].keys()
                answers = [answer for status, answer in operation["responses"].items() if status < "300"]
                assert all("Idempotency-Replayed" in answer["headers"] for answer in answers), path
            elif method == "post":
                assert "An Idempotency-Key is not looked at" in operation["description"], path
                without.add(operation["operationId"])
    assert {"createToken", "registerAccount", "openCalendarFeed", "changePassword"} <= without
    assert without.isdisjoint({"createClientBooking", "startClientBookingPayment", "cancelClientBooking"})
    [key] = [
        parameter
        for parameter in schema["paths"]["/api/client/bookings"]["post"]["parameters"]
        if parameter["name"] == "Idempotency-Key"
    ]
    assert "72 hours" in key["description"]
    assert not key.get("required")
