"""How many seats of a slot are free, as SQL."""

from __future__ import annotations

LAPSED_HOLDS = """(SELECT count(*)::int FROM bookings lapsed WHERE lapsed.slot_id = s.id
  AND lapsed.status = 'pending' AND lapsed.hold_expires_at <= clock_timestamp())"""
"""Holds of slot `s` that ran out and are not swept yet: their seats count as free."""

SEATS_LEFT = f"s.capacity - s.seats_taken + {LAPSED_HOLDS}"
