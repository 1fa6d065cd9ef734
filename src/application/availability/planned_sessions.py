"""What publishing, changing and ending a weekly pattern have in common."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from uuid import UUID

from application.availability.pattern_ports import FindZone
from application.identity import NewId
from application.transactions import UnitOfWork
from domain.accounts import Role
from domain.availability import FURTHEST_AHEAD, Slot
from domain.refusals import Invalid, NotFound
from domain.sentences import Sentence
from domain.session_plans import Plan
from domain.time_span import TimeSpan
from domain.weekly_patterns import MOST_SESSIONS, Occurrence, WeeklyPattern

MARGIN = timedelta(days=3)
"""More than zones, hours past midnight and buffers can carry a session away from its date in UTC."""


async def lock_consultant(uow: UnitOfWork, account_id: UUID) -> None:
    """Everything that writes the availability of one consultant queues up here. Raises `NotFound`."""
    account = await uow.accounts.lock(account_id)
    if account.role is not Role.CONSULTANT:
        raise NotFound


def zone_of(find_zone: FindZone, name: str) -> tzinfo:
    """The zone. Raises `Invalid`."""
    zone = find_zone(name)
    if zone is None:
        raise Invalid.field("time_zone", "Choose a time zone such as Africa/Lagos.")
    return zone


def at_once(occurrences: Iterable[Occurrence]) -> list[Occurrence]:
    """All of them. Raises `Invalid` for more than can be dealt with at once."""
    wanted = list(islice(occurrences, MOST_SESSIONS + 1))
    if len(wanted) > MOST_SESSIONS:
        raise Invalid.field(
            "last_date",
            Sentence(
                "These are more than {most:,} sessions. Choose fewer days, or dates closer together.",
                most=MOST_SESSIONS,
            ),
        )
    return wanted


def around(first: date, last: date) -> TimeSpan:
    """A span that holds everything that can get in the way of sessions on these dates, in any zone."""
    return TimeSpan(_midnight(first) - MARGIN, _midnight(last) + MARGIN)


def coming(now: datetime) -> TimeSpan:
    """A span that holds everything that can get in the way of any session to come."""
    return TimeSpan(now - MARGIN, now + FURTHEST_AHEAD + MARGIN)


async def carry_out(
    uow: UnitOfWork, new_id: NewId, plan: Plan, pattern: WeeklyPattern, now: datetime
) -> list[Slot]:
    """Store everything that the plan says. The slots that it creates, by time."""
    if gone_or_changed := [*plan.withdrawn, *plan.changed]:
        await uow.slots.save(*gone_or_changed)
    created = [
        Slot.publish(
            slot_id=new_id(), consultant_id=pattern.consultant_id, terms=terms, now=now, pattern_id=pattern.id
        )
        for terms in plan.created
    ]
    if created:
        await uow.slots.add(*created)
    return created


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time.min, UTC)
