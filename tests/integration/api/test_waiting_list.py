"""Waiting lists by API."""

from __future__ import annotations

from uuid import uuid4

import httpx

from application.accounts.callers import Caller
from tests.integration.api.program import Program
from tests.integration.waiting_list.lines import FREE, full_slot, give_up
from tests.marketplace import Marketplace

LIST = "/client/waiting-list"


async def program(http: httpx.AsyncClient, marketplace: Marketplace, caller: Caller) -> Program:
    """Somebody's script."""
    return Program(http, await marketplace.token(caller))


async def test_joining_being_offered_a_seat_and_taking_it(
    client: httpx.AsyncClient, marketplace: Marketplace
) -> None:
    consultant = await marketplace.consultant()
    slot, [held] = await full_slot(marketplace, consultant)
    buyer = await program(client, marketplace, await marketplace.client())
    body = {"slot_id": str(slot.id)}

    full = await buyer.call("POST", "/client/bookings", json={**body, "reason_for_session": "A lease"})
    assert (full.status_code, full.json()["code"]) == (409, "slot_full")
    place = await buyer.post(LIST, body)
    assert (place["status"], place["position"], place["offer_expires_at"]) == ("waiting", 1, None)
    assert place["consultant"] == {"slug": await marketplace.slug(consultant), "name": "Ada Number 1"}
    assert await buyer.get(LIST) == {"items": [place], "next_cursor": None}
    own = await marketplace.product.availability_queries.own_slot(consultant.account_id, slot.id)
    assert own is not None
    assert own.people_waiting == 1

    await give_up(marketplace, held)
    await marketplace.product.offer_seats()
    [offer] = (await buyer.get(f"{LIST}?slot_id={slot.id}"))["items"]
    assert (offer["status"], offer["position"]) == ("offered", None)
    assert offer["offer_expires_at"].endswith("Z")
    booking = await buyer.post("/client/bookings", {**body, "reason_for_session": "A lease"})
    assert booking["status"] == "confirmed"
    [over] = (await buyer.get(LIST))["items"]
    assert (over["id"], over["status"]) == (place["id"], "taken")


async def test_leaving(client: httpx.AsyncClient, marketplace: Marketplace) -> None:
    slot, _ = await full_slot(marketplace, await marketplace.consultant())
    buyer = await program(client, marketplace, await marketplace.client())
    other = await program(client, marketplace, await marketplace.client())
    place = await buyer.post(LIST, {"slot_id": str(slot.id)})
    path = f"{LIST}/{place['id']}"
    assert (await other.call("DELETE", path)).status_code == 404
    left = await buyer.call("DELETE", path)
    assert (left.status_code, left.content) == (204, b"")
    again = await buyer.call("DELETE", path)
    assert (again.status_code, again.json()["code"]) == (409, "not_in_line")
    assert (await buyer.post(LIST, {"slot_id": str(slot.id)}))["position"] == 1


async def test_what_joining_is_refused_for(client: httpx.AsyncClient, marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    slot, _ = await full_slot(marketplace, consultant)
    free = await marketplace.slot(await marketplace.consultant(), price=FREE)
    buyer = await program(client, marketplace, await marketplace.client())
    await buyer.post(LIST, {"slot_id": str(slot.id)})
    for slot_id, status, code in (
        (slot.id, 409, "already_waiting"),
        (free.id, 409, "slot_not_full"),
        (uuid4(), 404, "not_found"),
        ("nonsense", 422, "validation_failed"),
    ):
        answer = await buyer.call("POST", LIST, json={"slot_id": str(slot_id)})
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    answer = await (await program(client, marketplace, consultant)).call("GET", LIST)
    assert answer.status_code == 403


async def test_places_come_page_by_page(client: httpx.AsyncClient, marketplace: Marketplace) -> None:
    slot, _ = await full_slot(marketplace, await marketplace.consultant())
    buyer = await program(client, marketplace, await marketplace.client())
    places = []
    for _ in range(3):
        place = await buyer.post(LIST, {"slot_id": str(slot.id)})
        await buyer.call("DELETE", f"{LIST}/{place['id']}")
        places.append(place["id"])
    first = await buyer.get(f"{LIST}?limit=2")
    second = await buyer.get(f"{LIST}?limit=2&cursor={first['next_cursor']}")
    assert [entry["id"] for entry in first["items"] + second["items"]] == places[::-1]
    assert second["next_cursor"] is None
