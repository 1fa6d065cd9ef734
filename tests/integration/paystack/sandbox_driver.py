"""Drives a sandbox in the test's own loop: a clock that stands still, an inbox that takes its webhooks."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import httpx
from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar

from infrastructure.paystack.sandbox.app import build_sandbox
from infrastructure.paystack.sandbox.modes import found_modes
from infrastructure.paystack.sandbox.settings import SandboxSettings

SECRET_KEY = "sk_test_of_the_sandbox"
WEBHOOK_URL = "http://shop.test/webhooks/paystack"
CALLBACK_URL = "http://shop.test/payments/return"
Json = dict[str, Any]
_idle: list[Litestar] = []
"""Building an application costs more than most tests: one serves many, with another business behind it."""


class StandingClock:
    """Time that passes only when a test says so."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 9, 15, 2, 345_000, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Inbox:
    """Receives webhooks in process; answers with `answers` in turn, then with 200."""

    def __init__(self) -> None:
        self.received: list[httpx.Request] = []
        self.answers: list[int] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.received.append(request)
        return httpx.Response(self.answers.pop(0) if self.answers else 200)

    @property
    def events(self) -> list[str]:
        return [httpx.Response(200, content=request.content).json()["event"] for request in self.received]


class SandboxDriver:
    """Speaks to one running sandbox as the shop, as a payer's browser and as its developer."""

    def __init__(self, client: httpx.AsyncClient, clock: StandingClock, inbox: Inbox) -> None:
        self.client = client
        self.clock = clock
        self.inbox = inbox

    async def call(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """Call the API with the secret key."""
        headers = {"authorization": f"Bearer {SECRET_KEY}"}
        return await self.client.request(method, path, headers=headers, **sent)

    async def initialize(self, **fields: Any) -> Json:
        body = {
            "email": "ada@example.com",
            "amount": 500_000,
            "currency": "NGN",
            "callback_url": CALLBACK_URL,
        }
        response = await self.call("POST", "/transaction/initialize", json=body | fields)
        assert response.status_code == 200, response.text
        data: Json = response.json()["data"]
        return data

    async def verify(self, reference: str) -> Json:
        response = await self.call("GET", f"/transaction/verify/{reference}")
        assert response.status_code == 200, response.text
        data: Json = response.json()["data"]
        return data

    async def paid(self, **fields: Any) -> Json:
        """Initialize a transaction, pay it with the first test card, and verify it."""
        opened = await self.initialize(**fields)
        await self.press_card(opened, "4084084084084081")
        return await self.verify(opened["reference"])

    async def press_card(self, opened: Json, number: str) -> httpx.Response:
        return await self.act(opened, "test-card", number=number)

    async def act(self, opened: Json, act: str, **form: str) -> httpx.Response:
        return await self.client.post(f"/checkout/{opened['access_code']}/{act}", data=form)

    async def look(self, opened: Json) -> httpx.Response:
        return await self.client.get(f"/checkout/{opened['access_code']}")

    async def control(self, method: str, path: str, **sent: Any) -> httpx.Response:
        response = await self.client.request(method, f"/_sandbox{path}", **sent)
        assert response.is_success, response.text
        return response

    async def run_due(self) -> None:
        await self.control("POST", "/run-due")

    async def wait_and_run(self, seconds: float) -> None:
        self.clock.pass_by(seconds)
        await self.run_due()


def settings_for(clock: StandingClock, **changes: Any) -> SandboxSettings:
    settings = SandboxSettings(
        secret_key=SECRET_KEY,
        public_key="pk_test_of_the_sandbox",
        public_url="http://sandbox.test",
        webhook_url=WEBHOOK_URL,
        database=":memory:",
        webhook_time_scale=1.0,
        clock=clock,
    )
    return replace(settings, **changes)


@asynccontextmanager
async def running_sandbox(
    clock: StandingClock | None = None, inbox: Inbox | None = None, **changes: Any
) -> AsyncIterator[SandboxDriver]:
    """Run a sandbox without a socket; durations are Paystack's own, and only a test passes them."""
    clock, inbox = clock or StandingClock(), inbox or Inbox()
    settings, transport = settings_for(clock, **changes), httpx.MockTransport(inbox)
    app = _idle.pop() if _idle else build_sandbox(settings)
    app.state.modes = found_modes(settings, transport)
    async with (
        app.lifespan(),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app=cast(Any, app)), base_url="http://sandbox.test"
        ) as client,
    ):
        yield SandboxDriver(client, clock, inbox)
    _idle.append(app)


@asynccontextmanager
async def served(app: Any, port: int) -> AsyncIterator[None]:
    """Serve an ASGI application on a loopback port in this loop."""
    server = Server(app, address="127.0.0.1", port=port, interface=Interfaces.ASGI, websockets=False)
    serving = asyncio.create_task(server.serve())
    try:
        await _listening(port)
        yield
    finally:
        server.stop()  # type: ignore[no-untyped-call]  # granian leaves it without annotations
        await serving


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def _listening(port: int) -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return
