"""Payouts and the accounts that they go to in PostgreSQL."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import asyncpg

from domain.money import Money
from domain.payouts import Payout, PayoutAccount, PayoutAccountKind, PayoutStatus
from domain.refusals import NotFound
from infrastructure.postgres.database import Driver

ACCOUNT_OF = """
SELECT id, consultant_id, kind, currency, bank_code, bank_name, last_four, account_name, recipient_code,
  created_at, usable_from
FROM payout_accounts WHERE consultant_id = $1 AND replaced_at IS NULL
"""

REPLACE_ACCOUNT = """
UPDATE payout_accounts SET replaced_at = clock_timestamp() WHERE consultant_id = $1 AND replaced_at IS NULL
"""

ADD_ACCOUNT = """
INSERT INTO payout_accounts (id, consultant_id, kind, currency, bank_code, bank_name, last_four, account_name,
  recipient_code, created_at, usable_from)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""

CHOOSE_WEEKLY = "UPDATE consultant_profiles SET weekly_payouts = $2 WHERE account_id = $1"

RECOVERED_AT = "SELECT max(reset_used_at) FROM recoveries WHERE account_id = $1 AND NOT by_code"

# Of an earning `e` and its booking `b`, but for the time that has to pass.
CAN_BE_PAID = """
NOT e.is_disputed AND b.status IN ('completed', 'no_show', 'cancelled')
  AND NOT EXISTS (SELECT FROM payments pay JOIN operator_items item ON item.subject = pay.reference
    WHERE pay.booking_id = b.id AND pay.pays_for_booking AND item.resolved_at IS NULL)
"""

LOCK_AVAILABLE = f"""
SELECT e.booking_id, e.owed FROM earnings e JOIN bookings b ON b.id = e.booking_id
WHERE e.consultant_id = $1 AND e.currency = $2 AND e.owed <> 0
  AND (e.owed < 0 OR b.ends_at <= $3 AND {CAN_BE_PAID})
ORDER BY e.booking_id FOR NO KEY UPDATE OF e
"""

COLUMNS = """
id, consultant_id, account_id, reference, amount, currency, requested_at, status, transfer_code, fee, problem,
sent_at, next_check_at, settled_at
"""

ADD = """
INSERT INTO payouts (id, consultant_id, account_id, reference, amount, currency, requested_at, status,
  next_check_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""

FIND = f"SELECT {COLUMNS} FROM payouts WHERE id = $1"

ID_OF = "SELECT id FROM payouts WHERE reference = $1"

SAVE = """
UPDATE payouts SET status = $2, transfer_code = $3, fee = $4, problem = $5, sent_at = $6, next_check_at = $7,
  settled_at = $8
WHERE id = $1
"""

PARTS_OF = """
SELECT e.booking_id, sum(e.amount)::bigint AS amount
FROM ledger_postings l JOIN ledger_entries e ON e.posting_id = l.id
WHERE l.kind = 'payout' AND l.source_id = $1 AND e.account = 'consultants' GROUP BY e.booking_id
"""

RECIPIENT_OF = """
SELECT k.recipient_code FROM payout_accounts k JOIN accounts a ON a.id = k.consultant_id
WHERE k.id = $1 AND a.status = 'active'
"""

DUE = "SELECT id FROM payouts WHERE next_check_at <= $1 ORDER BY next_check_at LIMIT $2"

WEEKLY_DUE = """
SELECT p.account_id FROM consultant_profiles p JOIN accounts a ON a.id = p.account_id
WHERE p.weekly_payouts AND a.status = 'active' AND ($4::uuid IS NULL OR p.account_id > $4)
  AND NOT EXISTS (SELECT FROM payouts o WHERE o.consultant_id = p.account_id AND o.requested_at > $1)
  AND EXISTS (SELECT FROM payout_accounts k WHERE k.consultant_id = p.account_id AND k.replaced_at IS NULL
    AND k.usable_from <= clock_timestamp())
  AND EXISTS (SELECT FROM earnings e JOIN bookings b ON b.id = e.booking_id
    WHERE e.consultant_id = p.account_id AND e.owed > 0 AND b.ends_at <= $2)
