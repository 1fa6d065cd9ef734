"""A weekly pattern as its consultant asks for it, and what completes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from application.consultants.views import ConsultantQueries
from application.transactions import UnitOfWork
from domain.availability import NO_BUFFERS, Buffers
from domain.money import Money
from domain.refusals import Invalid, NotFound
from domain.services import Service, ServiceNotOffered
from domain.weekly_patterns import Hours, PatternException, PatternTerms

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedPattern:
    """What is nothing is as the service has it; without a service, as the profile does, or one seat."""

    weekdays: frozenset[int]
    hours: Hours
    session_length: timedelta | None = None
    break_length: timedelta = timedelta(0)
    first_date: date
    last_date: date | None = None
    time_zone: str | None = None
    capacity: int | None = None
    price: Money | None = None
    service_id: UUID | None = None
    buffer_before: timedelta | None = None
    buffer_after: timedelta | None = None
    exceptions: tuple[PatternException, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileDefaults:
    """What patterns take from their consultant's profile."""

    time_zone: str
    price: Money

    @classmethod
    async def of(cls, consultant_queries: ConsultantQueries, consultant_id: UUID) -> ProfileDefaults:
        """Unlocked: somebody who changes the profile meanwhile may come first or second. Raises `NotFound`."""
        profile = await consultant_queries.own_profile(consultant_id)
        if profile is None:
            raise NotFound
        price = Money(profile.default_price.amount, profile.default_price.currency)
        return cls(time_zone=profile.time_zone, price=price)


async def complete_terms(
    uow: UnitOfWork, consultant_id: UUID, wanted: WantedPattern, profile: ProfileDefaults
) -> PatternTerms:
    """The terms of the pattern; its service stays locked. Raises `Invalid` or `ServiceNotOffered`."""
    service = await lock_offered_service(uow, consultant_id, wanted.service_id)
    length = _first(wanted.session_length, service.length if service else None)
    if length is None:
        raise Invalid.field("session_minutes", "Enter how long a session lasts.")
    buffers = service.buffers if service else NO_BUFFERS
    return PatternTerms(
        weekdays=wanted.weekdays,
        hours=wanted.hours,
        session_length=length,
        break_length=wanted.break_length,
        first_date=wanted.first_date,
        last_date=wanted.last_date,
        time_zone=wanted.time_zone or profile.time_zone,
        capacity=_first(wanted.capacity, service.capacity if service else 1),
        price=wanted.price or (service.price if service else profile.price),
        service_id=wanted.service_id,
        buffers=Buffers(
            before=_first(wanted.buffer_before, buffers.before), after=_first(wanted.buffer_after, buffers.after)
        ),
        exceptions=wanted.exceptions,
    )


async def lock_offered_service(uow: UnitOfWork, consultant_id: UUID, service_id: UUID | None) -> Service | None:
    """The consultant's own service, locked. Raises `Invalid` or `ServiceNotOffered`."""
    if service_id is None:
        return None
    try:
        service = await uow.services.lock_own(consultant_id, service_id)
    except NotFound as missing:
        raise Invalid.field("service_id", "Choose one of your services.") from missing
    if not service.is_offered:
        raise ServiceNotOffered
    return service


def _first(value: Value | None, otherwise: Value) -> Value:
    return otherwise if value is None else value
