"""What became of every charge that Paystack calls successful, and of everything else that was promised."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import httpx

from infrastructure.postgres.database import Database
from tests.faults.crowd import Answered, Crowd
from tests.faults.site import POSTGRES, FaultSite
from tests.invariants import broken_invariants

SETTLED_WITHIN_S = 120
RECOVERS_WITHIN_S = 20

CLASSES = """
SELECT p.reference,
  p.pays_for_booking AND p.owed_back = 0 AND b.status IN ('confirmed', 'completed', 'no_show') AS is_confirmed,
  p.owed_back = p.charged_amount AND p.owed_back = (SELECT coalesce(sum(r.amount), 0) FROM refunds r
    WHERE r.payment_id = p.id AND r.status <> 'failed') AS goes_back,
  EXISTS (SELECT FROM operator_items i WHERE i.subject = p.reference AND i.resolved_at IS NULL) AS is_listed
FROM payments p LEFT JOIN bookings b ON b.id = p.booking_id WHERE p.reference = ANY($1)
"""
OVERSOLD = """
SELECT count(*) FROM slots s
WHERE capacity < (SELECT count(*) FROM bookings b WHERE b.slot_id = s.id AND holds_seat(b.status))
"""
BROKEN_WORD = """
SELECT id::text FROM bookings WHERE id::text = ANY($1) AND status NOT IN ('confirmed', 'completed')
"""
PAYOUTS = "SELECT reference, amount FROM payouts WHERE sent_at IS NOT NULL"
STUCK = """
SELECT count(*) FROM outbox WHERE done_at IS NULL AND available_at < clock_timestamp() - interval '1 minute'
  AND (leased_until IS NULL OR leased_until < clock_timestamp() - interval '1 minute')
"""


Row = dict[str, Any]


@dataclass
class Watch:
    """How long each charge took from Paystack's success until one of the three ends was certain."""

    took_s: dict[str, float] = field(default_factory=dict)

    @property
    def longest_s(self) -> float:
        """Of all charges, deaths of servers on the way included."""
        return max(self.took_s.values(), default=0.0)

    async def look(self, crowd: Crowd) -> set[str]:
        """The charges that are in none of the ends, or in two of them."""
        missing = crowd.paid_at.keys() - self.took_s.keys()
        ends = await ends_of(crowd.site.database_url, missing)
        now = time.monotonic()
        self.took_s |= {reference: now - crowd.paid_at[reference] for reference in ends}
        return missing - ends.keys()

    async def go_on(self, crowd: Crowd, is_over: asyncio.Event) -> None:
        """Look every second; while the database is away there is nothing to see."""
        while not is_over.is_set():
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await self.look(crowd)
            await asyncio.sleep(1)


async def ends_of(database_url: str, references: Collection[str]) -> dict[str, str]:
    """By reference: `confirmed`, `refunded` or `listed`; those without exactly one of them are left out."""
    connection = await asyncpg.connect(database_url, timeout=10)
    try:
        rows = await connection.fetch(CLASSES, list(references))
    finally:
        await connection.close()
    found = {
        row["reference"]: [
            name
            for name, holds in (
                ("confirmed", row["is_confirmed"]),
                ("refunded", row["goes_back"]),
                ("listed", row["is_listed"]),
            )
            if holds
        ]
        for row in rows
    }
    return {reference: names[0] for reference, names in found.items() if len(names) == 1}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Nothing in `faults`, and everything that was promised was kept."""

    charges: int
    ends: Counter[str]
    last_in_m_s: float
    longest_to_m_s: float
    faults: list[str]


async def judge(crowd: Crowd, watch: Watch) -> Verdict:
    """After everybody has gone and everything runs again. Waits until each charge is where it belongs."""
    began = time.monotonic()
    while (lost := await watch.look(crowd)) and time.monotonic() - began < SETTLED_WITHIN_S:  # noqa: ASYNC110 - other processes do it
        await asyncio.sleep(0.5)
    in_m_after = time.monotonic() - began
    charges = await _successful_charges(crowd)
    ends = await ends_of(crowd.site.database_url, charges.keys())
    faults = [
        f"the charge {reference} is outside of M" for reference in sorted(charges.keys() - ends.keys() | lost)
    ]
    faults += await _broken_promises(crowd)
    faults += await _returned_twice(crowd, charges)
    faults += await _paid_out_otherwise(crowd)
    faults += [
        f"{answer.status} to {answer.call}: {answer.text[:300]}"
        for answer in crowd.failures
        if not _is_explained(answer, crowd.site)
    ]
    return Verdict(
        charges=len(charges),
        ends=Counter(ends.values()),
        last_in_m_s=in_m_after,
        longest_to_m_s=watch.longest_s,
        faults=faults,
    )


async def _successful_charges(crowd: Crowd) -> dict[str, Row]:
    """Paystack's own list, all pages, by reference; those that went back are no successes any more, but were."""
    return {row["reference"]: row for row in await _all_pages(crowd, "/transaction") if row["paid_at"]}


