"""Forty clients at once on one session of three seats, over HTTP, against two server processes."""

from __future__ import annotations

import asyncio
from collections import Counter

import httpx

from tests.e2e.site import Site
from tests.integration.api.program import PROFILE, Program, session

CLIENTS = 40
SEATS = 3


async def test_exactly_three_of_forty_clients_get_one_of_three_seats(site: Site) -> None:
    limits = httpx.Limits(max_connections=CLIENTS)
    async with httpx.AsyncClient(base_url=site.url, timeout=60, trust_env=False, limits=limits) as http:
        consultant = await Program.of(http, "consultant", "racing-ada")
        assert (await consultant.call("PATCH", "/consultant/profile", json=PROFILE)).status_code == 200
        slot = await consultant.post("/consultant/availabilities", session(seats=SEATS))
        buyers = [await Program.of(http, "client", f"racer-{number}") for number in range(CLIENTS)]
        body = {"slot_id": slot["id"], "reason_for_session": "A race"}
        answers = await asyncio.gather(*(buyer.call("POST", "/client/bookings", json=body) for buyer in buyers))
        outcome = Counter(
            (answer.status_code, answer.json().get("code") or answer.json()["status"]) for answer in answers
        )
        assert outcome == {(201, "pending"): SEATS, (409, "slot_full"): CLIENTS - SEATS}
        shown = (await consultant.get("/consultant/availabilities"))["items"][0]
        assert shown["seats_taken"] == SEATS


async def test_no_answer_tells_which_server_software_runs(site: Site) -> None:
    async with httpx.AsyncClient(base_url=site.url, trust_env=False) as http:
        for path in ("/", "/nothing", "/api/consultants", "/api/nothing", "/healthz"):
            assert (await http.get(path)).headers.get_list("server") == ["Imoran"], path
