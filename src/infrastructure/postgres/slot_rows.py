"""Slots as rows."""

from __future__ import annotations

from datetime import timedelta

import asyncpg

from domain.availability import Buffers, Slot, SlotStatus, SlotTerms
from domain.money import Money
from domain.time_span import TimeSpan

MINUTE = timedelta(minutes=1)
COLUMNS = """
s.id, s.consultant_id, s.starts_at, s.ends_at, s.capacity, s.seats_taken, s.people_waiting, s.price_amount,
s.price_currency, s.status, s.service_id, s.pattern_id, s.buffer_before_minutes, s.buffer_after_minutes, s.version
"""
"""Of a slot `s`."""


def to_slot(row: asyncpg.Record, freed: int = 0) -> Slot:
    """The slot of a row; `freed` seats were given back after the row was read."""
    return Slot(
        id=row["id"],
        consultant_id=row["consultant_id"],
        terms=SlotTerms(
            span=TimeSpan(row["starts_at"], row["ends_at"]),
            capacity=row["capacity"],
            price=Money(row["price_amount"], row["price_currency"]),
            service_id=row["service_id"],
            buffers=to_buffers(row),
        ),
        status=SlotStatus(row["status"]),
        seats_taken=row["seats_taken"] - freed,
        people_waiting=row["people_waiting"],
        pattern_id=row["pattern_id"],
        version=row["version"],
    )


def to_buffers(row: asyncpg.Record) -> Buffers:
    """The buffers in a row's two columns."""
    return Buffers(
        before=row["buffer_before_minutes"] * MINUTE,
        after=row["buffer_after_minutes"] * MINUTE,
    )


def of_terms(terms: SlotTerms) -> tuple[object, ...]:
    """Start, end, capacity, price, currency, service and both buffers in minutes, in this order."""
    return (
        terms.span.starts_at,
        terms.span.ends_at,
        terms.capacity,
        terms.price.amount,
        terms.price.currency,
        terms.service_id,
        terms.buffers.before // MINUTE,
        terms.buffers.after // MINUTE,
    )
