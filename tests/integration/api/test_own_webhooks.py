"""Webhooks through the API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx
import jsonschema
import pytest

from application.bookings.cancel_booking import CancelBookingCommand
from application.bookings.reschedule_booking import RescheduleBookingCommand
from application.webhooks.register_webhook import RegisterWebhookCommand
from domain.accounts import Role
from domain.webhooks import Event
from tests.integration.webhooks.receiver import Receiver, running_receiver
from tests.marketplace import Marketplace

WEBHOOKS = "/api/me/webhooks"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running_receiver() as receiver:
        yield receiver


@pytest.fixture
async def program(client: httpx.AsyncClient, marketplace: Marketplace) -> httpx.AsyncClient:
    """A client's program."""
    token = await marketplace.token(await marketplace.client())
    client.headers["Authorization"] = f"Bearer {token}"
    return client


async def test_from_registration_to_the_last_message(
    program: httpx.AsyncClient, marketplace: Marketplace, receiver: Receiver
) -> None:
    answer = await program.post(WEBHOOKS, json={"url": receiver.url, "events": ["booking.cancelled"]})
    assert answer.status_code == 201
    secret, webhook = answer.json()["secret"], answer.json()["webhook"]
    assert answer.headers["location"] == f"{WEBHOOKS}/{webhook['id']}"
    assert webhook["is_enabled"] is True
    listed = (await program.get(WEBHOOKS)).text
    assert webhook["id"] in listed
    assert secret not in listed
    address = answer.headers["location"]

    sent = await program.post(f"{address}/test")
    assert sent.status_code == 202
    await marketplace.product.deliver_webhooks()
    [message] = receiver.messages
    assert message.is_signed_with(secret)
    assert message.headers["webhook-id"] == sent.json()["id"]
    [delivery] = (await program.get(f"{address}/deliveries")).json()["items"]
    assert (delivery["id"], delivery["status"], delivery["event"]) == (
        sent.json()["id"],
        "delivered",
        "webhook.test",
    )

    again = await program.post(f"{address}/deliveries/{delivery['id']}/resend")
    assert again.status_code == 202
    await marketplace.product.deliver_webhooks()
    assert len(receiver.messages) == 2

    rotated = (await program.post(f"{address}/secret")).json()
    assert rotated["secret"] != secret
    assert rotated["webhook"]["earlier_secret_until"] is not None

    changed = await program.patch(address, json={"events": [Event.REVIEW_WRITTEN], "is_enabled": False})
    assert changed.status_code == 200
    assert (changed.json()["events"], changed.json()["disabled_because"]) == (["review.written"], "owner")
    refused = await program.post(f"{address}/test")
    assert (refused.status_code, refused.json()["code"]) == (409, "webhook_disabled")

    assert (await program.delete(address)).status_code == 204
    assert (await program.get(address)).status_code == 404
    assert (await program.get(f"{address}/deliveries")).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": "http://example.com/", "events": ["booking.confirmed"]}, "url"),
        ({"url": "https://169.254.169.254/", "events": ["booking.confirmed"]}, "url"),
        ({"url": "https://example.com/", "events": ["booking.sold"]}, "events"),
        ({"url": "https://example.com/", "events": []}, "events"),
        ({"url": "https://example.com/", "events": "booking.confirmed"}, "events"),
        ({"events": ["booking.confirmed"]}, "url"),
        ({"url": "https://example.com/", "events": ["booking.confirmed"], "secret": "whsec_mine"}, "secret"),
    ],
)
async def test_what_cannot_be_is_refused_at_its_field(
    program: httpx.AsyncClient, body: dict[str, object], field: str
) -> None:
    answer = await program.post(WEBHOOKS, json=body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_pages_of_deliveries_follow_each_other(
    program: httpx.AsyncClient, marketplace: Marketplace, receiver: Receiver
) -> None:
    made = await program.post(WEBHOOKS, json={"url": receiver.url, "events": ["booking.confirmed"]})
    address = made.headers["location"]
    sent = [(await program.post(f"{address}/test")).json()["id"] for _ in range(3)]
    first = (await program.get(f"{address}/deliveries?limit=2")).json()
    second = (await program.get(f"{address}/deliveries?limit=2&cursor={first['next_cursor']}")).json()
    assert [item["id"] for item in first["items"] + second["items"]] == sent[::-1]
    assert second["next_cursor"] is None


async def test_operators_have_none(client: httpx.AsyncClient, marketplace: Marketplace) -> None:
    token = await marketplace.token(await marketplace.account(Role.OPERATOR))
    answer = await client.get(WEBHOOKS, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403


async def test_messages_are_as_the_description_says(
    program: httpx.AsyncClient, marketplace: Marketplace, receiver: Receiver
) -> None:
    client, consultant = await marketplace.client(), await marketplace.consultant()
    command = RegisterWebhookCommand(url=receiver.url, events=tuple(Event))
    await marketplace.product.register_webhook(client, command)
    before, after = [await marketplace.slot(consultant, starts_in=timedelta(days=days)) for days in (3, 4)]
    booking = await marketplace.confirmed_booking(client, before)
    await marketplace.product.reschedule_booking(
        client, RescheduleBookingCommand(booking_id=booking.id, slot_id=after.id)
    )
    await marketplace.product.cancel_booking(consultant, CancelBookingCommand(booking_id=booking.id))
    await marketplace.database.pool.execute("UPDATE refunds SET status = 'processed'")
    await marketplace.product.deliver_webhooks()
    described = (await program.get("/api/schema/")).json()["webhooks"]
    assert set(described) == set(Event)
    assert len(receiver.types) == 5
    for message in receiver.messages:
        body = described[message.content["type"]]["post"]["requestBody"]["content"]["application/json"]["schema"]
        jsonschema.validate(message.content, body)
        [subject, *_] = body["properties"]["data"]["properties"]
        facts = body["properties"]["data"]["properties"][subject]["properties"]
        assert set(message.content["data"][subject]) == set(facts)
