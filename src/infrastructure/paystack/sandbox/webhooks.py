"""Events: signed when they happen, kept in the store, delivered until somebody answers 200.

At-least-once, like the real thing: a delivery that a shutdown interrupts stays pending and goes out again.
"""

import asyncio
import hashlib
import hmac
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import msgspec

from infrastructure.paystack.sandbox.behaviour import Behaviour, Tampering
from infrastructure.paystack.sandbox.chaos import Chaos
from infrastructure.paystack.sandbox.records import Delivery
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.paystack.sandbox.store import Store

logger = logging.getLogger(__name__)

# Seconds before each further attempt. Live: every 3 minutes for the first 4, then hourly for 72 hours;
# test: hourly for 10 hours.
RETRY_DELAYS_S = {"live": (180,) * 4 + (3600,) * 72, "test": (3600,) * 10}

_LONGEST_PAUSE_S = 1.0
_TAMPERING: dict[str | None, Tampering] = {"altered": "body", "forged": "signature"}


def sign(body: bytes, secret_key: str) -> str:
    """Return the value of x-paystack-signature: lowercase hex HMAC-SHA512 of exactly these bytes."""
    return hmac.new(secret_key.encode(), body, hashlib.sha512).hexdigest()


class Webhooks:
    """Turns what happened into deliveries."""

    def __init__(self, settings: SandboxSettings, store: Store, behaviour: Behaviour, chaos: Chaos) -> None:
        self._settings = settings
        self._store = store
        self._behaviour = behaviour
        self._chaos = chaos
        self._announced = 0

    def announce(self, event: str, data: dict[str, Any]) -> None:
        """Queue an event as the switches and the chaos want it: copies, a delay, tampered with, or dropped."""
        behaviour = self._behaviour
        self._announced += 1
        wait = behaviour.webhook_delay_s + (behaviour.webhook_disorder_s if self._announced % 2 else 0)
        fault, lateness = self._chaos.webhook_fault(event) or (None, 0)
        self.queue(
            event,
            data,
            copies=behaviour.webhook_copies + (fault == "doubled"),
            delay_s=behaviour.scaled(wait) + (lateness if fault == "late" else 0),
            tampering=_TAMPERING.get(fault, behaviour.webhook_tampering),
            is_dropped=fault == "dropped" or not behaviour.webhooks,
        )

    def queue(
        self,
        event: str,
        data: dict[str, Any],
        *,
        copies: int = 1,
        delay_s: float = 0,
        tampering: Tampering = "none",
        is_dropped: bool = False,
    ) -> list[Delivery]:
        """Store `copies` deliveries of one event, due `delay_s` real seconds from now."""
        body = msgspec.json.encode({"event": event, "data": data})
        signature = sign(body, self._settings.secret_key)
        if tampering == "signature":
            signature = sign(body, self._settings.secret_key + "-wrong")
        elif tampering == "body":
            body = body.replace(b'"data":{', b'"data":{"altered":true,', 1)
        return [self._store_delivery(event, body, signature, delay_s, is_dropped) for _ in range(copies)]

    def resend(self, delivery: Delivery) -> Delivery:
        """Queue the same bytes with the same signature once more."""
        return self._store_delivery(delivery.event, delivery.body, delivery.signature, 0, False)

    def _store_delivery(
        self, event: str, body: bytes, signature: str, delay_s: float, is_dropped: bool
    ) -> Delivery:
        now = self._settings.clock()
        goes_out = self._settings.webhook_url is not None and not is_dropped
        delivery = Delivery(
            id=self._store.new_id(Delivery),
            event=event,
            url=self._settings.webhook_url or "",
            body=body,
            signature=signature,
            created_at=now,
            due_at=now + timedelta(seconds=delay_s) if goes_out else None,
            state="pending" if goes_out else "dropped",
        )
        self._store.save(delivery)
        return delivery


class Courier:
    """Delivers what is due, and wakes whoever advances time when the next thing is due."""

    def __init__(
        self,
        settings: SandboxSettings,
        store: Store,
        behaviour: Behaviour,
        advance: Callable[[], None],
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._settings = settings
        self._store = store
        self._behaviour = behaviour
        self._advance = advance
        self._transport = transport
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()

    def nudge(self) -> None:
        """Look for due work now instead of at the next pause."""
        self._wake.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Advance time and deliver in the background; what is under way at the end stays pending."""
        async with httpx.AsyncClient(
            transport=self._transport, timeout=self._settings.webhook_timeout_s, trust_env=False
        ) as self._client:
            rounds = asyncio.create_task(self._run(), name="paystack-sandbox-courier")
            try:
                yield
            finally:
                await _cancel([rounds, *self._under_way.values()])

    async def deliver_due(self) -> None:
        """Deliver everything that is due now, and come back when each one was answered or failed."""
        self._advance()
        self._start_due()
        await asyncio.gather(*self._under_way.values())

    async def _run(self) -> None:
        try:
            while True:
                self._wake.clear()
                self._advance()
                self._start_due()
                await self._pause()
        except Exception:
            logger.exception("paystack_sandbox.courier_stopped")
            raise

    def _start_due(self) -> None:
        for delivery in self._store.due(Delivery, self._settings.clock()):
            if delivery.id not in self._under_way:
                task = asyncio.create_task(self._deliver(delivery))
                self._under_way[delivery.id] = task
                task.add_done_callback(partial(self._finish, delivery.id))

    def _finish(self, delivery_id: int, _: asyncio.Task[None]) -> None:
        del self._under_way[delivery_id]
        self.nudge()

    async def _pause(self) -> None:
        now = self._settings.clock()
        next_due = self._store.next_due(now)
        until_due = _LONGEST_PAUSE_S if next_due is None else max(next_due - now.timestamp(), 0.005)
        try:
            async with asyncio.timeout(min(until_due, _LONGEST_PAUSE_S)):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _deliver(self, delivery: Delivery) -> None:
        answer, is_acknowledged = await self._post(delivery)
        delivery.attempts += 1
        delivery.last_answer = answer
        if is_acknowledged:
            delivery.state, delivery.due_at = "acknowledged", None
        else:
            self._plan_retry(delivery)
        if self._store.get(Delivery, delivery.id) is not None:  # a reset may have forgotten it meanwhile
            self._store.save(delivery)

    async def _post(self, delivery: Delivery) -> tuple[str, bool]:
        headers = {
            "content-type": "application/json",
            "accept": "application/json, text/plain, */*",
            "user-agent": "Paystack/2.0",
            "x-paystack-signature": delivery.signature,
        }
        try:
            async with asyncio.timeout(self._settings.webhook_timeout_s):
                response = await self._client.post(delivery.url, content=delivery.body, headers=headers)
        except (httpx.HTTPError, TimeoutError) as error:
            return f"{type(error).__name__}: {error}", False
        return str(response.status_code), response.status_code == httpx.codes.OK

    def _plan_retry(self, delivery: Delivery) -> None:
        delays = RETRY_DELAYS_S[self._settings.domain]
        if delivery.attempts > len(delays):
            delivery.state, delivery.due_at = "given_up", None
            return
        wait = timedelta(seconds=self._behaviour.scaled(delays[delivery.attempts - 1]))
        delivery.due_at = self._settings.clock() + wait


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
