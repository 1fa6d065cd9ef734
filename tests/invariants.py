"""What is true in the database after whatever happened: the last word of every scenario."""

from __future__ import annotations

from infrastructure.postgres.database import Database

BROKEN = {
    "a slot counts another number of seats than its bookings take": """
        SELECT FROM slots s WHERE seats_taken <> (SELECT count(*) FROM bookings b
          WHERE b.slot_id = s.id AND holds_seat(b.status))""",
    "more seats are taken than there are": "SELECT FROM slots WHERE seats_taken > capacity",
    "a slot counts another number of people in line than there are": """
        SELECT FROM slots s WHERE people_waiting <> (SELECT count(*) FROM waiting_entries w
          WHERE w.slot_id = s.id AND w.status IN ('waiting', 'offered'))""",
    "two sessions of a consultant overlap": """
        SELECT FROM slots a JOIN slots b ON a.consultant_id = b.consultant_id AND a.id < b.id
          AND a.occupied && b.occupied WHERE a.status <> 'cancelled' AND b.status <> 'cancelled'""",
    "a slot occupies another time than its session with its buffers": """
        SELECT FROM slots WHERE occupied <> tstzrange(starts_at - make_interval(mins => buffer_before_minutes),
          ends_at + make_interval(mins => buffer_after_minutes), '[)')""",
    "two seats of a client overlap": """
        SELECT FROM bookings a JOIN bookings b ON a.client_id = b.client_id AND a.id < b.id
          AND tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)
        WHERE holds_seat(a.status) AND holds_seat(b.status)""",
    "a booking is at another time than its slot": """
        SELECT FROM bookings b JOIN slots s ON s.id = b.slot_id WHERE holds_seat(b.status)
          AND (b.starts_at, b.ends_at, b.consultant_id) <> (s.starts_at, s.ends_at, s.consultant_id)""",
    "a booking with a price is confirmed without being paid": """
        SELECT FROM bookings b WHERE b.status IN ('confirmed', 'completed') AND b.price_amount > 0
          AND NOT EXISTS (SELECT FROM payments p WHERE p.booking_id = b.id AND p.pays_for_booking)""",
    "a history ends in another state than its booking": """
        SELECT FROM bookings b WHERE status <> (SELECT t.status FROM booking_transitions t
          WHERE t.booking_id = b.id ORDER BY t.id DESC LIMIT 1)""",
    "a history has a gap": """
        SELECT FROM (SELECT previous, lag(status) OVER (PARTITION BY booking_id ORDER BY id) AS before
          FROM booking_transitions) step WHERE previous IS DISTINCT FROM before""",
    "more goes back than was charged": """
        SELECT FROM payments p WHERE coalesce(charged_amount, 0) < (SELECT coalesce(sum(amount), 0) FROM refunds r
          WHERE r.payment_id = p.id AND r.status <> 'failed')""",
    "a charge is neither a booking's nor on its way back": """
        SELECT FROM payments p JOIN bookings b ON b.id = p.booking_id
        WHERE p.status = 'success' AND NOT (p.pays_for_booking AND b.status NOT IN ('pending', 'expired'))""",
    "a rating is not that of its reviews": """
        SELECT FROM consultant_profiles c WHERE (rating_count, rating_sum) <> (
          SELECT count(*), coalesce(sum(rating), 0) FROM reviews r WHERE r.consultant_id = c.account_id)""",
    "an absence that is upheld has no no-show": """
        SELECT FROM absence_reports r JOIN bookings b ON b.id = r.booking_id
        WHERE r.status = 'upheld' AND (b.status, b.absent) IS DISTINCT FROM ('no_show', 'consultant')""",
}


async def broken_invariants(database: Database) -> list[str]:
    """Those that do not hold; none, if all is well."""
    return [
        sentence
        for sentence, violations in BROKEN.items()
        if await database.pool.fetchval(f"SELECT EXISTS ({violations})")
    ]
