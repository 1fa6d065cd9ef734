"""Recognise a refund of ours among those that Paystack knows of a transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta

from application.payments.ports import GatewayRefund
from domain.payments import REFUND_NOTE, Refund, RefundStatus

CLOCKS_DIFFER_BY = timedelta(minutes=1)
"""At most, between Paystack's clock and our database's."""


def find_refund(
    refund: Refund, listed: Iterable[GatewayRefund], *, taken: Collection[int]
) -> GatewayRefund | None:
    """By Paystack's number where we have it, else by our note, else by its sum and the time at which we sent it.

    `taken` are the numbers of our other refunds of that transaction.
    """
    known = list(listed)
    if refund.paystack_id is not None:
        return _first(one for one in known if one.paystack_id == refund.paystack_id)
    by_note = _first(one for one in known if one.note and refund.note in one.note)
    return by_note or _first(one for one in _of_same_sum(refund, known, taken) if _was_made_since(refund, one))


def find_reversal(
    refund: Refund, listed: Iterable[GatewayRefund], *, taken: Collection[int]
) -> GatewayRefund | None:
    """What stands for our refund where Paystack says that everything went back already, whoever sent it."""
    known = list(listed)
    return find_refund(refund, known, taken=taken) or _first(
        one for one in _of_same_sum(refund, known, taken) if one.status is not RefundStatus.FAILED
    )


def _of_same_sum(
    refund: Refund, known: Iterable[GatewayRefund], taken: Collection[int]
) -> Iterable[GatewayRefund]:
    return (
        one
        for one in known
        if one.amount == refund.amount.amount
        and one.paystack_id not in taken
        and REFUND_NOTE not in (one.note or "")
    )


def _was_made_since(refund: Refund, one: GatewayRefund) -> bool:
    if refund.sent_at is None or one.created_at is None:
        return False
    return one.created_at >= refund.sent_at - CLOCKS_DIFFER_BY


def _first(candidates: Iterable[GatewayRefund]) -> GatewayRefund | None:
    return next(iter(candidates), None)
