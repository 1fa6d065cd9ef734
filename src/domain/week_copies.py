"""Copies of a week: its sessions at the same wall times of other weeks."""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from uuid import UUID

from domain.availability import FURTHEST_AHEAD, Slot, SlotStatus, SlotTerms
from domain.day_ranges import DayRange
from domain.occupied_times import OccupiedTimes
from domain.refusals import Invalid
from domain.sentences import Sentence
from domain.time_span import TimeSpan
from domain.wall_clock import exists, instant_at
from domain.weekly_patterns import MOST_SESSIONS


class Obstacle(StrEnum):
    """Why a session has no copy in another week."""

    IS_CLOSED = "is_closed"
    """It is not on offer itself."""
    SERVICE_NOT_OFFERED = "service_not_offered"
    WALL_TIME_DOES_NOT_EXIST = "wall_time_does_not_exist"
    """The clocks are put forward over its start."""
    IN_PAST = "in_past"
    TOO_FAR_AHEAD = "too_far_ahead"
    OVERLAP = "overlap"
    """Another session is in the way, buffers included."""


@dataclass(frozen=True, slots=True)
class SessionCopy:
    """A session as it would be in another week: its wall time there and its terms. An obstacle keeps it away."""

    wall: datetime
    terms: SlotTerms
    obstacle: Obstacle | None


def copy_week(
    source: date,
    targets: Sequence[date],
    slots: Collection[Slot],
    *,
    zone: tzinfo,
    offered: Set[UUID],
    now: datetime,
) -> list[SessionCopy]:
    """The sessions of the week that begins on the Monday `source`, in each of the other weeks.

    They keep their wall time in the zone, their length, seats, price, service and buffers. `slots` are all of
    the consultant's slots that may be in the way, those of the source week among them; new sessions can be
    published of the services `offered`. Raises `Invalid` for more than can be dealt with at once.
    """
    week = DayRange.week_of(source).span(zone)
    sessions = sorted((slot for slot in slots if week.has(slot.span.starts_at)), key=_start)
    if len(sessions) * len(targets) > MOST_SESSIONS:
        raise Invalid.field(
            "target_weeks",
            Sentence("These are more than {most:,} sessions. Choose fewer weeks.", most=MOST_SESSIONS),
        )
    occupied = OccupiedTimes(slot.terms.occupied for slot in slots)
    copies = []
    for target in targets:
        for session in sessions:
            copy = _copy(session, target - source, zone, occupied, offered, now)
            if copy.obstacle is None:
                occupied.take(copy.terms.occupied)
            copies.append(copy)
    return copies


def _copy(
    session: Slot, later: timedelta, zone: tzinfo, occupied: OccupiedTimes, offered: Set[UUID], now: datetime
) -> SessionCopy:
    wall = _start(session).astimezone(zone).replace(tzinfo=None) + later
    starts_at = instant_at(wall, zone)
    terms = replace(session.terms, span=TimeSpan(starts_at, starts_at + session.span.length))
    if session.status is SlotStatus.CLOSED:
        obstacle: Obstacle | None = Obstacle.IS_CLOSED
    elif terms.service_id is not None and terms.service_id not in offered:
        obstacle = Obstacle.SERVICE_NOT_OFFERED
    elif not exists(wall, zone):
        obstacle = Obstacle.WALL_TIME_DOES_NOT_EXIST
    else:
        obstacle = _in_the_way(terms, occupied, now)
    return SessionCopy(wall, terms, obstacle)


def _in_the_way(terms: SlotTerms, occupied: OccupiedTimes, now: datetime) -> Obstacle | None:
    if terms.span.has_begun(now):
        return Obstacle.IN_PAST
    if terms.span.starts_at > now + FURTHEST_AHEAD:
        return Obstacle.TOO_FAR_AHEAD
    return None if occupied.is_free(terms.occupied) else Obstacle.OVERLAP


def _start(slot: Slot) -> datetime:
    return slot.span.starts_at
