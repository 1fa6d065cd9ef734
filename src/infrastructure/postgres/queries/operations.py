"""Reads for operators."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from application.operations.item_kinds import FAILED_ERRAND, About, kind_of
from application.operations.note_reading import READ
from application.operations.views import (
    AuditEntryView,
    AuditFilter,
    DisputeFile,
    ErrandFile,
    FoundPayment,
    ItemDetails,
    ItemFilter,
    ItemView,
    PaymentFile,
    PayoutFile,
    RefundFile,
)
from application.paging import Page, PageRequest
from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults
from infrastructure.postgres.queries.operator_json import DISPUTE, ERRAND, LISTED, PAYOUT, REFUND, sum_of
from infrastructure.postgres.queries.pages import key_of, money, page_of

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]{1,18}\Z")
MOST_FOUND = 50

_ITEM = """
SELECT i.id, i.kind, i.subject, i.reason, i.times, i.created_at, i.last_seen_at, i.resolved_at, a.username AS
  resolved_by, i.resolution, i.note
FROM operator_items i LEFT JOIN accounts a ON a.id = i.resolved_by
"""

_OPEN_ITEMS = f"""{_ITEM} WHERE i.resolved_at IS NULL AND ($2::text IS NULL OR i.kind = $2)
  AND ($3::text IS NULL OR (i.created_at, i.id) > ($3::text::timestamptz, $4::text::uuid))
ORDER BY i.created_at, i.id LIMIT $1
"""

_RESOLVED_ITEMS = f"""{_ITEM} WHERE i.resolved_at IS NOT NULL AND ($2::text IS NULL OR i.kind = $2)
  AND ($3::text IS NULL OR (i.resolved_at, i.id) < ($3::text::timestamptz, $4::text::uuid))
ORDER BY i.resolved_at DESC, i.id DESC LIMIT $1
"""

_OPEN_KINDS = "SELECT kind, count(*) FROM operator_items WHERE resolved_at IS NULL GROUP BY kind ORDER BY kind"

_ONE_ITEM = f"{_ITEM} WHERE i.id = $1"

_ABOUT = f"""
SELECT
  (SELECT {REFUND} FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE r.id = $2::uuid) AS refund,
  (SELECT {DISPUTE} FROM disputes d JOIN payments p ON p.id = d.payment_id WHERE d.paystack_id = $3::bigint)
    AS dispute,
  (SELECT {PAYOUT} FROM payouts t JOIN payout_accounts k ON k.id = t.account_id
    JOIN accounts a ON a.id = t.consultant_id WHERE t.id = $4::uuid) AS payout,
  (SELECT {ERRAND} FROM outbox o WHERE o.topic = $5 AND o.subject = $6 ORDER BY o.created_at DESC LIMIT 1)
    AS errand,
  (SELECT reference FROM payments WHERE reference = $1) AS reference,
  (SELECT reference FROM payments WHERE booking_id = $7::uuid ORDER BY pays_for_booking DESC, created_at DESC
    LIMIT 1) AS reference_of_booking
"""

_BOOKING = f"""
SELECT json_build_object('id', b.id, 'status', b.status, 'starts_at', b.starts_at, 'ends_at', b.ends_at,
  'price', {sum_of("b.price_amount", "b.price_currency")}, 'client', c.first_name || ' ' || c.last_name,
  'consultant', a.first_name || ' ' || a.last_name, 'consultant_slug', s.slug,
  'has_absence_report', EXISTS (SELECT FROM absence_reports WHERE booking_id = b.id),
  'steps', (SELECT coalesce(json_agg(json_build_object('previous', t.previous, 'status', t.status,
    'actor', t.actor, 'at', t.at, 'reason', t.reason) ORDER BY t.id), '[]')
    FROM booking_transitions t WHERE t.booking_id = b.id))
FROM bookings b JOIN accounts c ON c.id = b.client_id JOIN accounts a ON a.id = b.consultant_id
  JOIN consultant_profiles s ON s.account_id = b.consultant_id
