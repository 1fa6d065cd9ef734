"""The statement that finds consultants: filters, order and page put together out of what was asked for.

What was not asked for is not in the statement, so that each is planned for what it does. The innermost query
finds whom, the outer one reads their cards.
"""

from __future__ import annotations

from application.consultants.views import DiscoveryQuery, Sorting
from infrastructure.postgres.queries.offers import NEXT_FREE, NEXT_FREE_AT, next_free
from infrastructure.postgres.queries.seats import SEATS_LEFT

MOST_WORDS = 10
SLOTS_FOR_EACH = 8
"""How many free slots are looked at for each place on a page that begins with the soonest."""
NAME = "a.first_name || ' ' || a.last_name"
PUBLIC = "p.is_published AND a.status = 'active'"

PRICE_FROM = """
least(p.default_price_amount, (SELECT min(offered.price_amount) FROM services offered
  WHERE offered.consultant_id = p.account_id AND offered.is_offered
    AND offered.price_currency = p.default_price_currency))
"""
"""The lowest price of consultant `p`, in the currency of their usual one."""

SLOT = f"""
s.starts_at, s.ends_at, s.capacity, {SEATS_LEFT} AS seats_left, s.price_amount, s.price_currency, s.service_id,
service.name AS service
"""
CARD = f"""
p.account_id, p.slug, {NAME} AS name, p.headline, p.specializations, p.languages, p.time_zone,
p.default_price_amount, p.default_price_currency, {PRICE_FROM} AS price_from, p.rating_count, p.rating_sum,
a.picture, s.id AS free_id, {SLOT}
"""
FREE_SLOT = f"LEFT JOIN slots s ON s.id = {NEXT_FREE} LEFT JOIN services service ON service.id = s.service_id"
"""The next free slot `s` of a card."""

_MATCHING = f"""
WITH typed AS (
  SELECT number, word, number = max(number) OVER () AS is_last, plainto_tsquery('english', word) AS stem
  FROM regexp_split_to_table(bare_words(%(words)s), ' ') WITH ORDINALITY AS typed (word, number)
  WHERE number <= {MOST_WORDS} AND word <> ''
), wanted AS MATERIALIZED (
  SELECT number, word, stem, to_tsquery('simple', word || CASE WHEN is_last THEN ':*' ELSE '' END) AS spelling
  FROM (
    SELECT *, numnode(stem) > 0 AS says_something, bool_or(numnode(stem) > 0) OVER () AS any_does FROM typed
  ) typed
  WHERE says_something OR NOT any_does
), exact AS MATERIALIZED (
  SELECT wanted.number, p.account_id, 0::real AS likeness
  FROM wanted JOIN consultant_profiles p ON p.search_document @@ (wanted.spelling || wanted.stem)
  WHERE p.is_published
), meant AS (
  SELECT wanted.number, alike.account_id, alike.likeness
  FROM wanted CROSS JOIN consultants_meant_by(wanted.word) alike
  WHERE wanted.number NOT IN (SELECT number FROM exact)
), everything AS (
  SELECT string_agg(nullif(stem::text, ''), ' | ')::tsquery AS stem,
    string_agg(nullif((CASE WHEN number IN (SELECT number FROM exact) THEN spelling
      ELSE spelling || neighbours_swapped(word) END)::text, ''), ' | ')::tsquery AS spelling
  FROM wanted
)
SELECT account_id, likeness, everything.spelling, everything.stem
FROM everything, (
  SELECT account_id, sum(likeness::numeric) AS likeness
  FROM (SELECT * FROM exact UNION ALL SELECT * FROM meant) found
  GROUP BY account_id HAVING count(*) = (SELECT count(*) FROM wanted)
) consultant
"""
"""Who is meant by each of the words. One that nobody has is taken for a typing error; one that says nothing
("of", "the") counts only when there is no other; the last one may be unfinished.
"""

_RELEVANCE = """
matching.likeness + round((ts_rank(p.search_document, matching.spelling)
  + coalesce(ts_rank(p.search_document, matching.stem), 0))::numeric, 6)
"""
"""Words in the name count most, then specialisations, headline, the rest; whole words more than begun ones."""


class _Order:
    """A sort: its value for a row, as a type that compares, and its direction."""

    def __init__(self, value: str, kind: str, *, descending: bool = False) -> None:
        self.value = value
        self.kind = kind
        self.direction, self.beyond = ("DESC", "<") if descending else ("ASC", ">")


_ORDERS = {
    Sorting.RELEVANCE: _Order(_RELEVANCE, "numeric", descending=True),
    Sorting.NEXT_FREE: _Order(f"coalesce({NEXT_FREE_AT}, '9999-01-01 00:00:00+00'::timestamptz)", "timestamptz"),
    Sorting.RATING: _Order(
        "coalesce(p.rating_sum::numeric / nullif(p.rating_count, 0), 0)", "numeric", descending=True
    ),
    Sorting.PRICE: _Order(PRICE_FROM, "bigint"),
    Sorting.NAME: _Order(f"lower({NAME})", "text"),
}


