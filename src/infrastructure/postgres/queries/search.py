"""Looks for any record by a few words, for operators."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

import asyncpg

from application.money_view import MoneyView
from application.operations.search_views import MOST_FOUND, Found, FoundRecord, RecordKind
from domain.payments import is_own_reference
from domain.text import is_clean
from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults

_ID = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\Z", re.IGNORECASE)
_NUMBER = re.compile(r"#?([0-9]{1,18})\Z")
_PERSON = "a.first_name || ' ' || a.last_name"
_CLIENT = "c.first_name || ' ' || c.last_name"
_PART = "LIKE '%' || nullif(bare_words({part}), '') || '%'"
"""Bare words have no signs in them, so that nobody can write a pattern."""

_STATEMENTS = {
    RecordKind.ACCOUNT: f"""
SELECT a.id::text AS key, {_PERSON} AS name, a.username || ', ' || a.email AS about, a.status, a.role AS detail,
  a.created_at AS at,
  a.id = {{id}} OR lower({{words}}) IN (lower(a.username), lower(a.email)) AS is_exact
FROM accounts a
WHERE a.id = {{id}} OR lower(a.username) = lower({{words}}) OR lower(a.email) = lower({{words}})
  OR a.search_words {_PART}
""",
    RecordKind.CONSULTANT: f"""
SELECT a.id::text AS key, {_PERSON} AS name, p.slug AS about,
  CASE WHEN a.status <> 'active' THEN a.status WHEN p.is_published THEN 'published' ELSE 'unpublished' END
    AS status,
  a.created_at AS at, p.slug = lower({{words}}) AS is_exact
FROM consultant_profiles p JOIN accounts a ON a.id = p.account_id
WHERE p.slug = lower({{words}}) OR p.search_words {_PART}
""",
    RecordKind.BOOKING: f"""
SELECT b.id::text AS key, {_CLIENT} AS name, {_PERSON} AS about, b.status, b.starts_at AS at,
  b.price_amount AS amount, b.price_currency AS currency, true AS is_exact
FROM bookings b JOIN accounts a ON a.id = b.consultant_id JOIN accounts c ON c.id = b.client_id
WHERE b.id = {{id}}
""",
    RecordKind.SLOT: f"""
SELECT s.id::text AS key, {_PERSON} AS name, s.seats_taken || '/' || s.capacity AS about, s.status,
  s.starts_at AS at, s.price_amount AS amount, s.price_currency AS currency, true AS is_exact
FROM slots s JOIN accounts a ON a.id = s.consultant_id
WHERE s.id = {{id}}
""",
    RecordKind.PAYMENT: """
SELECT p.reference AS key, p.customer_email AS name, p.reference AS about, p.status, p.created_at AS at,
  coalesce(p.charged_amount, p.amount) AS amount, coalesce(p.charged_currency, p.currency) AS currency,
  p.id = {id} OR p.reference = {words} OR p.paystack_id = {number} AS is_exact
FROM payments p
WHERE p.id = {id} OR p.booking_id = {id} OR p.reference = {words} OR p.paystack_id = {number}
  OR lower(p.customer_email) = lower({words})
""",
    RecordKind.REFUND: """
SELECT p.reference AS key, p.customer_email AS name, r.id::text AS about, r.status, r.created_at AS at, r.amount,
  r.currency, r.id = {id} OR r.paystack_id = {number} AS is_exact
FROM refunds r JOIN payments p ON p.id = r.payment_id
WHERE r.id = {id} OR r.paystack_id = {number}
  OR r.payment_id = (SELECT id FROM payments WHERE reference = {words})
""",
    RecordKind.DISPUTE: """
SELECT p.reference AS key, p.customer_email AS name, d.paystack_id::text AS about, d.status, d.opened_at AS at,
  d.amount, d.currency, true AS is_exact
FROM disputes d JOIN payments p ON p.id = d.payment_id
WHERE d.paystack_id = {number}
""",
    RecordKind.RECEIPT: """
