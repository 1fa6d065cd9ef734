"""Whether the books are right, whatever operators did."""

from __future__ import annotations

from infrastructure.postgres.database import Database

WRONG = {
    "a charge is not all kept, promised back or written off": """
        SELECT FROM payments WHERE charged_amount < owed_back + written_off""",
    "more goes back than was charged": """
        SELECT FROM payments p WHERE charged_amount < (SELECT coalesce(sum(amount), 0) FROM refunds r
          WHERE r.payment_id = p.id AND r.status <> 'failed')""",
    "what is kept of a charge is neither earned nor listed": """
        SELECT FROM payments p WHERE charged_amount - owed_back - written_off > 0 AND NOT pays_for_booking
          AND NOT (status = 'mismatched' AND EXISTS (SELECT FROM operator_items i
            WHERE i.kind = 'payment_mismatched' AND i.subject = p.reference AND i.resolved_at IS NULL))""",
    "what was promised back is neither on its way nor taken by the bank nor listed": """
        SELECT FROM payments p WHERE owed_back - charged_back <> (SELECT coalesce(sum(amount), 0) FROM refunds r
            WHERE r.payment_id = p.id AND r.status <> 'failed')
          AND NOT EXISTS (SELECT FROM operator_items i JOIN refunds r ON i.subject = r.id::text
            WHERE r.payment_id = p.id AND i.resolved_at IS NULL)""",
    "clients hold another sum than the charges say": """
        SELECT FROM payments p WHERE charged_amount IS NOT NULL AND (
          SELECT coalesce(-sum(e.amount), 0) FROM ledger_postings l JOIN ledger_entries e ON e.posting_id = l.id
          WHERE l.payment_id = p.id AND e.account = 'clients'
        ) <> (CASE WHEN pays_for_booking THEN 0 ELSE charged_amount - owed_back - written_off END)
          + owed_back - charged_back - (SELECT coalesce(sum(amount), 0) FROM refunds r
            WHERE r.payment_id = p.id AND r.status = 'processed')""",
    "a consultant is owed another sum than the ledger says": """
        SELECT FROM earnings e WHERE owed <> (SELECT -sum(l.amount) FROM ledger_entries l
          WHERE l.booking_id = e.booking_id AND l.account = 'consultants')""",
}


async def wrong_in_the_books(database: Database) -> list[str]:
    """What does not hold; nothing, if all is well."""
    return [
        sentence
        for sentence, violations in WRONG.items()
        if await database.pool.fetchval(f"SELECT EXISTS ({violations})")
    ]


async def balances(database: Database) -> dict[str, int]:
    """Every account of the ledger that is not empty."""
    rows = await database.pool.fetch(
        "SELECT account, sum(amount)::bigint AS balance FROM ledger_entries GROUP BY 1 HAVING sum(amount) <> 0"
    )
    return {row["account"]: row["balance"] for row in rows}