async def _returned_twice(crowd: Crowd, charges: dict[str, Row]) -> list[str]:
    returned: Counter[str] = Counter()
    for row in await _all_pages(crowd, "/refund"):
        returned[str(row["transaction"])] += row["amount"]
    by_number = {str(charge["id"]): charge["amount"] for charge in charges.values()}
    return [
        f"{amount} of {by_number[number]} went back of transaction {number}"
        for number, amount in returned.items()
        if amount > by_number.get(number, amount)
    ]


async def _paid_out_otherwise(crowd: Crowd) -> list[str]:
    """Transfers that are no payouts of ours, or of another sum."""
    connection = await asyncpg.connect(crowd.site.database_url)
    try:
        ours = {row["reference"]: row["amount"] for row in await connection.fetch(PAYOUTS)}
    finally:
        await connection.close()
    return [
        f"{transfer['amount']} were transferred under {transfer['reference']}: {ours.get(transfer['reference'])}"
        for transfer in await _all_pages(crowd, "/transfer")
        if ours.get(transfer["reference"]) != transfer["amount"]
    ]


async def _all_pages(crowd: Crowd, path: str) -> list[Row]:
    found: list[Row] = []
    while rows := await _ask_paystack(crowd, path, {"perPage": "100", "page": str(len(found) // 100 + 1)}):
        found += rows
        if len(rows) < 100:
            break
    return found


async def _ask_paystack(crowd: Crowd, path: str, query: dict[str, str]) -> list[Row]:
    environment = crowd.site.site.environment
    async with httpx.AsyncClient(base_url=environment["PAYSTACK_BASE_URL"], trust_env=False) as http:
        headers = {"Authorization": f"Bearer {environment['PAYSTACK_SECRET_KEY']}"}
        answer = await http.get(path, params=query, headers=headers)
        assert answer.is_success, answer.text
        rows: list[Row] = answer.json()["data"]
        return rows


async def _broken_promises(crowd: Crowd) -> list[str]:
    database = Database(crowd.site.database_url, most_connections=2)
    await database.open()
    try:
        faults = await broken_invariants(database)
        if oversold := await database.pool.fetchval(OVERSOLD):
            faults.append(f"{oversold} slots are oversold")
        if stuck := await database.pool.fetchval(STUCK):
            faults.append(f"{stuck} errands are due, and nobody takes them")
        rows = await database.pool.fetch(BROKEN_WORD, list(crowd.told_confirmed))
        faults += [f"the client of booking {row['id']} was told that it is confirmed" for row in rows]
    finally:
        await database.close()
    return faults


def _is_explained(answer: Answered, site: FaultSite) -> bool:
    """Whether the database was away then, or has just come back; nothing explains a 500."""
    return answer.status != 500 and any(
        outage.name == POSTGRES and outage.since <= answer.at <= (outage.until or answer.at) + RECOVERS_WITHIN_S
        for outage in site.outages
    )
