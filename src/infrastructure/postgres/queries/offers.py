"""Which slots a consultant offers, and which of them is the next free one, as SQL.

`now()` is the time of the statement here, because reads run outside of transactions; unlike
`clock_timestamp()` it can be looked up in an index.
"""

from __future__ import annotations

from infrastructure.postgres.queries.free_times import OTHER_SESSIONS_THAT_DAY
from infrastructure.postgres.queries.seats import LAPSED_HOLDS

ON_OFFER = f"""
s.status = 'open' AND s.starts_at > now()
AND s.starts_at >= now() + make_interval(mins => p.minimum_notice_minutes)
AND s.starts_at <= now() + make_interval(hours => 24 * p.booking_window_days)
AND (p.sessions_per_day IS NULL OR s.seats_taken > 0 AND s.seats_taken > {LAPSED_HOLDS}
  OR {OTHER_SESSIONS_THAT_DAY % {"apart_from": "NULL::uuid"}} < p.sessions_per_day)
"""
"""Whether consultant `p` offers slot `s`: open, ahead, and within the limits on notice, window and sessions of a
day. A full one is on offer, too, for its waiting list.
"""

_HOLDS_THAT_LAPSED = """
SELECT slot_id, count(*) AS holds FROM bookings WHERE status = 'pending' AND hold_expires_at <= now()
GROUP BY slot_id
"""


def next_free(condition: str = "true") -> str:
    """What to join to consultant `p` for `NEXT_FREE` and `NEXT_FREE_AT`: the first slot `s` with a seat that
    anybody can take, among those that meet the condition.

    Two places to look in: slots with a seat to spare, by the index; and the few that only lapsed holds fill.
    """
    return f"""
LEFT JOIN LATERAL (
  SELECT s.id, s.starts_at FROM slots s
  WHERE s.consultant_id = p.account_id AND s.seats_taken + s.people_waiting < s.capacity
    AND {ON_OFFER} AND {condition}
  ORDER BY s.starts_at, s.id LIMIT 1
) free ON true
LEFT JOIN (
  SELECT DISTINCT ON (s.consultant_id) s.consultant_id, s.id, s.starts_at
  FROM ({_HOLDS_THAT_LAPSED}) given_back JOIN slots s ON s.id = given_back.slot_id
    JOIN consultant_profiles p ON p.account_id = s.consultant_id
  WHERE s.seats_taken + s.people_waiting BETWEEN s.capacity AND s.capacity + given_back.holds - 1
    AND {ON_OFFER} AND {condition}
  ORDER BY s.consultant_id, s.starts_at
) freed ON freed.consultant_id = p.account_id
"""


NEXT_FREE = "CASE WHEN freed.starts_at < free.starts_at OR free.id IS NULL THEN freed.id ELSE free.id END"
"""Its id; null when there is none."""

NEXT_FREE_AT = "least(free.starts_at, freed.starts_at)"
"""When it begins; null when there is none."""
