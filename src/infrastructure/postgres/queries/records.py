"""Everything about one record, for operators."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

import msgspec

from application.operations.record_views import (
    AccountRecord,
    BookingRecord,
    ConsultantRecord,
    PayoutLine,
    PayoutRecord,
    ReceiptLine,
    ReviewRecord,
    SlotRecord,
)
from infrastructure.postgres.database import Database
from infrastructure.postgres.faults import translated_faults
from infrastructure.postgres.queries.operator_json import DISPUTE, ERRAND, LISTED, PAYOUT, REFUND, sum_of

Record = TypeVar("Record")

MOST_LISTED = 20
"""Of each kind of thing that hangs on a record."""


def _person(account: str, profile: str = "") -> str:
    slug = f", 'slug', {profile}.slug" if profile else ""
    return (
        f"json_build_object('id', {account}.id, 'name', {account}.first_name || ' ' || {account}.last_name, "
        f"'username', {account}.username, 'status', {account}.status{slug})"
    )


def _list(what: str, order: str, source: str) -> str:
    """All of it, in order; an empty list without any."""
    return f"(SELECT coalesce(json_agg({what} ORDER BY {order}), '[]') FROM {source})"


def _latest(what: str, columns: str, source: str, order: str) -> str:
    """The first so many of it."""
    return _list(what, order, f"(SELECT {columns} FROM {source} ORDER BY {order} LIMIT {MOST_LISTED}) x")


_BOOKING_LINE = f"""json_build_object('id', x.id, 'status', x.status, 'starts_at', x.starts_at,
  'ends_at', x.ends_at, 'price', {sum_of("x.price_amount", "x.price_currency")}, 'other', x.other)"""

_REVIEW_LINE = """json_build_object('id', x.id, 'rating', x.rating, 'comment', x.comment,
  'created_at', x.created_at, 'is_hidden', x.hidden_at IS NOT NULL, 'other', x.other)"""

_POSTING = """json_build_object('kind', l.kind, 'at', l.at, 'currency', {currency},
  'entries', (SELECT json_agg(json_build_object('account', e.account, 'amount', e.amount) ORDER BY e.id)
    FROM ledger_entries e WHERE e.posting_id = l.id))"""

_ACCOUNT = f"""
SELECT json_build_object('id', a.id, 'username', a.username, 'email', a.email,
  'name', a.first_name || ' ' || a.last_name, 'phone_number', a.phone_number, 'role', a.role, 'status', a.status,
  'picture', '/media/' || a.picture, 'time_zone', a.time_zone, 'language', a.language,
  'has_question_recovery', a.has_question_recovery, 'created_at', a.created_at,
  'recovery_codes', (SELECT count(*) FROM recovery_codes c WHERE c.account_id = a.id AND c.used_at IS NULL),
  'sessions', (SELECT count(*) FROM sessions s WHERE s.account_id = a.id AND s.expires_at > clock_timestamp()),
  'last_seen_at', (SELECT max(s.last_seen_at) FROM sessions s WHERE s.account_id = a.id),
  'tokens', (SELECT count(*) FROM api_tokens t
    WHERE t.account_id = a.id AND t.revoked_at IS NULL AND t.expires_at > clock_timestamp()),
  'slug', (SELECT slug FROM consultant_profiles p WHERE p.account_id = a.id),
  'bookings_count', (SELECT count(*) FROM bookings b WHERE b.client_id = a.id),
  'bookings', {
    _latest(
        _BOOKING_LINE,
        "b.*, o.first_name || ' ' || o.last_name AS other",
        "bookings b JOIN accounts o ON o.id = b.consultant_id WHERE b.client_id = a.id",
        "starts_at DESC, id DESC",
    )
},
  'reviews', {
    _latest(
        _REVIEW_LINE,
        "v.*, o.first_name || ' ' || o.last_name AS other",
        "reviews v JOIN accounts o ON o.id = v.consultant_id WHERE v.client_id = a.id",
        "created_at DESC, id DESC",
    )
})
FROM accounts a WHERE a.id = $1
"""

_OWED = """(SELECT
    coalesce(json_agg(json_build_object('amount', amount, 'currency', currency) ORDER BY currency), '[]')
  FROM (SELECT currency, sum(owed)::bigint AS amount FROM earnings
    WHERE consultant_id = a.id AND owed <> 0 {condition} GROUP BY currency) sums)"""

_SLOT_LINE = f"""json_build_object('id', x.id, 'starts_at', x.starts_at, 'ends_at', x.ends_at, 'status', x.status,
  'capacity', x.capacity, 'seats_taken', x.seats_taken, 'price', {sum_of("x.price_amount", "x.price_currency")},
  'service', x.service)"""

_CONSULTANT = f"""
SELECT json_build_object('person', {_person("a", "p")}, 'headline', p.headline, 'bio', p.bio,
  'specializations', p.specializations, 'languages', p.languages, 'time_zone', p.time_zone,
  'default_price', {sum_of("p.default_price_amount", "p.default_price_currency")},
  'cancellation_policy', p.cancellation_policy, 'is_published', p.is_published, 'rating_count', p.rating_count,
  'rating_sum', p.rating_sum, 'weekly_payouts', p.weekly_payouts,
  'hidden_reviews', (SELECT count(*) FROM reviews v WHERE v.consultant_id = a.id AND v.hidden_at IS NOT NULL),
  'services', (SELECT coalesce(json_agg(json_build_object('name', s.name, 'length_minutes', s.length_minutes,
      'price', {sum_of("s.price_amount", "s.price_currency")}, 'is_offered', s.is_offered)
      ORDER BY s.is_offered DESC, s.name), '[]') FROM services s WHERE s.consultant_id = a.id),
  'slots_ahead', (SELECT count(*) FROM slots s
    WHERE s.consultant_id = a.id AND s.starts_at > clock_timestamp() AND s.status <> 'cancelled'),
  'slots', {
    _latest(
        _SLOT_LINE,
        "s.*, service.name AS service",
        "slots s LEFT JOIN services service ON service.id = s.service_id "
        "WHERE s.consultant_id = a.id AND s.starts_at > clock_timestamp() AND s.status <> 'cancelled'",
        "starts_at, id",
    )
},
  'bookings_count', (SELECT count(*) FROM bookings b WHERE b.consultant_id = a.id),
  'bookings', {
    _latest(
        _BOOKING_LINE,
        "b.*, o.first_name || ' ' || o.last_name AS other",
        "bookings b JOIN accounts o ON o.id = b.client_id WHERE b.consultant_id = a.id",
        "starts_at DESC, id DESC",
    )
},
  'owed', {_OWED.format(condition="")}, 'disputed', {_OWED.format(condition="AND is_disputed")},
  'payout_account', (SELECT json_build_object('bank_name', k.bank_name, 'last_four', k.last_four,
      'account_name', k.account_name, 'usable_from', k.usable_from)
    FROM payout_accounts k WHERE k.consultant_id = a.id AND k.replaced_at IS NULL),
  'payouts', {
    _latest(
        "json_build_object('id', x.id, 'reference', x.reference, "
        f"'amount', {sum_of('x.amount', 'x.currency')}, 'status', x.status, 'requested_at', x.requested_at)",
        "*",
        "payouts t WHERE t.consultant_id = a.id",
        "requested_at DESC, id DESC",
    )
},
  'reviews', {
    _latest(
        _REVIEW_LINE,
        "v.*, o.first_name || ' ' || o.last_name AS other",
        "reviews v JOIN accounts o ON o.id = v.client_id WHERE v.consultant_id = a.id",
        "created_at DESC, id DESC",
    )
})
FROM accounts a JOIN consultant_profiles p ON p.account_id = a.id WHERE a.id = $1
"""

_WAITING = f"""json_build_object('client', {_person("c")}, 'status', w.status, 'joined_at', w.joined_at,
  'offer_expires_at', w.offer_expires_at)"""

_PAYMENT_LINE = f"""json_build_object('reference', p.reference, 'status', p.status,
  'expected', {sum_of("p.amount", "p.currency")},
  'received', CASE WHEN p.charged_amount IS NOT NULL THEN {sum_of("p.charged_amount", "p.charged_currency")} END,
  'pays_for_booking', p.pays_for_booking, 'channel', p.channel, 'problem', p.problem, 'created_at', p.created_at,
  'paid_at', p.paid_at)"""

_RECEIPT = f"""json_build_object('number', n.number, 'is_refund', n.refund_id IS NOT NULL,
  'amount', {sum_of("n.amount", "n.currency")}, 'happened_at', n.happened_at)"""

_BOOKING = f"""
WITH b AS MATERIALIZED (SELECT * FROM bookings WHERE id = $1),
p AS MATERIALIZED (SELECT p.* FROM payments p JOIN b ON p.booking_id = b.id),
r AS MATERIALIZED (SELECT r.* FROM refunds r JOIN p ON p.id = r.payment_id),
d AS MATERIALIZED (SELECT d.* FROM disputes d JOIN p ON p.id = d.payment_id),
named AS MATERIALIZED (
  SELECT id::text AS subject FROM b UNION ALL SELECT reference FROM p UNION ALL SELECT id::text FROM r
  UNION ALL SELECT paystack_id::text FROM d
)
SELECT json_build_object('id', b.id, 'status', b.status, 'absent', b.absent, 'client', {_person("c")},
  'consultant', {_person("a", "profile")}, 'slot_id', b.slot_id, 'service', service.name, 'starts_at', b.starts_at,
  'ends_at', b.ends_at, 'price', {sum_of("b.price_amount", "b.price_currency")},
  'commission_bps', b.commission_bps, 'cancellation_policy', b.cancellation_policy, 'reason', b.reason,
  'meeting_platform', b.meeting_platform, 'meeting_link', b.meeting_link, 'hold_expires_at', b.hold_expires_at,
  'created_at', b.created_at,
  'owed', (SELECT {sum_of("e.owed", "e.currency")} FROM earnings e WHERE e.booking_id = b.id),
  'steps', {
    _list(
        "json_build_object('previous', t.previous, 'status', t.status, 'actor', t.actor, 'at', t.at, "
        "'reason', t.reason)",
        "t.id",
        "booking_transitions t WHERE t.booking_id = b.id",
    )
},
  'payments', {_list(_PAYMENT_LINE, "p.created_at, p.id", "p")},
  'receipts', {_list(_RECEIPT, "n.number", "receipts n WHERE n.payment_id IN (SELECT id FROM p)")},
  'refunds', {_list(REFUND, "r.created_at", "r JOIN p ON p.id = r.payment_id")},
  'disputes', {_list(DISPUTE, "d.opened_at", "d JOIN p ON p.id = d.payment_id")},
  'postings', {
    _list(
        _POSTING.format(currency="p.charged_currency"),
        "l.at, l.id",
        "ledger_postings l JOIN p ON p.id = l.payment_id",
    )
},
  'webhooks', {
    _list(
        "json_build_object('event', w.event, 'received_at', w.received_at)",
        "w.received_at",
        "webhook_events w WHERE w.reference IN (SELECT reference FROM p)",
    )
},
  'errands', {_list(ERRAND, "o.created_at", "outbox o WHERE o.subject = ANY (ARRAY(SELECT subject FROM named))")},
  'items', {
    _list(LISTED, "i.created_at", "operator_items i WHERE i.subject = ANY (ARRAY(SELECT subject FROM named))")
},
  'waiting', {
    _list(
        _WAITING,
        "w.joined_at",
        "waiting_entries w JOIN accounts c ON c.id = w.client_id "
        "WHERE w.slot_id = b.slot_id AND w.client_id = b.client_id",
    )
},
  'absence', (SELECT json_build_object('status', x.status, 'words', x.words, 'answer', x.answer,
      'reported_at', x.reported_at, 'answered_at', x.answered_at, 'resolved_at', x.resolved_at)
    FROM absence_reports x WHERE x.booking_id = b.id),
  'review', (SELECT {_REVIEW_LINE} FROM (SELECT v.*, c.first_name || ' ' || c.last_name AS other FROM reviews v
    WHERE v.booking_id = b.id) x))
