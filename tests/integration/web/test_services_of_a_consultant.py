"""The services on a consultant's public page, and the times of one of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx

from application.availability.save_availability import SlotRow
from application.availability.save_service import SaveServiceCommand
from domain.money import Money
from tests.marketplace import Marketplace


async def test_a_service_is_described_and_leads_to_its_times_alone(
    client: httpx.AsyncClient, marketplace: Marketplace
) -> None:
    consultant = await marketplace.consultant()
    slug = await marketplace.slug(consultant)
    service = await marketplace.product.save_service(
        consultant,
        SaveServiceCommand(
            name="Second opinion",
            description="Bring the contract",
            length=timedelta(minutes=45),
            price=Money(300_000, "NGN"),
        ),
    )
    plain = await marketplace.slot(consultant)
    row = SlotRow(starts_at=datetime.now(UTC) + timedelta(days=2), service_id=service.id)
    [of_service] = await marketplace.product.save_availability(consultant, [row])

    everything = (await client.get(f"/consultants/{slug}")).text
    for words in ("Second opinion", "Bring the contract", "45 minutes", str(plain.id), str(of_service.id)):
        assert words in everything
    chosen = (await client.get(f"/consultants/{slug}?service={service.id}&tz=Africa/Cairo")).text
    assert str(of_service.id) in chosen
    assert str(plain.id) not in chosen
    assert f'name="service" value="{service.id}"' in chosen
    nonsense = (await client.get(f"/consultants/{slug}?service=nonsense")).text
    assert str(plain.id) in nonsense