ORDER BY p.account_id LIMIT $3
"""


class SqlPayouts:
    """`Payouts` on two tables, and on the summary of the ledger."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def account_of(self, consultant_id: UUID) -> PayoutAccount | None:
        """The one that was not replaced."""
        row = await self._driver.fetchrow(ACCOUNT_OF, consultant_id)
        return PayoutAccount(**dict(row) | {"kind": PayoutAccountKind(row["kind"])}) if row else None

    async def set_account(self, account: PayoutAccount) -> None:
        """Replace the earlier one; payouts under way keep it."""
        await self._driver.execute(REPLACE_ACCOUNT, account.consultant_id)
        await self._driver.execute(
            ADD_ACCOUNT,
            account.id,
            account.consultant_id,
            account.kind,
            account.currency,
            account.bank_code,
            account.bank_name,
            account.last_four,
            account.account_name,
            account.recipient_code,
            account.created_at,
            account.usable_from,
        )

    async def choose_weekly(self, consultant_id: UUID, *, weekly: bool) -> None:
        """On the profile."""
        await self._driver.execute(CHOOSE_WEEKLY, consultant_id, weekly)

    async def recovered_at(self, consultant_id: UUID) -> datetime | None:
        """The latest."""
        at: datetime | None = await self._driver.fetchval(RECOVERED_AT, consultant_id)
        return at

    async def lock_available(
        self, consultant_id: UUID, currency: str, *, ended_before: datetime
    ) -> dict[UUID, int]:
        """One statement, in the order of the bookings."""
        rows = await self._driver.fetch(LOCK_AVAILABLE, consultant_id, currency, ended_before)
        return {row["booking_id"]: row["owed"] for row in rows}

    async def add(self, payout: Payout) -> None:
        """Insert one; an index allows one that is under way."""
        await self._driver.execute(
            ADD,
            payout.id,
            payout.consultant_id,
            payout.account_id,
            payout.reference,
            payout.amount.amount,
            payout.amount.currency,
            payout.requested_at,
            payout.status,
            payout.next_check_at,
        )

    async def find(self, payout_id: UUID) -> Payout | None:
        """By id, unlocked."""
        row = await self._driver.fetchrow(FIND, payout_id)
        return _payout(row) if row else None

    async def id_of(self, reference: str) -> UUID | None:
        """By reference."""
        payout_id: UUID | None = await self._driver.fetchval(ID_OF, reference)
        return payout_id

    async def lock(self, payout_id: UUID) -> Payout:
        """By id, for change."""
        row = await self._driver.fetchrow(FIND + " FOR NO KEY UPDATE", payout_id)
        if row is None:
            raise NotFound
        return _payout(row)

    async def save(self, payout: Payout) -> None:
        """Write a locked payout back."""
        await self._driver.execute(
            SAVE,
            payout.id,
            payout.status,
            payout.transfer_code,
            payout.fee,
            payout.problem,
            payout.sent_at,
            payout.next_check_at,
            payout.settled_at,
        )

    async def parts_of(self, payout_id: UUID) -> dict[UUID, int]:
        """By booking."""
        return {row["booking_id"]: row["amount"] for row in await self._driver.fetch(PARTS_OF, payout_id)}

    async def recipient_of(self, payout: Payout) -> str | None:
        """Of the account that was the consultant's when it was requested."""
        code: str | None = await self._driver.fetchval(RECIPIENT_OF, payout.account_id)
        return code

    async def due(self, *, now: datetime, limit: int) -> list[UUID]:
        """Ids, longest waiting first."""
        return [row["id"] for row in await self._driver.fetch(DUE, now, limit)]

    async def weekly_due(
        self, *, since: datetime, ended_before: datetime, after: UUID | None, limit: int
    ) -> list[UUID]:
        """Ids of consultants."""
        rows = await self._driver.fetch(WEEKLY_DUE, since, ended_before, limit, after)
        return [row["account_id"] for row in rows]


def _payout(row: asyncpg.Record) -> Payout:
    return Payout(
        id=row["id"],
        consultant_id=row["consultant_id"],
        account_id=row["account_id"],
        reference=row["reference"],
        amount=Money(row["amount"], row["currency"]),
        requested_at=row["requested_at"],
        status=PayoutStatus(row["status"]),
        transfer_code=row["transfer_code"],
        fee=row["fee"],
        problem=row["problem"],
        sent_at=row["sent_at"],
        next_check_at=row["next_check_at"],
        settled_at=row["settled_at"],
    )
