"""The crowd's consultant, whose sessions are held and whose earnings are paid out again and again."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import asyncpg
import httpx

from tests.faults.crowd import Crowd, call
from tests.faults.site import FaultSite

EVERY_S = 3.0

ADD_ACCOUNT = """
INSERT INTO payout_accounts (id, consultant_id, kind, currency, bank_code, bank_name, last_four, account_name,
  recipient_code, created_at, usable_from)
SELECT gen_random_uuid(), id, 'nuban', 'NGN', '058', 'A bank', '6789', 'Ada Okafor', $1, now(), now()
FROM accounts WHERE username = 'soak-consultant'
"""
HOLD_SESSIONS = """
WITH held AS (
  UPDATE slots SET starts_at = starts_at - interval '400 days', ends_at = ends_at - interval '400 days',
    occupied = tstzrange(lower(occupied) - interval '400 days', upper(occupied) - interval '400 days', '[)')
  WHERE id IN (SELECT slot_id FROM bookings WHERE status = 'confirmed' AND starts_at > now() GROUP BY slot_id
    HAVING max(created_at) < now() - interval '20 seconds' LIMIT 1) RETURNING id
)
UPDATE bookings b SET starts_at = b.starts_at - interval '400 days', ends_at = b.ends_at - interval '400 days'
FROM held WHERE b.slot_id = held.id RETURNING b.id, b.status
"""


async def open_account(site: FaultSite) -> None:
    """Where the money goes: at Paystack, and here, as if it had been named long ago."""
    headers = {"Authorization": f"Bearer {site.site.environment['PAYSTACK_SECRET_KEY']}"}
    body = {"type": "nuban", "name": "Ada Okafor", "account_number": "0123456789", "bank_code": "058",
            "currency": "NGN"}  # fmt: skip
    async with httpx.AsyncClient(base_url=site.paystack_url, trust_env=False, headers=headers) as paystack:
        recipient = await paystack.post("/transferrecipient", json=body)
        assert recipient.is_success, recipient.text
        assert (await paystack.patch("/_sandbox/behaviour", json={"transfer_s": 0})).is_success
    connection = await asyncpg.connect(site.database_url)
    try:
        await connection.execute(ADD_ACCOUNT, recipient.json()["data"]["recipient_code"])
    finally:
        await connection.close()


async def be_paid_out(crowd: Crowd, is_over: asyncio.Event) -> None:
    """Hold a few sessions, ask for the money, again and again."""
    while not is_over.is_set():
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            for booking_id in await _hold_sessions(crowd.site):
                await call(crowd, crowd.consultant.token, "POST", f"/consultant/bookings/{booking_id}/complete")
        answer = await call(crowd, crowd.consultant.token, "POST", "/consultant/payouts")
        crowd.payouts += answer is not None and answer.status_code == 201
        await asyncio.sleep(EVERY_S)


async def _hold_sessions(site: FaultSite) -> list[str]:
    """Let time go by for the next ones, which no trigger would allow otherwise; the bookings that took place."""
    connection = await asyncpg.connect(site.database_url, timeout=2)
    try:
        async with connection.transaction():
            await connection.execute("SET LOCAL session_replication_role = replica")
            rows = await connection.fetch(HOLD_SESSIONS)
    finally:
        await connection.close()
    return [str(row["id"]) for row in rows if row["status"] == "confirmed"]