class Discovery:
    """A statement with its `arguments`: a page of cards, or how many there are, counted up to the page's limit."""

    def __init__(self, query: DiscoveryQuery, *, is_counted: bool = False) -> None:
        self.arguments: list[object] = []
        self.statement = self._counted(query) if is_counted else self._statement(query)

    def _counted(self, query: DiscoveryQuery) -> str:
        return f"""
SELECT count(*) FROM (
  SELECT FROM consultant_profiles p JOIN accounts a ON a.id = p.account_id
    {self._matching(query)} {next_free(self._times(query)) if query.wants_free else ""}
  WHERE {" AND ".join(self._filters(query))}
  LIMIT {query.page.limit}
) found
"""

    def _statement(self, query: DiscoveryQuery) -> str:
        order = _ORDERS[query.order]
        free = next_free(self._times(query))
        is_soonest_first = query.order is Sorting.NEXT_FREE and not query.has_words
        found = self._soonest(query, order, free) if is_soonest_first else self._found(query, order, free)
        return f"""
SELECT {CARD}, found.sort_value
FROM ({found}) found
  JOIN consultant_profiles p ON p.account_id = found.account_id JOIN accounts a ON a.id = found.account_id
  {free} {FREE_SLOT}
ORDER BY found.sort_value {order.direction}, found.account_id {order.direction}
"""

    def _found(self, query: DiscoveryQuery, order: _Order, free: str, among: str = "") -> str:
        """A page of ids with their sort values."""
        looks_for_free = query.wants_free or query.order is Sorting.NEXT_FREE
        return f"""
SELECT * FROM (
  SELECT p.account_id, {order.value} AS sort_value
  FROM consultant_profiles p JOIN accounts a ON a.id = p.account_id
    {among} {self._matching(query)} {free if looks_for_free else ""}
  WHERE {" AND ".join(self._filters(query))}
) candidate
WHERE {self._after(query, order)}
ORDER BY sort_value {order.direction}, account_id {order.direction} LIMIT {query.page.limit + 1}
"""

    def _soonest(self, query: DiscoveryQuery, order: _Order, free: str) -> str:
        """The same by next free time. Whoever comes no later than the last of the first free slots is among those
        who have one of them, or a lapsed hold; when these do not fill the page, everybody is looked at.
        """
        wanted = query.page.limit + 1
        among = """
    JOIN (SELECT consultant_id FROM soon UNION SELECT consultant_id FROM held) early
      ON early.consultant_id = p.account_id"""
        return f"""
WITH soon AS MATERIALIZED (
  SELECT s.starts_at, s.consultant_id FROM slots s
  WHERE s.status = 'open' AND s.starts_at > now() AND s.seats_taken + s.people_waiting < s.capacity
    AND {self._times(query)} AND {self._after(query, order, "s.starts_at, s.consultant_id")}
  ORDER BY s.starts_at, s.consultant_id LIMIT {SLOTS_FOR_EACH * wanted}
), held AS (
  SELECT consultant_id FROM bookings WHERE status = 'pending' AND hold_expires_at <= now()
), near AS MATERIALIZED (
  SELECT * FROM ({self._found(query, order, free, among)}) near
  WHERE (sort_value, account_id) <= (
    SELECT starts_at, consultant_id FROM soon ORDER BY starts_at DESC, consultant_id DESC LIMIT 1)
)
SELECT * FROM near WHERE (SELECT count(*) FROM near) = {wanted}
UNION ALL
SELECT * FROM ({self._found(query, order, free)}) everybody WHERE (SELECT count(*) FROM near) < {wanted}
"""

    def _matching(self, query: DiscoveryQuery) -> str:
        if not query.has_words:
            return ""
        matching = _MATCHING % {"words": self._value(query.words, "text")}
        return f"JOIN ({matching}) matching ON matching.account_id = p.account_id"

    def _filters(self, query: DiscoveryQuery) -> list[str]:
        filters = [PUBLIC]
        for column, tag in (("specializations", query.specialization), ("languages", query.language)):
            if tag is not None:
                wanted = self._value(tag, "text")
                filters.append(f"EXISTS (SELECT FROM unnest(p.{column}) tag WHERE lower(tag) = lower({wanted}))")
        if query.min_rating is not None:
            least = self._value(query.min_rating, "float8")
            filters.append(f"p.rating_sum >= {least} * p.rating_count AND p.rating_count > 0")
        if query.max_price is not None:
            filters.append(f"{PRICE_FROM} <= {self._value(query.max_price, 'bigint')}")
        if query.wants_free:
            filters.append(f"{NEXT_FREE_AT} IS NOT NULL")
        return filters

    def _times(self, query: DiscoveryQuery) -> str:
        conditions = ["true"]
        if query.available_from is not None:
            conditions.append(f"s.starts_at >= {self._value(query.available_from, 'timestamptz')}")
        if query.available_to is not None:
            conditions.append(f"s.starts_at < {self._value(query.available_to, 'timestamptz')}")
        return " AND ".join(conditions)

    def _after(self, query: DiscoveryQuery, order: _Order, key: str = "sort_value, account_id") -> str:
        if query.page.after is None:
            return "true"
        value, account_id = query.page.after
        return (
            f"({key}) {order.beyond} "
            f"({self._value(value, 'text')}::{order.kind}, {self._value(account_id, 'text')}::uuid)"
        )

    def _value(self, value: object, kind: str) -> str:
        """A place in the statement that the driver fills."""
        self.arguments.append(value)
        return f"${len(self.arguments)}::{kind}"
