"""A Paystack that answers what a test tells it to, in bodies that have yet to be read."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from typing import Any

import httpx

from infrastructure.paystack.breaker import CircuitBreaker
from infrastructure.paystack.budget import CallBudget
from infrastructure.paystack.connection import Patience
from infrastructure.paystack.gateway import PaystackGateway

KEY = "sk_test_never_to_be_seen"
HASTY = Patience(deadline_s=0.5, first_pause_s=0.001, turn_s=0.05)


def answer(data: object, status: int = 200, **meta: object) -> httpx.Response:
    """Yes."""
    body = {"status": True, "message": "ok", "data": data, "meta": meta or {"pageCount": 1}}
    return httpx.Response(status, json=body)


def refusal(status: int, code: str | None = None, message: str = "no") -> httpx.Response:
    """No."""
    return httpx.Response(status, json={"status": False, "message": message, "code": code})


class Double:
    """Gives the answers in turn, the last one for ever; remembers what it was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers: Iterator[httpx.Response | Exception] = iter(answers)
        self.last = answers[-1]
        self.asked: list[httpx.Request] = []
        self.pause_s = 0.0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        await asyncio.sleep(self.pause_s)
        given = next(self.answers, self.last)
        if isinstance(given, Exception):
            raise given
        return httpx.Response(given.status_code, headers=given.headers, stream=httpx.ByteStream(given.content))

    @property
    def paths(self) -> list[str]:
        """What was asked, in order."""
        return [f"{request.method} {request.url.path}" for request in self.asked]

    @property
    def queries(self) -> list[dict[str, str]]:
        """With which queries."""
        return [dict(request.url.params) for request in self.asked]

    @property
    def bodies(self) -> Sequence[Any]:
        """And bodies."""
        return [json.loads(request.content) for request in self.asked if request.content]


def gateway_to(
    double: Double,
    *,
    patience: Patience = HASTY,
    budget: CallBudget | None = None,
    breaker: CircuitBreaker | None = None,
    key: str = KEY,
) -> PaystackGateway:
    """A gateway that asks it."""
    client = httpx.AsyncClient(transport=httpx.MockTransport(double), base_url="https://paystack.test")
    return PaystackGateway(client, key, patience=patience, budget=budget, breaker=breaker)
