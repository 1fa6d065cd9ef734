"""Bookings cancelled, moved and missed, as a program does it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from application.accounts.callers import Caller
from tests.integration.api.program import Program
from tests.marketplace import Marketplace


@pytest.fixture
async def chidi(marketplace: Marketplace) -> Caller:
    """A client."""
    return await marketplace.client()


@pytest.fixture
async def ada(marketplace: Marketplace) -> Caller:
    """A consultant."""
    return await marketplace.consultant()


@pytest.fixture
async def buyer(client: httpx.AsyncClient, marketplace: Marketplace, chidi: Caller) -> Program:
    """The client's program."""
    return Program(client, await marketplace.token(chidi))


@pytest.fixture
async def seller(client: httpx.AsyncClient, marketplace: Marketplace, ada: Caller) -> Program:
    """The consultant's program."""
    return Program(client, await marketplace.token(ada))


@pytest.fixture
async def booking_id(marketplace: Marketplace, chidi: Caller, ada: Caller) -> UUID:
    """A paid seat in a session in three days."""
    slot = await marketplace.slot(ada, starts_in=THREE_DAYS)
    return (await marketplace.confirmed_booking(chidi, slot)).id


THREE_DAYS = timedelta(days=3)


async def test_a_booking_says_what_its_cancellation_gives_back_and_gives_it(
    buyer: Program, booking_id: UUID
) -> None:
    path = f"/client/bookings/{booking_id}"
    told = (await buyer.get(path))["cancellation"]
    assert told["refund"] == {"amount": 500_000, "currency": "NGN"}
    refused = await buyer.call("POST", f"{path}/cancel", json={"expected_refund": 1})
    assert (refused.status_code, refused.json()["code"]) == (409, "refund_changed")
    after = await buyer.post(f"{path}/cancel", {"reason": "Travelling", "expected_refund": 500_000}, status=200)
    assert (after["status"], after["refunds"][0]["amount"]["amount"]) == ("cancelled", 500_000)
    again = await buyer.call("POST", f"{path}/cancel")
    assert (again.status_code, again.json()["code"]) == (409, "booking_state_conflict")


async def test_the_body_of_a_cancellation_can_be_left_out(buyer: Program, booking_id: UUID) -> None:
    answer = await buyer.call("POST", f"/client/bookings/{booking_id}/cancel")
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled"), answer.text


async def test_a_body_of_another_media_type_is_refused_where_it_can_be_left_out(
    buyer: Program, booking_id: UUID
) -> None:
    path = f"/client/bookings/{booking_id}/cancel"
    answer = await buyer.call("POST", path, content=b"{}", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415
    answer = await buyer.call("POST", path, json={"because": "x"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "because")


async def test_a_consultant_cancels_and_everything_goes_back(
    seller: Program, buyer: Program, booking_id: UUID
) -> None:
    answer = await seller.post(f"/consultant/bookings/{booking_id}/cancel", {"reason": "I am ill"}, status=200)
    assert answer["status"] == "cancelled"
    details = await buyer.get(f"/client/bookings/{booking_id}")
    assert [refund["amount"]["amount"] for refund in details["refunds"]] == [500_000]
    assert details["history"][-1]["reason"] == "I am ill"


async def test_a_booking_moves(marketplace: Marketplace, ada: Caller, buyer: Program, booking_id: UUID) -> None:
    other = await marketplace.slot(ada, starts_in=2 * THREE_DAYS)
    path = f"/client/bookings/{booking_id}/reschedule"
    moved = await buyer.post(path, {"slot_id": str(other.id)}, status=200)
    assert (moved["slot_id"], moved["status"], len(moved["payments"])) == (str(other.id), "confirmed", 1)
    refused = await buyer.call("POST", path, json={"slot_id": str(other.id)})
    assert (refused.status_code, refused.json()["code"]) == (409, "same_slot")
    missing = await buyer.call("POST", path, json={"slot_id": str(booking_id)})
    assert missing.status_code == 404


async def test_who_did_not_come(
    marketplace: Marketplace, chidi: Caller, seller: Program, buyer: Program, booking_id: UUID
) -> None:
    early = await seller.call("POST", f"/consultant/bookings/{booking_id}/no-show")
    assert (early.status_code, early.json()["code"]) == (409, "session_not_begun")
    await marketplace.move_into_past((await marketplace.details(chidi, booking_id)).slot_id)
    reported = await buyer.post(f"/client/bookings/{booking_id}/no-show", {"reason": "Nobody came"}, status=200)
    assert reported["absence_report"]["status"] == "open"
    blocked = await seller.call("POST", f"/consultant/bookings/{booking_id}/no-show")
    assert (blocked.status_code, blocked.json()["code"]) == (409, "absence_reported")
    answered = await seller.post(
        f"/consultant/bookings/{booking_id}/no-show-answer",
        {"attended": False, "comment": "I was ill"},
        status=200,
    )
    assert (answered["status"], answered["absent"]) == ("no_show", "consultant")
    assert answered["absence_report"]["answer"] == "I was ill"
    assert (await buyer.get(f"/client/bookings/{booking_id}"))["refunds"][0]["amount"]["amount"] == 500_000


@pytest.mark.parametrize("action", ["cancel", "reschedule", "no-show"])
async def test_nobody_touches_the_booking_of_somebody_else(
    client: httpx.AsyncClient, marketplace: Marketplace, booking_id: UUID, action: str
) -> None:
    stranger = Program(client, await marketplace.token(await marketplace.client()))
    body = {"slot_id": str(booking_id)} if action == "reschedule" else {}
    answer = await stranger.call("POST", f"/client/bookings/{booking_id}/{action}", json=body)
    assert answer.status_code == 404
