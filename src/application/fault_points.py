"""Named instants at which tests let things go wrong, to show that nothing is lost there.

Nothing is set in production: reaching a point is one comparison then.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum


class FaultPoint(StrEnum):
    """Where a process may die, hang or fail without harm."""

    AFTER_HOLD_COMMIT = "after_hold_commit"
    BEFORE_INITIALIZE = "before_initialize"
    AFTER_INITIALIZE_SENT = "after_initialize_sent"
    AFTER_INITIALIZE_ANSWER = "after_initialize_answer"
    BEFORE_SETTLE_TX = "before_settle_tx"
    IN_SETTLE_TX_AFTER_BOOKING = "in_settle_tx_after_booking"
    BEFORE_SETTLE_COMMIT = "before_settle_commit"
    AFTER_SETTLE_COMMIT = "after_settle_commit"
    BEFORE_OUTBOX_CLAIM = "before_outbox_claim"
    AFTER_OUTBOX_CLAIM = "after_outbox_claim"
    AFTER_ENQUEUE = "after_enqueue"
    BEFORE_HANDLER_COMMIT = "before_handler_commit"
    AFTER_HANDLER_COMMIT = "after_handler_commit"
    BEFORE_REFUND_SENT_AT = "before_refund_sent_at"
    AFTER_REFUND_SENT_AT = "after_refund_sent_at"
    AFTER_REFUND_ANSWER = "after_refund_answer"
    WEBHOOK_AFTER_INSERT = "webhook_after_insert"
    WEBHOOK_BEFORE_200 = "webhook_before_200"
    IDEM_AFTER_INSERT = "idem_after_insert"
    IDEM_BEFORE_STORE = "idem_before_store"
    SWEEP_BETWEEN_VERIFY_AND_LOCK = "sweep_between_verify_and_lock"
    RESCHEDULE_BETWEEN_SEATS = "reschedule_between_seats"
    CANCEL_BETWEEN_STATE_AND_REFUND = "cancel_between_state_and_refund"
    PAYOUT_AFTER_SENT = "payout_after_sent"


Trap = Callable[[FaultPoint], Awaitable[None]]
_trap: Trap | None = None


def set_trap(trap: Trap | None) -> None:
    """What happens at every point from now on, in this process; nothing takes it away again."""
    global _trap
    _trap = trap


async def reached(point: FaultPoint) -> None:
    """Here a fault may happen."""
    if _trap is not None:
        await _trap(point)