WHERE b.id = p.booking_id
"""

_CHARGED_IN = "coalesce(p.charged_currency, p.currency)"

_PAYMENT = f"""
WITH p AS MATERIALIZED (SELECT * FROM payments WHERE reference = $1),
named AS MATERIALIZED (
  SELECT reference AS subject FROM p UNION ALL SELECT booking_id::text FROM p
  UNION ALL SELECT r.id::text FROM refunds r JOIN p ON p.id = r.payment_id
  UNION ALL SELECT d.paystack_id::text FROM disputes d JOIN p ON p.id = d.payment_id
)
SELECT json_build_object(
  'id', p.id, 'reference', p.reference, 'status', p.status, 'expected', {sum_of("p.amount", "p.currency")},
  'received', CASE WHEN p.charged_amount IS NOT NULL THEN {sum_of("p.charged_amount", "p.charged_currency")} END,
  'fees', p.fees,
  'kept', {sum_of("coalesce(p.charged_amount, 0) - p.owed_back - p.written_off", _CHARGED_IN)},
  'owed_back', {sum_of("p.owed_back", _CHARGED_IN)}, 'written_off', {sum_of("p.written_off", _CHARGED_IN)},
  'pays_for_booking', p.pays_for_booking, 'customer_email', p.customer_email, 'mode', p.mode,
  'channel', p.channel, 'gateway_response', p.gateway_response, 'paystack_id', p.paystack_id,
  'problem', p.problem, 'checks', p.checks, 'next_check_at', p.next_check_at, 'created_at', p.created_at,
  'paid_at', p.paid_at,
  'booking', ({_BOOKING}),
  'other_attempts', (SELECT coalesce(json_agg(json_build_object('reference', o.reference, 'status', o.status,
      'created_at', o.created_at) ORDER BY o.created_at), '[]')
    FROM payments o WHERE o.booking_id = p.booking_id AND o.id <> p.id),
  'refunds', (SELECT coalesce(json_agg({REFUND} ORDER BY r.created_at), '[]') FROM refunds r
    WHERE r.payment_id = p.id),
  'disputes', (SELECT coalesce(json_agg({DISPUTE} ORDER BY d.opened_at), '[]') FROM disputes d
    WHERE d.payment_id = p.id),
  'postings', (SELECT coalesce(json_agg(json_build_object('kind', l.kind, 'at', l.at,
      'currency', p.charged_currency,
      'entries', (SELECT json_agg(json_build_object('account', e.account, 'amount', e.amount) ORDER BY e.id)
        FROM ledger_entries e WHERE e.posting_id = l.id)) ORDER BY l.at, l.id), '[]')
    FROM ledger_postings l WHERE l.payment_id = p.id),
  'webhooks', (SELECT coalesce(json_agg(json_build_object('event', w.event, 'received_at', w.received_at)
      ORDER BY w.received_at), '[]') FROM webhook_events w WHERE w.reference = p.reference),
  'errands', (SELECT coalesce(json_agg({ERRAND} ORDER BY o.created_at), '[]') FROM outbox o
    WHERE o.subject = ANY (ARRAY(SELECT subject FROM named))),
  'items', (SELECT coalesce(json_agg({LISTED} ORDER BY i.created_at), '[]') FROM operator_items i
    WHERE i.subject = ANY (ARRAY(SELECT subject FROM named)))
)
FROM p
"""

_FIND = f"""
SELECT reference, status, amount AS paid_amount, currency AS paid_currency, customer_email, booking_id, created_at
FROM payments
WHERE reference = $1 OR lower(customer_email) = lower($1) OR booking_id = $2::uuid
ORDER BY created_at DESC LIMIT {MOST_FOUND}
"""

# As its index has them: whatever an entry names, under whatever name.
_NAMED = "jsonb_path_query_array(e.details, '$.*')"

_AUDIT = """
SELECT e.id, e.at, e.kind, e.account_id, a.username AS who, e.address, e.details
FROM audit_entries e LEFT JOIN accounts a ON a.id = e.account_id
WHERE {conditions}
ORDER BY e.id DESC LIMIT $1
"""

_AUDIT_CONDITIONS = {
    "kind": "e.kind = {}",
    "who": "e.account_id = (SELECT id FROM accounts WHERE lower(username) = lower({}))",
    "about": f"{_NAMED} ? {{}}::text",
    "about_any": f"{_NAMED} ?| {{}}::text[]",
    "of_account": f"(e.account_id = {{0}}::text::uuid OR {_NAMED} ? {{0}}::text)",
    "since": "e.at >= {}::timestamptz",
    "until": "e.at < {}::timestamptz",
}

# From one kind to the next through the index: there are few kinds, and many entries.
_AUDIT_KINDS = """
WITH RECURSIVE kinds AS (
  (SELECT kind FROM audit_entries ORDER BY kind LIMIT 1)
  UNION ALL
  SELECT (SELECT e.kind FROM audit_entries e WHERE e.kind > kinds.kind ORDER BY e.kind LIMIT 1)
  FROM kinds WHERE kinds.kind IS NOT NULL
)
SELECT kind FROM kinds WHERE kind IS NOT NULL ORDER BY kind
"""

_payment_file = msgspec.json.Decoder(PaymentFile)
_refund_file = msgspec.json.Decoder(RefundFile)
_dispute_file = msgspec.json.Decoder(DisputeFile)
_payout_file = msgspec.json.Decoder(PayoutFile)
_errand_file = msgspec.json.Decoder(ErrandFile)
_details = msgspec.json.Decoder(dict[str, Any])


class SqlOperationQueries:
    """`OperationQueries`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def items(self, wanted: ItemFilter, page: PageRequest) -> Page[ItemView]:
        """Open ones, oldest first; resolved ones, last resolved first."""
        statement = _RESOLVED_ITEMS if wanted.is_resolved else _OPEN_ITEMS
        with translated_faults():
            rows = await self._database.pool.fetch(statement, page.limit + 1, wanted.kind, *key_of(page))
        return page_of(rows, page, _item, ("resolved_at" if wanted.is_resolved else "created_at", "id"))

    async def open_kinds(self) -> dict[str, int]:
        """How many are open of each kind."""
        with translated_faults():
            rows = await self._database.pool.fetch(_OPEN_KINDS)
        return {row["kind"]: row["count"] for row in rows}

    async def item(self, item_id: UUID) -> ItemDetails | None:
        """One, then what its subject names."""
        with translated_faults():
            row = await self._database.pool.fetchrow(_ONE_ITEM, item_id)
            if row is None:
                return None
            item = _item(row)
            about = await self._database.pool.fetchrow(_ABOUT, *_named_by(item))
        return _item_details(item, about)

    async def payment(self, reference: str) -> PaymentFile | None:
        """One statement, one JSON object."""
        with translated_faults():
            found = await self._database.pool.fetchval(_PAYMENT, reference)
        return _payment_file.decode(found) if found else None

    async def find_payments(self, words: str) -> list[FoundPayment]:
        """By reference, e-mail address or booking id."""
        with translated_faults():
            rows = await self._database.pool.fetch(_FIND, words, _id_in(words))
        return [
            FoundPayment(
                reference=row["reference"],
                status=row["status"],
                amount=money(row, "paid_"),
                customer_email=row["customer_email"],
                booking_id=row["booking_id"],
                created_at=row["created_at"],
            )
            for row in rows
        ]

    async def audit(self, wanted: AuditFilter, page: PageRequest) -> Page[AuditEntryView]:
        """The audit trail, newest first."""
        statement, arguments = _audit_of(wanted, page)
        with translated_faults():
            rows = await self._database.pool.fetch(statement, *arguments)
        return page_of(rows, page, _audit_entry, ("id",))

    async def audit_kinds(self) -> list[str]:
        """Kinds that occur."""
        with translated_faults():
            return [row["kind"] for row in await self._database.pool.fetch(_AUDIT_KINDS)]


