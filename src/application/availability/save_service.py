"""Offer a service, change it, or offer it no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from application.accounts.callers import Caller
from application.availability.planned_sessions import lock_consultant
from application.identity import NewId
from application.transactions import OpenUnitOfWork, UnitOfWork, retried
from domain.availability import NO_BUFFERS, Buffers
from domain.money import Money
from domain.refusals import FieldCheck, NotFound, StaleVersion
from domain.services import Service

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveServiceCommand:
    """Without `service_id` it adds a service, for one seat and without buffers unless it says otherwise; with
    one, what is nothing stays as it is. `is_offered` withdraws a service or offers it again.

    `new_service_id` is given by callers who ask again when they heard nothing: a service of theirs under that id
    is what they added the first time.
    """

    service_id: UUID | None = None
    new_service_id: UUID | None = None
    name: str | None = None
    description: str | None = None
    length: timedelta | None = None
    price: Money | None = None
    capacity: int | None = None
    buffer_before: timedelta | None = None
    buffer_after: timedelta | None = None
    is_offered: bool | None = None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class SaveService:
    """Offer a kind of session: a name and what new sessions of it begin with.

    - Sessions that are published keep the length, price, seats and buffers that they were published with.
    - A service that is withdrawn gets no new sessions; those that are there can still be booked.
    - No two offered services of a consultant have the same name, whatever its case.
    - A price of 0 makes it a free introduction.
    """

    open_uow: OpenUnitOfWork
    new_id: NewId

    @retried
    async def __call__(self, caller: Caller, command: SaveServiceCommand) -> Service:
        """The service. Raises `Invalid`, `NotFound`, `ServiceNameTaken` or `StaleVersion`."""
        async with self.open_uow() as uow:
            await lock_consultant(uow, caller.account_id)
            if command.service_id is None:
                added = await _added_before(uow, caller, command)
                if added is not None:
                    return added
                service = _new(command, command.new_service_id or self.new_id(), caller.account_id)
                await uow.services.add(service)
            else:
                known = await uow.services.lock_own(caller.account_id, command.service_id)
                if command.expected_version not in (None, known.version):
                    raise StaleVersion
                changed = _changed(known, command)
                await uow.services.save(changed)
                service = replace(changed, version=changed.version + 1)
            await uow.commit()
        return service


async def _added_before(uow: UnitOfWork, caller: Caller, command: SaveServiceCommand) -> Service | None:
    if command.new_service_id is None:
        return None
    try:
        return await uow.services.lock_own(caller.account_id, command.new_service_id)
    except NotFound:
        return None


def _new(command: SaveServiceCommand, service_id: UUID, consultant_id: UUID) -> Service:
    name, length, price = command.name, command.length, command.price
    if name is None or length is None or price is None:
        check = FieldCheck()
        check.require(name is not None, "name", "Name the service.")
        check.require(length is not None, "length_minutes", "Enter how long a session lasts.")
        check.require(price is not None, "price", "Enter a price.")
        raise check.refusal()
    return _with_buffers(
        _given(command.buffer_before, NO_BUFFERS.before),
        _given(command.buffer_after, NO_BUFFERS.after),
        lambda buffers: Service(
            id=service_id,
            consultant_id=consultant_id,
            name=name.strip(),
            description=_given(command.description, "").strip(),
            length=length,
            price=price,
            capacity=_given(command.capacity, 1),
            buffers=buffers,
            is_offered=_given(command.is_offered, True),
        ),
    )


def _changed(service: Service, command: SaveServiceCommand) -> Service:
    return _with_buffers(
        _given(command.buffer_before, service.buffers.before),
        _given(command.buffer_after, service.buffers.after),
        lambda buffers: replace(
            service,
            name=_given(command.name, service.name).strip(),
            description=_given(command.description, service.description).strip(),
            length=_given(command.length, service.length),
            price=_given(command.price, service.price),
            capacity=_given(command.capacity, service.capacity),
            buffers=buffers,
            is_offered=_given(command.is_offered, service.is_offered),
        ),
    )


def _with_buffers(before: timedelta, after: timedelta, make: Callable[[Buffers], Service]) -> Service:
    """The service that is made with these buffers. Raises `Invalid` with the faults of both."""
    check = FieldCheck()
    buffers = check.attempt(lambda: Buffers(before=before, after=after))
    service = check.attempt(lambda: make(buffers or NO_BUFFERS))
    if buffers is None or service is None:
        raise check.refusal()
    return service


def _given(value: Value | None, otherwise: Value) -> Value:
    return otherwise if value is None else value
