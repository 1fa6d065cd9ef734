"""What every operator's action leaves behind."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application.accounts.callers import Caller
from application.operations.item_kinds import Action, kind_of
from application.payments.ports import OperatorItem
from application.transactions import UnitOfWork
from domain.operations import ActionNotOffered, ItemResolved


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Who does it, why, and from where."""

    caller: Caller
    note: str
    address: str | None


async def offered(uow: UnitOfWork, item_id: UUID, action: Action) -> OperatorItem:
    """An item as it stands before anything is locked. Raises `NotFound`, `ItemResolved` or `ActionNotOffered`."""
    item = await uow.operator_items.find(item_id)
    _require(item, action)
    return item


async def close_item(
    uow: UnitOfWork, trace: Trace, item_id: UUID, action: Action, *, resolution: str, **facts: str
) -> None:
    """Resolve an item, after the locks of everything that it is about, and write it down.

    Raises `ItemResolved` when another operator, or the system, was quicker.
    """
    item = await uow.operator_items.lock(item_id)
    _require(item, action)
    await uow.operator_items.close(item.id, by=trace.caller.account_id, resolution=resolution, note=trace.note)
    await leave_trace(uow, trace, action, item, **facts)


async def sign_item(uow: UnitOfWork, trace: Trace, item_id: UUID, *, resolution: str) -> bool:
    """Whether what an operator had Paystack asked about is resolved now: then it was that operator who did it."""
    item = await uow.operator_items.lock(item_id)
    if item.is_resolved:
        await uow.operator_items.close(item_id, by=trace.caller.account_id, resolution=resolution, note=trace.note)
    return item.is_resolved


async def leave_trace(
    uow: UnitOfWork, trace: Trace, action: str, item: OperatorItem | None = None, /, **facts: str
) -> None:
    """One entry of the audit trail for one action."""
    about = {"item": str(item.id), "item_kind": item.kind, "subject": item.subject} if item else {}
    await uow.audit.add(
        f"operator.{action}",
        account_id=trace.caller.account_id,
        address=trace.address,
        **about,
        **facts,
        note=trace.note,
    )


def _require(item: OperatorItem, action: Action) -> None:
    if item.is_resolved:
        raise ItemResolved
    if action not in kind_of(item.kind, item.subject).actions:
        raise ActionNotOffered
