"""One link for a whole session, replies to reviews, and bookings found by words, as a program does it."""

from __future__ import annotations

import httpx
import pytest

from application.accounts.callers import Caller
from application.bookings.reserve_seat import ReserveSeatCommand
from application.reviews.write_review import WriteReviewCommand
from domain.money import Money
from tests.integration.api.program import Program
from tests.marketplace import Marketplace

FREE = Money(0, "NGN")
LINK = {"meeting_platform": "Jitsi", "meeting_link": "https://meet.jit.si/lease"}


@pytest.fixture
async def ada(marketplace: Marketplace) -> Caller:
    """A consultant."""
    return await marketplace.consultant()


@pytest.fixture
async def program(client: httpx.AsyncClient, marketplace: Marketplace, ada: Caller) -> Program:
    """The consultant's."""
    return Program(client, await marketplace.token(ada))


async def test_everybody_in_a_session_gets_its_link(
    program: Program, marketplace: Marketplace, ada: Caller
) -> None:
    slot = await marketplace.slot(ada, price=FREE, capacity=3)
    path = f"/consultant/availabilities/{slot.id}/meeting-link"
    early = await program.call("PUT", path, json=LINK)
    assert (early.status_code, early.json()["code"]) == (409, "nobody_confirmed")
    for _ in range(2):
        await marketplace.booking(await marketplace.client(), slot)
    done = await program.call("PUT", path, json=LINK)
    assert (done.status_code, done.json()) == (200, {"bookings": 2})
    listed = (await program.get("/consultant/bookings"))["items"]
    assert [booking["meeting_link"] for booking in listed] == [LINK["meeting_link"]] * 2
    refused = await program.call("PUT", path, json=LINK | {"meeting_link": "http://meet.jit.si"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "meeting_link")


async def test_a_review_is_replied_to_once_and_again_under_its_key(
    program: Program, marketplace: Marketplace, ada: Caller
) -> None:
    client = await marketplace.client()
    booking = await marketplace.completed_booking(client, ada, await marketplace.slot(ada, price=FREE))
    review = await marketplace.product.write_review(
        client, WriteReviewCommand(booking_id=booking.id, rating=5, comment="Clear.")
    )
    path, body = f"/consultant/reviews/{review.id}/reply", {"reply": "Thank you."}
    first = await program.call("POST", path, json=body, headers={"Idempotency-Key": "a-reply-to-a-review"})
    assert first.status_code == 201, first.text
    assert first.json()["reply"]["text"] == "Thank you."
    again = await program.call("POST", path, json=body, headers={"Idempotency-Key": "a-reply-to-a-review"})
    assert again.json() == first.json()
    second = await program.call("POST", path, json=body)
    assert (second.status_code, second.json()["code"]) == (409, "already_replied")
    [shown] = (await program.get(f"/consultants/{await marketplace.slug(ada)}/reviews"))["items"]
    assert shown["reply"]["text"] == "Thank you."


async def test_bookings_are_found_by_a_part_of_their_reason(
    program: Program, marketplace: Marketplace, ada: Caller
) -> None:
    slot = await marketplace.slot(ada, price=FREE, capacity=2)
    for reason in ("A lease in Ikeja", "Custody"):
        await marketplace.product.reserve_seat(
            await marketplace.client(), ReserveSeatCommand(slot_id=slot.id, reason=reason)
        )
    found = (await program.get("/consultant/bookings?q=LEASE"))["items"]
    assert [booking["reason_for_session"] for booking in found] == ["A lease in Ikeja"]
