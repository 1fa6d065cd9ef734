"""Payments, refunds, Paystack's events and the operators' list in PostgreSQL."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import asyncpg

from application.identity import NewId
from application.payments.ports import OperatorItem
from domain.money import Money
from domain.payments import Charge, ChargeStatus, Payment, PaymentStatus, Refund, RefundStatus
from domain.refusals import NotFound
from infrastructure.postgres.database import Driver

COLUMNS = """
p.id, p.booking_id, p.reference, p.amount, p.currency, p.customer_email, p.mode, p.status, p.authorization_url,
p.access_code, p.pays_for_booking, p.charged_amount, p.paystack_id, p.fees, p.channel, p.paid_at,
p.gateway_response, p.problem, p.checks, p.next_check_at, p.created_at, p.charged_currency,
p.is_under_way, p.owed_back, p.written_off, p.charged_back
"""

ADD = """
INSERT INTO payments (id, booking_id, reference, amount, currency, customer_email, mode, status, next_check_at,
  created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""

ADD_UNKNOWN = """
INSERT INTO payments (id, booking_id, reference, amount, currency, customer_email, mode, status, next_check_at,
  created_at, charged_amount, charged_currency, paystack_id, fees, channel, paid_at, gateway_response, problem)
VALUES ($1, NULL, $2, $3, $4, $5, $6, $7, $8, $9, $3, $4, $10, $11, $12, $13, $14, $15)
ON CONFLICT DO NOTHING RETURNING true
"""

FIND = f"SELECT {COLUMNS} FROM payments p WHERE p.reference = $1"

FIND_CHARGED = f"SELECT {COLUMNS} FROM payments p WHERE p.paystack_id = $1"

OPEN_ATTEMPT = f"""
SELECT {COLUMNS} FROM payments p WHERE p.booking_id = $1 AND p.status = 'initialized'
ORDER BY p.created_at DESC LIMIT 1
"""

SAVE = """
UPDATE payments SET status = $2, authorization_url = $3, access_code = $4, pays_for_booking = $5,
  charged_amount = $6, paystack_id = $7, fees = $8, channel = $9, paid_at = $10, gateway_response = $11,
  problem = $12, checks = $13, next_check_at = $14, charged_currency = $15, is_under_way = $16, owed_back = $17,
  booking_id = $18, written_off = $19, amount = $20, currency = $21, charged_back = $22
WHERE id = $1
"""

BEGUN_SINCE = """
SELECT created_at FROM payments WHERE booking_id = $1 AND created_at > $2
  AND (authorization_url IS NOT NULL OR status = 'initialized')
ORDER BY created_at
"""

BOOKING_IS_PAID = "SELECT EXISTS (SELECT FROM payments WHERE booking_id = $1 AND pays_for_booking)"

LOCK_PAYING = f"""
SELECT {COLUMNS} FROM payments p WHERE p.booking_id = $1 AND p.pays_for_booking FOR NO KEY UPDATE
"""

UNSETTLED_OF = """
SELECT reference FROM payments WHERE booking_id = $1 AND status IN ('initialized', 'failed', 'abandoned')
ORDER BY created_at DESC
"""

DUE = "SELECT reference FROM payments WHERE next_check_at <= $1 ORDER BY next_check_at LIMIT $2"


class SqlPayments:
    """`Payments` on a table."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def add(self, payment: Payment) -> None:
        """Insert one."""
        await self._driver.execute(
            ADD,
            payment.id,
            payment.booking_id,
            payment.reference,
            payment.expected.amount,
            payment.expected.currency,
            payment.customer_email,
            payment.mode,
            payment.status,
            payment.next_check_at,
            payment.created_at,
        )

    async def add_unknown(self, payment: Payment) -> bool:
        """Insert one with its charge, unless its reference is known."""
        charge = payment.charge
        if charge is None:
            raise ValueError("a payment without a booking is known by its charge")
        added = await self._driver.fetchval(
            ADD_UNKNOWN,
            payment.id,
            payment.reference,
            charge.amount,
            charge.currency,
            payment.customer_email,
            payment.mode,
            payment.status,
            payment.next_check_at,
            payment.created_at,
            charge.paystack_id,
            charge.fees,
            charge.channel,
            charge.paid_at,
            charge.gateway_response,
            payment.problem,
        )
        return bool(added)

    async def find(self, reference: str) -> Payment | None:
        """By reference, unlocked."""
        row = await self._driver.fetchrow(FIND, reference)
        return _to_payment(row) if row else None

    async def find_charged(self, paystack_id: int) -> Payment | None:
        """By Paystack's number, unlocked."""
        row = await self._driver.fetchrow(FIND_CHARGED, paystack_id)
        return _to_payment(row) if row else None

    async def lock(self, reference: str) -> Payment:
        """By reference, for change."""
        row = await self._driver.fetchrow(FIND + " FOR NO KEY UPDATE", reference)
        if row is None:
            raise NotFound
        return _to_payment(row)

    async def open_attempt(self, booking_id: UUID) -> Payment | None:
        """The newest that is still initialized."""
        row = await self._driver.fetchrow(OPEN_ATTEMPT, booking_id)
        return _to_payment(row) if row else None

    async def begun_since(self, booking_id: UUID, since: datetime) -> list[datetime]:
        """Instants, oldest first."""
        return [row["created_at"] for row in await self._driver.fetch(BEGUN_SINCE, booking_id, since)]

    async def booking_is_paid(self, booking_id: UUID) -> bool:
        """Whether some attempt pays for the booking."""
        return bool(await self._driver.fetchval(BOOKING_IS_PAID, booking_id))

    async def lock_paying(self, booking_id: UUID) -> Payment | None:
        """One statement; the booking is locked already."""
        row = await self._driver.fetchrow(LOCK_PAYING, booking_id)
        return _to_payment(row) if row else None

    async def save(self, payment: Payment) -> None:
        """Write a locked payment back."""
        charge = payment.charge
        await self._driver.execute(
            SAVE,
            payment.id,
            payment.status,
            payment.authorization_url,
            payment.access_code,
            payment.pays_for_booking,
            charge.amount if charge else None,
            charge.paystack_id if charge else None,
            charge.fees if charge else None,
            charge.channel if charge else None,
            charge.paid_at if charge else None,
            charge.gateway_response if charge else None,
            payment.problem,
            payment.checks,
            payment.next_check_at,
            charge.currency if charge else None,
            payment.is_under_way,
            payment.owed_back,
            payment.booking_id,
            payment.written_off,
            payment.expected.amount,
            payment.expected.currency,
            payment.charged_back,
        )

    async def due(self, *, now: datetime, limit: int) -> list[str]:
        """References, longest waiting first."""
        return [row["reference"] for row in await self._driver.fetch(DUE, now, limit)]

    async def unsettled_of(self, booking_id: UUID) -> list[str]:
        """References, newest first."""
        return [row["reference"] for row in await self._driver.fetch(UNSETTLED_OF, booking_id)]


def _to_payment(row: asyncpg.Record) -> Payment:
    return Payment(
        id=row["id"],
        booking_id=row["booking_id"],
        reference=row["reference"],
        expected=Money(row["amount"], row["currency"]),
        customer_email=row["customer_email"],
        mode=row["mode"],
        status=PaymentStatus(row["status"]),
        created_at=row["created_at"],
        authorization_url=row["authorization_url"],
        access_code=row["access_code"],
        charge=_to_charge(row),
        pays_for_booking=row["pays_for_booking"],
        problem=row["problem"],
        checks=row["checks"],
        next_check_at=row["next_check_at"],
        is_under_way=row["is_under_way"],
        owed_back=row["owed_back"],
        written_off=row["written_off"],
        charged_back=row["charged_back"],
    )


def _to_charge(row: asyncpg.Record) -> Charge | None:
    """What was stored of a successful charge."""
    if row["paystack_id"] is None:
        return None
    return Charge(
        status=ChargeStatus.SUCCESS,
        reference=row["reference"],
        amount=row["charged_amount"],
        requested_amount=None,
        currency=row["charged_currency"],
        domain=row["mode"],
        customer_email=row["customer_email"],
        paystack_id=row["paystack_id"],
        fees=row["fees"],
        channel=row["channel"],
        paid_at=row["paid_at"],
        gateway_response=row["gateway_response"],
    )


ADD_REFUND = """
INSERT INTO refunds (id, payment_id, amount, currency, reason, status, next_check_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp() + interval '2 minutes', clock_timestamp())
"""

REFUND_COLUMNS = """
r.id, r.payment_id, r.amount, r.currency, r.reason, r.status, r.paystack_id, r.sent_at, r.created_at
"""

LOCK_REFUND = f"""
WITH payment AS MATERIALIZED (
  SELECT id FROM payments WHERE id = (SELECT payment_id FROM refunds WHERE id = $1) FOR NO KEY UPDATE
)
SELECT {REFUND_COLUMNS}
FROM payment JOIN refunds r ON r.payment_id = payment.id WHERE r.id = $1 FOR NO KEY UPDATE OF r
"""

SAVE_REFUND = "UPDATE refunds SET status = $2, paystack_id = $3, sent_at = $4, next_check_at = $5 WHERE id = $1"

REFUNDS_OF = f"SELECT {REFUND_COLUMNS} FROM refunds r WHERE r.payment_id = $1 ORDER BY r.created_at, r.id"

WAITING_FOR_ACCOUNT = """
SELECT r.id FROM refunds r JOIN payments p ON p.id = r.payment_id JOIN bookings b ON b.id = p.booking_id
WHERE b.id = $1 AND b.client_id = $2 AND r.status = 'needs-attention' ORDER BY r.created_at, r.id LIMIT 1
"""

# Those that are over as well: Paystack may have changed its mind.
WAKE_REFUNDS = """
UPDATE refunds SET next_check_at = clock_timestamp()
WHERE (next_check_at IS NOT NULL OR sent_at IS NOT NULL)
  AND payment_id = (SELECT id FROM payments WHERE reference = $1)
"""

WAKE_WAITING = """
UPDATE refunds SET next_check_at = clock_timestamp()
WHERE payment_id = $1 AND sent_at IS NULL AND status = 'requested'
"""

DUE_REFUNDS = "SELECT id FROM refunds WHERE next_check_at <= $1 ORDER BY next_check_at LIMIT $2"


class SqlRefunds:
    """`Refunds` on a table. The errand that sends a new one comes at once; the schedule catches what it missed."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def add(self, refund: Refund) -> None:
        """Insert one; a trigger keeps the sum on its payment."""
        await self._driver.execute(
            ADD_REFUND,
            refund.id,
            refund.payment_id,
            refund.amount.amount,
            refund.amount.currency,
            refund.reason,
            refund.status,
        )

    async def lock(self, refund_id: UUID) -> Refund:
        """One statement that locks the payment, then the refund."""
        row = await self._driver.fetchrow(LOCK_REFUND, refund_id)
        if row is None:
            raise NotFound
        return _to_refund(row)

    async def of_payment(self, payment_id: UUID) -> list[Refund]:
        """Oldest first."""
        return [_to_refund(row) for row in await self._driver.fetch(REFUNDS_OF, payment_id)]

    async def waiting_for_account(self, booking_id: UUID, *, client_id: UUID) -> UUID | None:
        """The oldest one's id, unlocked."""
        refund_id: UUID | None = await self._driver.fetchval(WAITING_FOR_ACCOUNT, booking_id, client_id)
        return refund_id

    async def save(self, refund: Refund, *, next_check_at: datetime | None) -> None:
        """Write a locked refund back."""
        await self._driver.execute(
            SAVE_REFUND, refund.id, refund.status, refund.paystack_id, refund.sent_at, next_check_at
        )

    async def payment_of(self, refund: Refund) -> Payment:
        """The payment, which `lock` has locked already."""
        row = await self._driver.fetchrow(
            f"SELECT {COLUMNS} FROM payments p WHERE p.id = $1",
            refund.payment_id,
        )
        if row is None:
            raise NotFound
        return _to_payment(row)

    async def wake(self, payment_reference: str) -> None:
        """Make the refunds of a payment due."""
        await self._driver.execute(WAKE_REFUNDS, payment_reference)

    async def wake_waiting(self, payment_id: UUID) -> None:
        """Make those due that were never sent."""
        await self._driver.execute(WAKE_WAITING, payment_id)

    async def due(self, *, now: datetime, limit: int) -> list[UUID]:
        """Ids, longest waiting first."""
        return [row["id"] for row in await self._driver.fetch(DUE_REFUNDS, now, limit)]


def _to_refund(row: asyncpg.Record) -> Refund:
    return Refund(
        id=row["id"],
        payment_id=row["payment_id"],
        amount=Money(row["amount"], row["currency"]),
        reason=row["reason"],
        status=RefundStatus(row["status"]),
        paystack_id=row["paystack_id"],
        sent_at=row["sent_at"],
        created_at=row["created_at"],
    )


ADD_EVENT = """
INSERT INTO webhook_events (id, dedupe_key, event, reference, received_at)
VALUES ($1, $2, $3, $4, clock_timestamp()) ON CONFLICT (dedupe_key) DO NOTHING RETURNING id
"""


class SqlWebhookEvents:
    """`WebhookEvents` on a table."""

    def __init__(self, driver: Driver, new_id: NewId) -> None:
        self._driver = driver
        self._new_id = new_id

    async def add(self, *, dedupe_key: str, event: str, reference: str | None) -> bool:
        """Insert one, unless it is known."""
        added = await self._driver.fetchval(ADD_EVENT, self._new_id(), dedupe_key, event, reference)
        return added is not None


ADD_ITEM = """
INSERT INTO operator_items AS item (id, kind, subject, reason, created_at, last_seen_at)
VALUES ($1, $2, $3, $4, clock_timestamp(), clock_timestamp())
ON CONFLICT (kind, subject) WHERE resolved_at IS NULL
  DO UPDATE SET reason = EXCLUDED.reason, times = item.times + 1, last_seen_at = EXCLUDED.last_seen_at
"""


RESOLVE_ITEM = """
UPDATE operator_items SET resolved_at = clock_timestamp()
WHERE kind = ANY ($1) AND subject = $2 AND resolved_at IS NULL
"""


FIND_ITEM = "SELECT id, kind, subject, resolved_at IS NOT NULL AS is_resolved FROM operator_items WHERE id = $1"

CLOSE_ITEM = """
UPDATE operator_items SET resolved_at = coalesce(resolved_at, clock_timestamp()), resolved_by = $2,
  resolution = $3, note = $4
WHERE id = $1 AND resolved_by IS NULL
"""


CLOSE_ABOUT = """
UPDATE operator_items SET resolved_at = clock_timestamp(), resolved_by = $3, resolution = $4, note = $5
WHERE kind = $1 AND subject = $2 AND resolved_at IS NULL
"""


class SqlOperatorItems:
    """`OperatorItems` on a table."""

    def __init__(self, driver: Driver, new_id: NewId) -> None:
        self._driver = driver
        self._new_id = new_id

    async def add(self, kind: str, *, subject: str, reason: str) -> None:
        """Insert one, or count it once more while it is open."""
        await self._driver.execute(ADD_ITEM, self._new_id(), kind, subject, reason)

    async def resolve(self, *kinds: str, subject: str) -> None:
        """Close what is open of it."""
        await self._driver.execute(RESOLVE_ITEM, kinds, subject)

    async def find(self, item_id: UUID) -> OperatorItem:
        """By id, unlocked."""
        return _to_item(await self._driver.fetchrow(FIND_ITEM, item_id))

    async def lock(self, item_id: UUID) -> OperatorItem:
        """By id, for change."""
        return _to_item(await self._driver.fetchrow(f"{FIND_ITEM} FOR NO KEY UPDATE", item_id))

    async def close(self, item_id: UUID, *, by: UUID, resolution: str, note: str) -> None:
        """Write down who resolved it, how and why."""
        await self._driver.execute(CLOSE_ITEM, item_id, by, resolution, note)

    async def close_about(self, kind: str, *, subject: str, by: UUID, resolution: str, note: str) -> None:
        """Write it down on what is open of it."""
        await self._driver.execute(CLOSE_ABOUT, kind, subject, by, resolution, note)


def _to_item(row: asyncpg.Record | None) -> OperatorItem:
    if row is None:
        raise NotFound
    return OperatorItem(**row)