FROM b JOIN accounts c ON c.id = b.client_id JOIN accounts a ON a.id = b.consultant_id
  JOIN consultant_profiles profile ON profile.account_id = b.consultant_id
  JOIN slots s ON s.id = b.slot_id LEFT JOIN services service ON service.id = s.service_id
"""

_SLOT = f"""
SELECT json_build_object('id', s.id, 'consultant', {_person("a", "p")}, 'starts_at', s.starts_at,
  'ends_at', s.ends_at, 'status', s.status, 'capacity', s.capacity, 'seats_taken', s.seats_taken,
  'people_waiting', s.people_waiting, 'price', {sum_of("s.price_amount", "s.price_currency")},
  'service', service.name, 'is_of_pattern', s.pattern_id IS NOT NULL,
  'bookings', {
    _list(
        _BOOKING_LINE,
        "x.created_at",
        "(SELECT b.*, c.first_name || ' ' || c.last_name AS other FROM bookings b "
        "JOIN accounts c ON c.id = b.client_id WHERE b.slot_id = s.id) x",
    )
},
  'waiting', {
    _list(
        _WAITING,
        "w.joined_at, w.id",
        "waiting_entries w JOIN accounts c ON c.id = w.client_id "
        "WHERE w.slot_id = s.id AND w.status IN ('waiting', 'offered')",
    )
})
FROM slots s JOIN accounts a ON a.id = s.consultant_id JOIN consultant_profiles p ON p.account_id = a.id
  LEFT JOIN services service ON service.id = s.service_id
