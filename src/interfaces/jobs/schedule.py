"""Which jobs there are, and when they run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from application.operations.job_runs import NotedRun
from application.periodic_jobs import TIMEOUT_S, PeriodicJob
from application.product import Product

RELAY_EVERY_S = 2
EXPIRE_EVERY_S = 15
DELIVER_EVERY_S = 2
OFFER_EVERY_S = 3
TEND_EVERY_S = 60
ROLL_EVERY_S = 300
FOLLOW_EVERY_S = 300
FIND_EVERY_S = 3600
COMPARE_EVERY_S = 600
CHECK_EVERY_S = 300
TIDY_PICTURES_EVERY_S = 24 * 3600
LONG_TIMEOUTS_S = {
    "payments.compare": 600,
    "operations.check_invariants": 600,
    "accounts.tidy_pictures": 600,
}
"""For what may have to go through everything; most of the time both take seconds."""


def build_schedule(product: Product, *, reconcile_every_s: int) -> list[PeriodicJob]:
    """Every job only looks for work in the database: it may run twice, late, or on several workers."""
    jobs: list[tuple[str, Callable[[], Awaitable[object]], int]] = [
        ("outbox.relay", product.relay_outbox, RELAY_EVERY_S),
        ("payments.reconcile", product.reconcile_payments, reconcile_every_s),
        ("payments.compare", product.compare_with_paystack, COMPARE_EVERY_S),
        ("payouts.follow", product.follow_payouts, FOLLOW_EVERY_S),
        ("payouts.request_weekly", product.request_weekly_payouts, FIND_EVERY_S),
        ("disputes.follow", product.follow_disputes, FOLLOW_EVERY_S),
        ("disputes.find", product.find_disputes.lately, FIND_EVERY_S),
        ("bookings.expire_holds", product.expire_holds, EXPIRE_EVERY_S),
        ("waiting_list.offer_seats", product.offer_seats, OFFER_EVERY_S),
        ("bookings.complete_sessions", product.complete_ended_sessions, TEND_EVERY_S),
        ("bookings.uphold_absences", product.uphold_unanswered_reports, TEND_EVERY_S),
        ("availability.roll_patterns", product.roll_patterns_forward, ROLL_EVERY_S),
        ("accounts.tidy_pictures", product.tidy_pictures, TIDY_PICTURES_EVERY_S),
        ("webhooks.deliver", product.deliver_webhooks, DELIVER_EVERY_S),
        ("webhooks.tidy", product.tidy_deliveries, FIND_EVERY_S),
        ("notifications.remind", product.remind_of_sessions, TEND_EVERY_S),
        ("notifications.tidy", product.tidy_notifications, FIND_EVERY_S),
        ("idempotency.tidy_keys", product.tidy_keys, TEND_EVERY_S),
        ("operations.check_invariants", product.check_invariants, CHECK_EVERY_S),
    ]
    return [
        PeriodicJob(
            name=name,
            run=NotedRun(product.job_runs, name, timedelta(seconds=every_s), run),
            every_s=every_s,
            timeout_s=LONG_TIMEOUTS_S.get(name, TIMEOUT_S),
        )
        for name, run, every_s in jobs
    ]
