"""A hundred calls under one key at the same moment."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

import httpx
import pytest

from application.idempotency.ports import Call, Claim, Known
from infrastructure.postgres.idempotency import SqlKeyedCalls
from tests.integration.idempotency.keyed import BOOKINGS, Keyed, booking_of, new_key, what_is_kept
from tests.invariants import broken_invariants
from tests.marketplace import Marketplace

CALLS = 100
IN_FLIGHT = "idempotency_in_flight"


async def race(keyed: Keyed, marketplace: Marketplace) -> None:
    """One booking; every answer is the first call's, or says that it is in flight; in the end all have it."""
    slot = await marketplace.slot(await marketplace.consultant(), capacity=5)
    key = new_key()

    async def call() -> httpx.Response:
        return await keyed.post(BOOKINGS, booking_of(slot), key=key)

    answers = await asyncio.gather(*(call() for _ in range(CALLS)))
    [booking_id] = await keyed.bookings()
    told = [answer for answer in answers if answer.json().get("code") != IN_FLIGHT]
    assert {answer.status_code for answer in told} == {201}
    assert {answer.json()["id"] for answer in told} == {str(booking_id)}
    assert sum("idempotency-replayed" not in answer.headers for answer in told) == 1
    assert [what_is_kept(await call()) for _ in range(3)] == [what_is_kept(told[0])] * 3
    assert await broken_invariants(keyed.database) == []


async def test_a_hundred_calls_under_one_key_are_one(keyed: Keyed, marketplace: Marketplace) -> None:
    await race(keyed, marketplace)


async def test_the_race_finds_out_when_keys_are_not_unique(
    keyed: Keyed, marketplace: Marketplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers, claim = count(), SqlKeyedCalls.claim

    async def claim_always(self: SqlKeyedCalls, call: Call, **terms: Any) -> Claim | Known | None:
        return await claim(self, replace(call, key=f"{call.key}-{next(numbers)}"), **terms)

    monkeypatch.setattr(SqlKeyedCalls, "claim", claim_always)
    with pytest.raises(AssertionError):
        await race(keyed, marketplace)


async def test_only_one_carries_on_with_an_interrupted_call(keyed: Keyed, marketplace: Marketplace) -> None:
    calls = SqlKeyedCalls(marketplace.database)
    call = Call(account_id=keyed.caller.account_id, operation="POST /", key=new_key(), fingerprint=bytes(32))
    first = await _claim(calls, call, UUID(int=1))
    assert isinstance(first, Claim)
    assert not first.is_continued
    await calls.let_go(first)
    claims = await asyncio.gather(*(_claim(calls, call, UUID(int=number)) for number in range(2, CALLS)))
    [second] = [claim for claim in claims if isinstance(claim, Claim)]
    assert second.is_continued
    assert second.resource_id == first.resource_id


async def _claim(calls: SqlKeyedCalls, call: Call, resource_id: UUID) -> Claim | Known | None:
    return await calls.claim(call, resource_id=resource_id, lock=timedelta(seconds=90), life=timedelta(hours=72))
