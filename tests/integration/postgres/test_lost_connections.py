"""Connections that the server closed while they lay in the pool."""

from __future__ import annotations

import asyncpg

from tests.marketplace import Marketplace


async def test_after_a_restart_of_the_server_everything_goes_on(marketplace: Marketplace) -> None:
    consultant = await marketplace.consultant()
    slot = await marketplace.slot(consultant, capacity=10)
    clients = [await marketplace.client() for _ in range(3)]
    admin = await asyncpg.connect(marketplace.database.url)
    await admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await admin.close()
    for client in clients:
        assert (await marketplace.booking(client, slot)).status == "pending"
    assert await marketplace.product.readiness()
