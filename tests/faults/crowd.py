"""Clients who book and pay in every way there is, over HTTP, whatever happens to the servers meanwhile."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import asyncpg
import httpx

from infrastructure.secrets.random_secrets import RandomSecrets
from tests.e2e.crowd import CLONE
from tests.faults.site import FaultSite
from tests.integration.api.program import PROFILE, Json, Program, session

PATIENCE_S = 20
"""How long a client tries to get an answer."""
PAUSE_S = 0.3
SEATS = 2
SLOT_EVERY_DAYS = 1 / 24
FIRST_SLOT_IN_DAYS = 3.0
"""Far enough away that everything goes back when a client cancels."""
ON_OFFER = 12


@dataclass(frozen=True)
class Answered:
    """What somebody heard: a status of 500 or more, where, and when by `time.monotonic`."""

    at: float
    status: int
    call: str
    text: str


@dataclass
class Crowd:
    """What the clients share: the servers, Paystack's checkout, and what they remember."""

    http: httpx.AsyncClient
    site: FaultSite
    chance: random.Random
    hold_s: float
    consultant: Program
    on_offer: list[Json] = field(default_factory=list)
    published: int = 0
    paid_at: dict[str, float] = field(default_factory=dict)
    """When each charge was complete at Paystack, by its reference."""
    told_confirmed: set[str] = field(default_factory=set)
    """Bookings that their clients were told are confirmed, and that they have not cancelled."""
    failures: list[Answered] = field(default_factory=list)
    stories: Counter[str] = field(default_factory=Counter)
    payouts: int = 0

    async def pay(self, reference: str, **outcome: object) -> None:
        """At Paystack, which lives through everything."""
        body = {"status": "success"} | outcome
        url = f"{self.site.paystack_url}/_sandbox/transactions/{reference}/outcome"
        answer = await self.http.put(url, json=body)
        assert answer.is_success, answer.text
        if body["status"] == "success":
            self.paid_at.setdefault(reference, time.monotonic())

    async def slot(self) -> Json:
        """A session that may still have a seat."""
        while len(self.on_offer) < ON_OFFER:
            in_days = FIRST_SLOT_IN_DAYS + self.published * SLOT_EVERY_DAYS
            self.published += 1
            answer = await call(
                self, self.consultant.token, "POST", "/consultant/availabilities",
                session(in_days=in_days, minutes=45, seats=SEATS),
            )  # fmt: skip
            if answer is not None and answer.status_code == 201:
                self.on_offer.append(answer.json())
            elif self.on_offer:
                break
        return self.chance.choice(self.on_offer)


async def call(
    crowd: Crowd, token: str | None, method: str, path: str, body: Json | None = None
) -> httpx.Response | None:
    """An answer from either server; nothing when there was none for long.

    A call is repeated under its key, so that it has one effect however often its answer is lost.
    """
    headers = {"Authorization": f"Bearer {token}"}
    if method == "POST":
        headers["Idempotency-Key"] = f"crowd-{uuid4()}"
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        url = f"{crowd.chance.choice(crowd.site.urls)}/api{path}"
        try:
            answer = await crowd.http.request(method, url, headers=headers, json=body)
        except httpx.TransportError:
            await asyncio.sleep(PAUSE_S)
            continue
        if answer.status_code >= 500:
            crowd.failures.append(Answered(time.monotonic(), answer.status_code, f"{method} {path}", answer.text))
        elif not _is_to_be_repeated(answer):
            return answer
        await asyncio.sleep(PAUSE_S)
    return None


def _is_to_be_repeated(answer: httpx.Response) -> bool:
    codes = {"idempotency_in_flight", "payment_in_progress", "conflict"}
    return answer.status_code == 409 and answer.json().get("code") in codes