def _audit_of(wanted: AuditFilter, page: PageRequest) -> tuple[str, list[object]]:
    """Only what is asked for stands in the statement, so that each filter finds its index."""
    conditions, arguments = ["true"], list[object]([page.limit + 1])
    if wanted.without_reading:
        conditions.append(f"e.kind <> '{READ}'")
    for name, condition in _AUDIT_CONDITIONS.items():
        value = getattr(wanted, name)
        if value is not None:
            arguments.append(str(value) if isinstance(value, UUID) else value)
            conditions.append(condition.format(f"${len(arguments)}"))
    if page.after:
        arguments.append(int(page.after[0]))
        conditions.append(f"e.id < ${len(arguments)}")
    return _AUDIT.format(conditions=" AND ".join(conditions)), arguments


def _named_by(item: ItemView) -> tuple[object, ...]:
    """The subject of an item as a key of each table; nothing where it is none."""
    about = kind_of(item.kind, item.subject).about
    an_id = _id_in(item.subject)
    number = int(item.subject) if _NUMBER.match(item.subject) else None
    return (
        item.subject if about is About.PAYMENT else None,
        an_id if about is About.REFUND else None,
        number if about is About.DISPUTE else None,
        an_id if about is About.PAYOUT else None,
        item.kind.removeprefix(FAILED_ERRAND) if item.kind.startswith(FAILED_ERRAND) else None,
        item.subject,
        an_id if about is About.BOOKING else None,
    )


def _item_details(item: ItemView, about: asyncpg.Record | None) -> ItemDetails:
    found = dict(about) if about else {}
    refund = _refund_file.decode(found["refund"]) if found.get("refund") else None
    dispute = _dispute_file.decode(found["dispute"]) if found.get("dispute") else None
    of_part = (refund and refund.reference) or (dispute and dispute.reference)
    return ItemDetails(
        item=item,
        payment=of_part or found.get("reference") or found.get("reference_of_booking"),
        refund=refund,
        dispute=dispute,
        payout=_payout_file.decode(found["payout"]) if found.get("payout") else None,
        errand=_errand_file.decode(found["errand"]) if found.get("errand") else None,
    )


def _id_in(words: str) -> UUID | None:
    return UUID(words) if _ID.match(words) else None


def _item(row: asyncpg.Record) -> ItemView:
    return ItemView(**row)


def _audit_entry(row: asyncpg.Record) -> AuditEntryView:
    details = {name: str(value) for name, value in _details.decode(row["details"]).items()}
    return AuditEntryView(
        id=row["id"],
        at=row["at"],
        kind=row["kind"],
        account_id=row["account_id"],
        who=row["who"],
        address=row["address"],
        details=details,
    )