WHERE s.id = $1
"""

_REVIEW = f"""
SELECT json_build_object('id', v.id, 'rating', v.rating, 'comment', v.comment, 'created_at', v.created_at,
  'reply', v.reply, 'replied_at', v.replied_at, 'hidden_at', v.hidden_at, 'client', {_person("c")},
  'consultant', {_person("a", "p")}, 'booking_id', b.id, 'starts_at', b.starts_at, 'ends_at', b.ends_at)
FROM reviews v JOIN bookings b ON b.id = v.booking_id JOIN accounts c ON c.id = v.client_id
  JOIN accounts a ON a.id = v.consultant_id JOIN consultant_profiles p ON p.account_id = a.id
WHERE v.id = $1
"""

_POSTED = "ledger_postings l WHERE l.kind IN ('payout', 'payout_paid', 'payout_returned') AND l.source_id = t.id"

_PAYOUT = f"""
SELECT json_build_object('payout', {PAYOUT}, 'consultant', {_person("a", "p")},
  'postings', {_list(_POSTING.format(currency="t.currency"), "l.at", _POSTED)},
  'errands', {_list(ERRAND, "o.created_at", "outbox o WHERE o.subject = ANY (ARRAY[t.id::text, t.reference])")},
  'items', {
    _list(LISTED, "i.created_at", "operator_items i WHERE i.subject = ANY (ARRAY[t.id::text, t.reference])")
})
FROM payouts t JOIN payout_accounts k ON k.id = t.account_id JOIN accounts a ON a.id = t.consultant_id
  JOIN consultant_profiles p ON p.account_id = a.id
