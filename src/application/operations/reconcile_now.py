"""Bring everything together that may have come apart, now: after a restore above all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from application.operations.check_invariants import CheckInvariants, Verdict
from application.outbox.relay_outbox import RelayOutbox
from application.payments.compare_with_paystack import CompareWithPaystack, Comparison
from application.payments.find_disputes import FindDisputes
from application.payments.reconcile_payments import ReconcilePayments

MOST_ROUNDS = 1000
"""What cannot be dealt with stays due, and must not keep the rest waiting for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """What was found and done: charges compared, attempts and refunds asked about, disputes, work carried out."""

    comparison: Comparison
    asked_about: int
    disputes: int
    carried_out: int
    broken: list[Verdict]

    @property
    def is_complete(self) -> bool:
        """Whether nothing was left over: else it should be run again."""
        found = self.comparison
        return found.compared_until is not None and not (found.failed or found.was_interrupted)


@dataclass(frozen=True, slots=True)
class ReconcileNow:
    """Do at once what the workers do by and by.

    First what Paystack collected, so that every charge is known here; then what is due of payments, refunds
    and disputes, and what waits in the outbox; last, whether all holds that must.
    """

    compare_with_paystack: CompareWithPaystack
    reconcile_payments: ReconcilePayments
    find_disputes: FindDisputes
    relay_outbox: RelayOutbox
    check_invariants: CheckInvariants

    async def __call__(self) -> Reconciliation:
        """Any number of times, beside the workers or without them."""
        comparison = await self.compare_with_paystack()
        return Reconciliation(
            comparison=comparison,
            disputes=await self.find_disputes.lately(),
            asked_about=await _until_nothing_is_left(self.reconcile_payments),
            carried_out=await _until_nothing_is_left(self.relay_outbox),
            broken=await self.check_invariants(),
        )


async def _until_nothing_is_left(work: Callable[[], Awaitable[int]]) -> int:
    done = 0
    for _ in range(MOST_ROUNDS):
        more = await work()
        done += more
        if not more:
            break
    return done
