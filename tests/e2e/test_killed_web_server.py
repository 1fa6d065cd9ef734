"""The web server dies between payment and return; nobody acts, and the booking is confirmed."""

from __future__ import annotations

import asyncio
import time

import httpx

from tests.e2e.site import Site
from tests.integration.api.program import PROFILE, Program, session


async def test_the_reconciler_confirms_what_was_paid_while_the_web_server_was_dead(site: Site) -> None:
    async with httpx.AsyncClient(base_url=site.url, timeout=30, trust_env=False) as http:
        consultant = await Program.of(http, "consultant", "killed-ada")
        await consultant.call("PATCH", "/consultant/profile", json=PROFILE)
        slot = await consultant.post("/consultant/availabilities", session())
        buyer = await Program.of(http, "client", "killed-chidi")
        booking = await buyer.post("/client/bookings", {"slot_id": slot["id"], "reason_for_session": "A lease"})
        path = f"/client/bookings/{booking['id']}"
        payment = await buyer.post(f"{path}/payment")

    site.kill("web")
    outcome = {"status": "success", "is_announced": False}
    async with httpx.AsyncClient(base_url=site.paystack_url, trust_env=False) as paystack:
        paid = await paystack.put(f"/_sandbox/transactions/{payment['reference']}/outcome", json=outcome)
        assert paid.is_success, paid.text
    site.start_web()

    async with httpx.AsyncClient(base_url=site.url, timeout=30, trust_env=False) as http:
        buyer = Program(http, buyer.token)
        deadline = time.monotonic() + 30
        while (await buyer.get(path))["status"] == "pending":
            assert time.monotonic() < deadline, "nobody confirmed the booking"
            await asyncio.sleep(0.2)
        details = await buyer.get(path)
    assert details["status"] == "confirmed"
    assert details["history"][-1]["actor"] == "system"