WHERE t.id = $1
"""

_RECEIPTS = f"""
SELECT {
    _list(_RECEIPT, "n.number", "receipts n WHERE n.payment_id = (SELECT id FROM payments WHERE reference = $1)")
}
"""

_WAITING_PAYOUTS = f"""
SELECT coalesce(json_agg(json_build_object('id', t.id, 'reference', t.reference,
  'amount', {sum_of("t.amount", "t.currency")}, 'status', t.status, 'requested_at', t.requested_at,
  'consultant', t.consultant) ORDER BY t.requested_at), '[]')
FROM (
  SELECT t.*, a.first_name || ' ' || a.last_name AS consultant
  FROM payouts t JOIN accounts a ON a.id = t.consultant_id
  WHERE t.status IN ('requested', 'pending', 'needs_otp') ORDER BY t.requested_at LIMIT {MOST_LISTED}
) t
"""

_payouts = msgspec.json.Decoder(list[PayoutLine])
_receipts = msgspec.json.Decoder(list[ReceiptLine])


class SqlRecordQueries:
    """`RecordQueries`: one statement, one JSON object."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def account(self, account_id: UUID) -> AccountRecord | None:
        """An account."""
        return await self._read(_ACCOUNT, account_id, AccountRecord)

    async def consultant(self, account_id: UUID) -> ConsultantRecord | None:
        """A consultant."""
        return await self._read(_CONSULTANT, account_id, ConsultantRecord)

    async def booking(self, booking_id: UUID) -> BookingRecord | None:
        """A booking."""
        return await self._read(_BOOKING, booking_id, BookingRecord)

    async def slot(self, slot_id: UUID) -> SlotRecord | None:
        """A session."""
        return await self._read(_SLOT, slot_id, SlotRecord)

    async def review(self, review_id: UUID) -> ReviewRecord | None:
        """A review."""
        return await self._read(_REVIEW, review_id, ReviewRecord)

    async def payout(self, payout_id: UUID) -> PayoutRecord | None:
        """A payout."""
        return await self._read(_PAYOUT, payout_id, PayoutRecord)

    async def receipts(self, reference: str) -> list[ReceiptLine]:
        """Those of a payment."""
        with translated_faults():
            return _receipts.decode(await self._database.pool.fetchval(_RECEIPTS, reference))

    async def waiting_payouts(self) -> list[PayoutLine]:
        """Oldest first."""
        with translated_faults():
            return _payouts.decode(await self._database.pool.fetchval(_WAITING_PAYOUTS))

    async def _read(self, statement: str, an_id: UUID, record: type[Record]) -> Record | None:
        with translated_faults():
            found = await self._database.pool.fetchval(statement, an_id)
        return msgspec.json.decode(found, type=record) if found else None
