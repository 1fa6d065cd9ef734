"""What is measured: for whoever holds the token, and the truth about money from every process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, cast

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from application.product import Product
from infrastructure.settings import Settings
from interfaces.app import build_web_app
from main import http_settings
from tests.lifespans import running
from tests.marketplace import Marketplace

TOKEN = "a token for whoever measures, long enough"
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}


@asynccontextmanager
async def serving(
    product: Product, settings: Settings, *, address: str = "127.0.0.1", **changes: object
) -> AsyncIterator[httpx.AsyncClient]:
    app = build_web_app(product, replace(http_settings(settings), **cast(Any, changes)), lifespan=[])
    transport = httpx.ASGITransport(app=cast(Any, app), raise_app_exceptions=False, client=(address, 1))
    async with running(app), httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


def measured(answer: httpx.Response) -> dict[str, float]:
    """Every sample by its name, and by its labels but for the process."""
    assert answer.status_code == 200, answer.text
    samples = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            labels = [value for name, value in sorted(sample.labels.items()) if name != "process"]
            samples["|".join([sample.name, *labels])] = sample.value
    return samples


async def test_the_money_is_told_as_it_stands(
    product: Product, settings: Settings, marketplace: Marketplace
) -> None:
    slot = await marketplace.slot(await marketplace.consultant())
    late, winner = await marketplace.client(), await marketplace.client()
    booking = await marketplace.booking(late, slot)
    payment = await marketplace.started_payment(late, booking)
    await marketplace.lapse_hold(booking.id)
    await marketplace.confirmed_booking(winner, slot)
    async with serving(product, settings) as client:
        before = measured(await client.get("/metrics"))
        await marketplace.pay(payment.reference)
        await product.settle_payment(payment.reference)
        after = measured(await client.get("/metrics"))
    assert before["imoran_payments_unsettled"] == 1
    assert before["imoran_settled_last_hour|confirmed"] == 1
    assert after["imoran_payments_unsettled"] == 0
    assert after["imoran_settled_last_hour|refunded"] == 1
    assert after["imoran_refunds_under_way"] == 1
    assert after["imoran_refunds_under_way_subunits|NGN"] == 500_000
    assert after["imoran_outbox_waiting"] == 1
    assert after["imoran_charges_outside"] == after["imoran_oldest_charge_outside_seconds"] == 0


async def test_an_announced_charge_that_is_not_settled_is_outside_until_it_is(
    product: Product, settings: Settings, marketplace: Marketplace
) -> None:
    client, slot = await marketplace.client(), await marketplace.slot(await marketplace.consultant())
    payment = await marketplace.started_payment(client, await marketplace.booking(client, slot))
    await marketplace.pay(payment.reference)
    await marketplace.database.pool.execute(
        "INSERT INTO webhook_events SELECT id, reference, 'charge.success', reference, "
        "clock_timestamp() - interval '90 seconds' FROM payments"
    )
    async with serving(product, settings) as scraper:
        before = measured(await scraper.get("/metrics"))
        await product.settle_payment(payment.reference)
        after = measured(await scraper.get("/metrics"))
    assert before["imoran_charges_outside"] == before["imoran_payments_announced_unsettled"] == 1
    assert 90 <= before["imoran_oldest_charge_outside_seconds"] < 100
    assert after["imoran_oldest_charge_outside_seconds"] == 0


async def test_requests_are_counted_by_the_template_of_their_address(product: Product, settings: Settings) -> None:
    name = "imoran_http_request_seconds_count|GET|/consultants/{slug}|404"
    async with serving(product, settings) as client:
        before = measured(await client.get("/metrics")).get(name, 0)
        await client.get("/consultants/nobody-at-all")
        answer = await client.get("/metrics")
    assert measured(answer)[name] == before + 1
    assert "nobody-at-all" not in answer.text


async def test_calls_to_paystack_are_counted(
    product: Product, settings: Settings, marketplace: Marketplace
) -> None:
    client, slot = await marketplace.client(), await marketplace.slot(await marketplace.consultant())
    await marketplace.started_payment(client, await marketplace.booking(client, slot))
    async with serving(product, settings) as scraper:
        samples = measured(await scraper.get("/metrics"))
    assert samples["imoran_paystack_call_seconds_count|initialize|answered"] >= 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [(AUTHORIZED, 200), ({}, 401), ({"Authorization": "Bearer another"}, 401), ({"Authorization": TOKEN}, 401)],
)
async def test_with_a_token_in_the_settings_only_its_holder_is_told(
    product: Product, settings: Settings, headers: dict[str, str], status: int
) -> None:
    async with serving(product, settings, metrics_token=TOKEN, is_production=True, address="10.0.0.1") as client:
        assert (await client.get("/metrics", headers=headers)).status_code == status


@pytest.mark.parametrize(
    ("address", "is_production", "status"),
    [("127.0.0.1", False, 200), ("::1", False, 200), ("10.0.0.1", False, 404), ("127.0.0.1", True, 404)],
)
async def test_without_one_it_is_for_this_machine_while_developing(
    product: Product, settings: Settings, address: str, is_production: bool, status: int
) -> None:
    async with serving(product, settings, is_production=is_production, address=address) as client:
        assert (await client.get("/metrics")).status_code == status
