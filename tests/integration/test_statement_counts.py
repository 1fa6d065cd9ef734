"""Statements for each request on the hot paths: the numbers in docs/architecture.md."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.marketplace import Marketplace
from tests.statements import recorded_statements


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """Everything that is sent to PostgreSQL from now on, in order."""
    with recorded_statements() as sent:
        yield sent


@contextmanager
def counted(statements: list[str]) -> Iterator[list[str]]:
    """What one request sends."""
    statements.clear()
    yield statements


async def test_booking_a_seat(client: httpx.AsyncClient, marketplace: Marketplace, statements: list[str]) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    token = await marketplace.token(await marketplace.client())
    body = {"slot_id": str(slot.id), "reason_for_session": "A lease"}
    with counted(statements):
        answer = await client.post("/api/client/bookings", json=body, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 201
    assert statements == ["WITH", "BEGIN", "WITH", "WITH", "WITH", "COMMIT"]


@pytest.mark.parametrize("path", ["", "/{slug}", "/{slug}/slots", "/{slug}/reviews"])
async def test_public_reads(
    client: httpx.AsyncClient, marketplace: Marketplace, statements: list[str], path: str
) -> None:
    consultant = await marketplace.consultant()
    await marketplace.slot(consultant)
    address = "/api/consultants" + path.format(slug=await marketplace.slug(consultant))
    with counted(statements):
        assert (await client.get(address)).status_code == 200
    assert statements == ["SELECT"]


async def test_settling_a_payment_that_confirms(marketplace: Marketplace, statements: list[str]) -> None:
    client = await marketplace.client()
    booking = await marketplace.booking(client, await marketplace.slot(await marketplace.consultant()))
    payment = await marketplace.started_payment(client, booking)
    await marketplace.pay(payment.reference)
    with counted(statements):
        await marketplace.product.settle_payment(payment.reference)
    work = [statement for statement in statements if statement not in ("BEGIN", "COMMIT", "ROLLBACK")]
    assert len(work) == 10
    assert statements.count("COMMIT") == 1
