"""Change one's availability: any number of slots added, changed and removed in one save."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from application.accounts.callers import Caller
from application.availability.planned_sessions import lock_consultant
from application.availability.wanted_pattern import lock_offered_service
from application.identity import NewId
from application.transactions import OpenUnitOfWork, UnitOfWork, retried
from domain.availability import NO_BUFFERS, Buffers, Slot, SlotOverlap, SlotStatus, SlotTerms
from domain.money import Money
from domain.refusals import FieldCheck, Invalid, NotFound, Refusal, StaleVersion
from domain.sentences import Sentence
from domain.services import Service
from domain.time_span import TimeSpan

MOST_ROWS = 100
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotRow:
    """One row of a save. Without `slot_id` it adds a slot; with one, what is nothing stays as it is.

    `new_slot_id` is given by callers who ask again when they heard nothing: a slot of theirs under that id is what
    the row added the first time.

    With `service_id` a new slot begins with what that service says, and one that is there becomes a session of
    it, with its buffers; what the row itself says comes first.
    """

    slot_id: UUID | None = None
    new_slot_id: UUID | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    capacity: int | None = None
    price: Money | None = None
    service_id: UUID | None = None
    buffer_before: timedelta | None = None
    buffer_after: timedelta | None = None
    status: SlotStatus | None = None
    remove: bool = False
    expected_version: int | None = None


class RowRefused(Refusal):
    """A row breaks a rule; nothing was saved. `row` counts from 0, `refusal` is the reason."""

    def __init__(self, row: int, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.row = row
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class SaveAvailability:
    """Add, change and remove slots, all rows or none.

    - A slot lies in the future, and no two of a consultant's slots overlap, those of this save and the buffers
      around all of them included.
    - A slot with taken seats can be neither moved nor removed, nor become another service; its capacity stays at
      or above them.
    - A new session of a service takes the length, seats, price and buffers from it that are not given.
    - Bookings keep the price that they were made at.
    """

    open_uow: OpenUnitOfWork
    new_id: NewId

    @retried
    async def __call__(self, caller: Caller, rows: list[SlotRow]) -> list[Slot]:
        """The slots that the rows made or changed, in the order of the rows.

        Raises `RowRefused` for the first row that breaks a rule, wrapping its refusal.
        """
        if len(rows) > MOST_ROWS:
            raise Invalid.field("rows", Sentence("Save at most {most} rows at a time.", most=MOST_ROWS))
        async with self.open_uow() as uow:
            await lock_consultant(uow, caller.account_id)
            ids = [slot_id for row in rows if (slot_id := row.slot_id or row.new_slot_id) is not None]
            known = await uow.slots.lock_own(caller.account_id, ids)
            await uow.slots.allow_overlaps_until_commit()
            now = await uow.now()
            slots: list[Slot] = []
            for index, row in enumerate(rows):
                with _located(index):
                    slots.append(await self._apply(uow, caller, row, known, now))
            written = [slot.id for slot in slots]
            overlapping = await uow.slots.first_overlapping(written)
            if overlapping is not None:
                slot_id, other = overlapping
                raise RowRefused(written.index(slot_id), SlotOverlap(other=other))
            await uow.commit()
        return slots

    async def _apply(
        self, uow: UnitOfWork, caller: Caller, row: SlotRow, known: dict[UUID, Slot], now: datetime
    ) -> Slot:
        if row.slot_id is None:
            if row.new_slot_id in known:
                return known[row.new_slot_id]
            terms = _new_terms(row, await lock_offered_service(uow, caller.account_id, row.service_id))
            slot = Slot.publish(
                slot_id=row.new_slot_id or self.new_id(), consultant_id=caller.account_id, terms=terms, now=now
            )
            await uow.slots.add(slot)
            return slot
        slot = _expected(known, row)
        if row.remove:
            changed = slot.withdraw()
        else:
            is_other = row.service_id != slot.terms.service_id
            service = await lock_offered_service(uow, caller.account_id, row.service_id if is_other else None)
            changed = slot.change(_changed_terms(slot, row, service), row.status or slot.status, now)
        await uow.slots.save(changed)
        return replace(changed, version=changed.version + 1)


def _expected(known: dict[UUID, Slot], row: SlotRow) -> Slot:
    slot = known.get(row.slot_id) if row.slot_id else None
    if slot is None:
        raise NotFound
    if row.expected_version not in (None, slot.version):
        raise StaleVersion
    return slot


def _new_terms(row: SlotRow, service: Service | None) -> SlotTerms:
    starts_at, ends_at, price = row.starts_at, row.ends_at, row.price
    if service is not None:
        ends_at = ends_at or (starts_at and starts_at + service.length)
        price = price or service.price
    if starts_at is None or ends_at is None or price is None:
        check = FieldCheck()
        check.require(starts_at is not None, "starts_at", "Enter when the session starts.")
        check.require(ends_at is not None or service is not None, "ends_at", "Enter when the session ends.")
        check.require(price is not None, "price", "Enter a price.")
        raise check.refusal()
    return SlotTerms(
        span=TimeSpan(starts_at, ends_at),
        capacity=_given(row.capacity, service.capacity if service else 1),
        price=price,
        service_id=service.id if service else None,
        buffers=_buffers(row, service.buffers if service else NO_BUFFERS),
    )


def _changed_terms(slot: Slot, row: SlotRow, service: Service | None) -> SlotTerms:
    return SlotTerms(
        span=TimeSpan(row.starts_at or slot.span.starts_at, row.ends_at or slot.span.ends_at),
        capacity=_given(row.capacity, slot.terms.capacity),
        price=row.price or slot.terms.price,
        service_id=service.id if service else slot.terms.service_id,
        buffers=_buffers(row, service.buffers if service else slot.terms.buffers),
    )


def _buffers(row: SlotRow, otherwise: Buffers) -> Buffers:
    return Buffers(
        before=_given(row.buffer_before, otherwise.before), after=_given(row.buffer_after, otherwise.after)
    )


def _given(value: Value | None, otherwise: Value) -> Value:
    return otherwise if value is None else value


@contextmanager
def _located(row: int) -> Iterator[None]:
    """Say which row a refusal is about."""
    try:
        yield
    except Refusal as refusal:
        raise RowRefused(row, refusal) from refusal
