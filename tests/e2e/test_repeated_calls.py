"""One key, many calls at once, two server processes: one effect and one answer."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import httpx

from tests.e2e.site import Site
from tests.integration.api.program import PROFILE, Program, session

CALLS = 100


async def test_a_hundred_calls_under_one_key_book_one_seat(site: Site) -> None:
    limits = httpx.Limits(max_connections=CALLS)
    async with httpx.AsyncClient(base_url=site.url, timeout=60, trust_env=False, limits=limits) as http:
        consultant = await Program.of(http, "consultant", "repeated-ada")
        assert (await consultant.call("PATCH", "/consultant/profile", json=PROFILE)).status_code == 200
        slot = await consultant.post("/consultant/availabilities", session(seats=5))
        client = await Program.of(http, "client", "repeating-chidi")
        body = {"slot_id": slot["id"], "reason_for_session": "A lease"}
        headers = {"Idempotency-Key": str(uuid4())}

        async def call() -> httpx.Response:
            return await client.call("POST", "/client/bookings", json=body, headers=headers)

        answers = await asyncio.gather(*(call() for _ in range(CALLS)))
        told = [answer for answer in answers if answer.status_code != 409]
        assert {answer.json()["code"] for answer in answers if answer not in told} <= {"idempotency_in_flight"}
        assert {answer.status_code for answer in told} == {201}
        assert len({answer.content for answer in (*told, await call())}) == 1
        assert sum("idempotency-replayed" not in answer.headers for answer in told) == 1
        shown = (await consultant.get("/consultant/availabilities"))["items"][0]
        assert shown["seats_taken"] == 1
