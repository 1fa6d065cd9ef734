"""Plans: how the sessions that a weekly pattern asks for get into a consultant's calendar."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Set
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.availability import FURTHEST_AHEAD, Slot, SlotTerms
from domain.occupied_times import OccupiedTimes
from domain.time_span import TimeSpan
from domain.weekly_patterns import Occurrence, PatternTerms, SkipReason


@dataclass(frozen=True, slots=True)
class Skipped:
    """A session that is not published, and why."""

    occurrence: Occurrence
    reason: SkipReason


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do to a calendar, each list by time.

    `kept` are the coming sessions of the pattern that stay, as they will be; `changed` are those among them that
    get other terms.
    """

    created: list[SlotTerms] = field(default_factory=list)
    kept: list[Slot] = field(default_factory=list)
    changed: list[Slot] = field(default_factory=list)
    withdrawn: list[Slot] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def plan_sessions(
    terms: PatternTerms,
    wanted: Iterable[Occurrence],
    slots: Collection[Slot],
    now: datetime,
    *,
    replacing: UUID | None = None,
    left_out: Set[TimeSpan] = frozenset(),
) -> Plan:
    """How the wanted sessions get into a consultant's calendar, whose slots are `slots`.

    With `replacing`, they take the place of that pattern's coming sessions in which nobody has a seat and for
    which nobody waits: those of the same time are kept and get the terms, the others are withdrawn.
    """
    free = {slot.span: slot for slot in slots if _is_replaceable(slot, replacing, now)}
    staying = {slot.span: slot for slot in slots if slot.span not in free}
    calendar = OccupiedTimes(slot.terms.occupied for slot in staying.values())
    plan = Plan(kept=[slot for slot in staying.values() if _is_coming_of(slot, replacing, now)])
    for occurrence in wanted:
        session = terms.session(occurrence.span)
        if _is_coming_of(staying.get(session.span), replacing, now):
            continue
        reason = occurrence.obstacle or _reason(session, now, staying, calendar)
        if reason is None and session.span in left_out:
            reason = SkipReason.LEFT_OUT
        if reason is not None:
            plan.skipped.append(Skipped(occurrence, reason))
            continue
        calendar.take(session.occupied)
        slot = free.pop(session.span, None)
        if slot is None:
            plan.created.append(session)
        else:
            _keep(plan, slot, session, now)
    plan.withdrawn.extend(slot.withdraw() for slot in free.values())
    for listed in (plan.kept, plan.withdrawn):
        listed.sort(key=lambda slot: slot.span.starts_at)
    return plan


def _is_coming_of(slot: Slot | None, pattern_id: UUID | None, now: datetime) -> bool:
    return (
        slot is not None
        and pattern_id is not None
        and slot.pattern_id == pattern_id
        and not slot.span.has_begun(now)
    )


def _is_replaceable(slot: Slot, pattern_id: UUID | None, now: datetime) -> bool:
    return _is_coming_of(slot, pattern_id, now) and not (slot.seats_taken or slot.people_waiting)


def _reason(
    session: SlotTerms, now: datetime, staying: Collection[TimeSpan], calendar: OccupiedTimes
) -> SkipReason | None:
    if session.span.has_begun(now):
        return SkipReason.IN_PAST
    if session.span.starts_at > now + FURTHEST_AHEAD:
        return SkipReason.TOO_FAR_AHEAD
    if session.span in staying:
        return SkipReason.ALREADY_PUBLISHED
    return None if calendar.is_free(session.occupied) else SkipReason.OVERLAP


def _keep(plan: Plan, slot: Slot, session: SlotTerms, now: datetime) -> None:
    changed = slot.change(session, slot.status, now)
    if changed != slot:
        plan.changed.append(changed)
    plan.kept.append(changed)
