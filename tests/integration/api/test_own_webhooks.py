"""Webhooks through the API."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

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