class Customer:
    """One client, who goes from one booking to the next."""

    def __init__(self, crowd: Crowd, token: str) -> None:
        self._crowd = crowd
        self._token = token
        self._stories: dict[Callable[[str], Awaitable[None]], int] = {
            self._pays: 6,
            self._pays_late: 3,
            self._pays_twice: 2,
            self._pays_slowly: 1,
            self._walks_away: 1,
            self._cancels: 3,
            self._gives_up_and_pays: 2,
            self._moves: 3,
        }

    async def live(self, is_over: asyncio.Event) -> None:
        """One story after another."""
        while not is_over.is_set():
            slot = await self._crowd.slot()
            answer = await self._post("/client/bookings", {"slot_id": slot["id"], "reason_for_session": "A lease"})
            if answer is None or answer.status_code != 201:
                if answer is not None and slot in self._crowd.on_offer and _code(answer) == "slot_full":
                    self._crowd.on_offer.remove(slot)
                continue
            [story] = self._crowd.chance.choices(list(self._stories), list(self._stories.values()))
            await story(answer.json()["id"])
            self._crowd.stories[story.__name__.strip("_")] += 1

    async def _pays(self, booking: str) -> None:
        reference = await self._start(booking)
        if reference is not None:
            await self._pay(booking, reference)

    async def _pays_late(self, booking: str) -> None:
        """Around the end of the hold, or well after it."""
        reference = await self._start(booking)
        await asyncio.sleep(self._crowd.hold_s * self._crowd.chance.choice([0.9, 1.0, 1.1, 2.0, 3.0]))
        if reference is not None:
            await self._pay(booking, reference)

    async def _pays_twice(self, booking: str) -> None:
        """The first attempt seems to have failed, and changes its mind."""
        first = await self._start(booking)
        if first is None:
            return
        await self._crowd.pay(first, status="failed")
        await self._post(f"/client/bookings/{booking}/verify")
        second = await self._start(booking)
        for reference in self._crowd.chance.sample([first, second], 2):
            if reference is not None:
                await self._pay(booking, reference)

    async def _pays_slowly(self, booking: str) -> None:
        reference = await self._start(booking)
        if reference is None:
            return
        await self._crowd.pay(reference, status="pending")
        await self._post(f"/client/bookings/{booking}/verify")
        await asyncio.sleep(self._crowd.chance.uniform(0, 2 * self._crowd.hold_s))
        await self._pay(booking, reference)

    async def _walks_away(self, booking: str) -> None:
        await self._start(booking)

    async def _cancels(self, booking: str) -> None:
        await self._pays(booking)
        await asyncio.sleep(self._crowd.chance.uniform(0, 2))
        await self._cancel(booking)

    async def _gives_up_and_pays(self, booking: str) -> None:
        reference = await self._start(booking)
        await self._cancel(booking)
        if reference is not None:
            await self._pay(booking, reference)

    async def _moves(self, booking: str) -> None:
        await self._pays(booking)
        for _ in range(10):
            answer = await self._call("GET", f"/client/bookings/{booking}")
            if answer is not None and answer.json()["status"] == "confirmed":
                slot = await self._crowd.slot()
                await self._post(f"/client/bookings/{booking}/reschedule", {"slot_id": slot["id"]})
                return
            await asyncio.sleep(PAUSE_S)

    async def _start(self, booking: str) -> str | None:
        """The reference to pay under."""
        answer = await self._post(f"/client/bookings/{booking}/payment")
        return None if answer is None or answer.status_code != 201 else answer.json()["reference"]

    async def _pay(self, booking: str, reference: str) -> None:
        """And then Paystack tells us, or the client comes back, or both, or neither."""
        chance = self._crowd.chance
        await self._crowd.pay(reference, is_announced=chance.random() < 0.5)
        if chance.random() < 0.5:
            answer = await self._post(f"/client/bookings/{booking}/verify")
            if answer is not None and answer.is_success and answer.json().get("status") == "confirmed":
                self._crowd.told_confirmed.add(booking)

    async def _cancel(self, booking: str) -> None:
        self._crowd.told_confirmed.discard(booking)
        await self._post(f"/client/bookings/{booking}/cancel")

    async def _post(self, path: str, body: Json | None = None) -> httpx.Response | None:
        return await self._call("POST", path, body)

    async def _call(self, method: str, path: str, body: Json | None = None) -> httpx.Response | None:
        return await call(self._crowd, self._token, method, path, body)


def _code(answer: httpx.Response) -> Any:
    return answer.json().get("code")


@asynccontextmanager
async def a_crowd_about(site: FaultSite, size: int, *, seed: int, hold_s: float) -> AsyncIterator[Crowd]:
    """So many clients who book and pay inside the block; at its end each of them ends the story it is in."""
    limits = httpx.Limits(max_connections=2 * size, max_keepalive_connections=0)
    async with httpx.AsyncClient(timeout=30, trust_env=False, limits=limits) as http:
        async with httpx.AsyncClient(base_url=site.urls[0], timeout=30, trust_env=False) as calm:
            consultant = await Program.of(calm, "consultant", "soak-consultant")
            assert (await consultant.call("PATCH", "/consultant/profile", json=PROFILE)).status_code == 200
            await Program.of(calm, "client", "soak-client")
        chance = random.Random(seed)  # noqa: S311 - to be repeated
        crowd = Crowd(http, site, chance, hold_s, consultant)
        customers = [Customer(crowd, token) for token in await _tokens(site, "soak-client", size)]
        is_over = asyncio.Event()
        async with asyncio.TaskGroup() as lives:
            for customer in customers:
                lives.create_task(customer.live(is_over))
            try:
                yield crowd
            finally:
                is_over.set()


async def _tokens(site: FaultSite, template: str, size: int) -> list[str]:
    secrets = [RandomSecrets().new_api_token() for _ in range(size)]
    connection = await asyncpg.connect(site.database_url)
    try:
        rows = [(template, number, secret.hashed) for number, secret in enumerate(secrets)]
        await connection.executemany(CLONE, rows)
    finally:
        await connection.close()
    return [secret.plain for secret in secrets]
