"""How many seats of a slot are free, as SQL."""

from __future__ import annotations

LAPSED_HOLDS = """(SELECT count(*)::int FROM bookings lapsed WHERE lapsed.slot_id = s.id
  AND lapsed.status = 'pending' AND lapsed.hold_expires_at <= clock_timestamp())"""
"""Holds of slot `s` that ran out and are not swept yet: their seats count as free."""

SEATS_LEFT = f"greatest(0, s.capacity - s.seats_taken - s.people_waiting + {LAPSED_HOLDS})"
"""Seats that anybody can take: those that the waiting list has a claim on are not among them."""