SELECT n.reference AS key, n.client_name AS name, n.number::text AS about,
  CASE WHEN n.refund_id IS NULL THEN 'payment' ELSE 'refund' END AS status, n.happened_at AS at, n.amount,
  n.currency, n.number = {number} AS is_exact
FROM receipts n
WHERE n.number = {number} OR n.payment_id = (SELECT id FROM payments WHERE reference = {words})
""",
    RecordKind.PAYOUT: f"""
SELECT t.id::text AS key, {_PERSON} AS name, t.reference AS about, t.status, t.requested_at AS at, t.amount,
  t.currency, true AS is_exact
FROM payouts t JOIN accounts a ON a.id = t.consultant_id
WHERE t.id = {{id}} OR t.reference = {{words}}
""",
    RecordKind.REVIEW: f"""
SELECT v.id::text AS key, {_CLIENT} AS name, {_PERSON} AS about,
  CASE WHEN v.hidden_at IS NULL THEN 'shown' ELSE 'hidden' END AS status, v.created_at AS at,
  v.rating::text AS detail, v.id = {{id}} AS is_exact
FROM reviews v JOIN accounts a ON a.id = v.consultant_id JOIN accounts c ON c.id = v.client_id
WHERE v.id = {{id}} OR v.booking_id = {{id}}
""",
    RecordKind.ITEM: """
SELECT i.id::text AS key, i.kind AS name, i.subject AS about,
  CASE WHEN i.resolved_at IS NULL THEN 'open' ELSE 'resolved' END AS status, i.created_at AS at,
  i.id = {id} AS is_exact
FROM operator_items i
WHERE i.id = {id} OR i.subject = {words}
""",
}
_ORDER = "ORDER BY is_exact DESC NULLS LAST, at DESC, key LIMIT"
_TYPES = {"id": "uuid", "words": "text", "number": "bigint", "part": "text"}
SHORTEST_PART = 3
"""Parts of names are looked for from so many letters on; fewer of them are everywhere."""


class SqlSearchQueries:
    """`SearchQueries`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, words: str) -> Found:
        """One statement for each kind that the words can name."""
        words = words.strip()
        if not words or not is_clean(words):
            return Found()
        records: list[FoundRecord] = []
        more: set[RecordKind] = set()
        with translated_faults():
            for kind, statement, arguments in statements_for(words):
                rows = await self._database.pool.fetch(statement, *arguments)
                records += [_record(kind, row) for row in rows[:MOST_FOUND]]
                if len(rows) > MOST_FOUND:
                    more.add(kind)
        return Found(records=records, more=frozenset(more), is_named=_is_named(words))


def statements_for(words: str) -> Iterator[tuple[RecordKind, str, list[object]]]:
    """What is asked of the database, for each kind that the words can name."""
    values = _read(words)
    for kind, statement in _STATEMENTS.items():
        used = [name for name in values if f"{{{name}}}" in statement]
        if any(values[name] is not None for name in used):
            places = {name: f"${number}::{_TYPES[name]}" for number, name in enumerate(used, start=1)}
            ordered = f"{statement.format(**places)} {_ORDER} {MOST_FOUND + 1}"
            yield kind, ordered, [values[name] for name in used]


def _read(words: str) -> dict[str, object]:
    """What the words may be: an id, a number, and in any case a part of something longer."""
    number = _NUMBER.match(words)
    return {
        "id": UUID(words) if _ID.match(words) else None,
        "words": words,
        "number": int(number[1]) if number else None,
        "part": words if len(words) >= SHORTEST_PART else None,
    }


def _is_named(words: str) -> bool:
    return bool(_ID.match(words) or _NUMBER.match(words)) or is_own_reference(words)


def _record(kind: RecordKind, row: asyncpg.Record) -> FoundRecord:
    return FoundRecord(
        kind=kind,
        key=row["key"],
        name=row["name"],
        about=row["about"],
        status=row["status"],
        at=row["at"],
        amount=MoneyView(row["amount"], row["currency"]) if "amount" in row else None,
        detail=row.get("detail"),
        is_exact=bool(row["is_exact"]),
    )
