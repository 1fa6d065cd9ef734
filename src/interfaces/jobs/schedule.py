"""Which jobs there are, and when they run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from saq import CronJob

from application.product import Product

Job = Callable[..., Awaitable[Any]]

RELAY_EVERY_S = 2
EXPIRE_EVERY_S = 15
OFFER_EVERY_S = 3
TEND_EVERY_S = 60
ROLL_EVERY_S = 300
FOLLOW_EVERY_S = 300
TIMEOUT_S = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Functions by their stable names, and their times."""

    functions: list[tuple[str, Job]]
    cron_jobs: list[CronJob[Any]]


def build_schedule(product: Product, *, reconcile_every_s: int) -> Schedule:
    """Every job only looks for work in the database: it may run twice, late, or on several workers."""

    async def relay_outbox(_: object) -> int:
        return await product.relay_outbox()

    async def reconcile_payments(_: object) -> int:
        return await product.reconcile_payments()

    async def follow_disputes(_: object) -> int:
        return await product.follow_disputes()

    async def expire_holds(_: object) -> int:
        return await product.expire_holds()

    async def offer_seats(_: object) -> int:
        return await product.offer_seats()

    async def complete_sessions(_: object) -> int:
        return await product.complete_ended_sessions()

    async def uphold_absences(_: object) -> int:
        return await product.uphold_unanswered_reports()

    async def roll_patterns(_: object) -> int:
        return await product.roll_patterns_forward()

    async def tidy_keys(_: object) -> int:
        return await product.tidy_keys()

    jobs: list[tuple[str, Job, int]] = [
        ("outbox.relay", relay_outbox, RELAY_EVERY_S),
        ("payments.reconcile", reconcile_payments, reconcile_every_s),
        ("disputes.follow", follow_disputes, FOLLOW_EVERY_S),
        ("bookings.expire_holds", expire_holds, EXPIRE_EVERY_S),
        ("waiting_list.offer_seats", offer_seats, OFFER_EVERY_S),
        ("bookings.complete_sessions", complete_sessions, TEND_EVERY_S),
        ("bookings.uphold_absences", uphold_absences, TEND_EVERY_S),
        ("availability.roll_patterns", roll_patterns, ROLL_EVERY_S),
        ("idempotency.tidy_keys", tidy_keys, TEND_EVERY_S),
    ]
    for name, job, _ in jobs:
        job.__qualname__ = name  # SAQ knows scheduled functions by this
    return Schedule(
        functions=[(name, job) for name, job, _ in jobs],
        cron_jobs=[CronJob(job, cron=_every(seconds), timeout=TIMEOUT_S, retries=3) for _, job, seconds in jobs],
    )


def _every(seconds: int) -> str:
    """As a cron expression whose sixth field is seconds; from a minute on, whole minutes."""
    if seconds < 60:
        return f"* * * * * */{seconds}"
    return f"*/{min(seconds // 60, 59)} * * * *"
