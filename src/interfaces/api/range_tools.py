"""Many days of one's calendar at once, and the end of a whole session."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Controller, Request, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.response.base import ASGIResponse

from application.accounts.callers import Caller
from application.availability.cancel_slot import CancelSlot
from application.availability.close_days import CloseDays
from application.availability.copy_week import CopyWeek, CopyWeekCommand
from application.availability.delete_free_slots import DeleteFreeSlots
from application.availability.own_days import ChangedDays
from application.availability.pattern_views import session_view
from application.availability.reopen_days import ReopenDays
from domain.day_ranges import DayRange
from interfaces.api.answers import (
    CancelledSession,
    ChangedSession,
    ChangedSessionList,
    CopiedSessions,
    PatternDateView,
    SkippedSession,
)
from interfaces.api.json_answers import answer
from interfaces.api.operations import operation
from interfaces.api.policies import CONSULTANTS, Body
from interfaces.api.requests import CancelSlotRequest, CopyWeekRequest, DaysRequest

WITHOUT_A_WORD = CancelSlotRequest()


class RangeToolController(Controller):
    """For consultants."""

    path = "/consultant/availabilities"
    tags = ("Consultant",)

    @post(
        "/copy-week",
        **operation(
            "copyWeek",
            "Copy a week into other weeks",
            policy=CONSULTANTS,
            explained_by=CopyWeek,
            method="POST",
            reads=Body.JSON,
            gives=CopiedSessions,
            refuses=(404, 409),
        ),
    )
    async def copy_week(
        self,
        request: Request[Caller, Any, Any],
        data: JSONBody[CopyWeekRequest],
        copy_week: NamedDependency[CopyWeek],
    ) -> ASGIResponse:
        """What was created and skipped."""
        copied = await copy_week(
            request.user,
            CopyWeekCommand(source=data.source_week, targets=tuple(data.target_weeks), dry_run=data.dry_run),
        )
        skipped = [
            SkippedSession(
                starts_at=copy.terms.span.starts_at,
                ends_at=copy.terms.span.ends_at,
                local_time=f"{copy.wall:%Y-%m-%dT%H:%M}",
                reason=str(copy.obstacle),
            )
            for copy in copied.skipped
        ]
        return answer(CopiedSessions([session_view(slot) for slot in copied.created], skipped))

    @post(
        "/close",
        **operation(
            "closeDays",
            "Close days of one's calendar",
            policy=CONSULTANTS,
            explained_by=CloseDays,
            method="POST",
            reads=Body.JSON,
            gives=ChangedSessionList,
            refuses=(404,),
        ),
    )
    async def close(
        self,
        request: Request[Caller, Any, Any],
        data: JSONBody[DaysRequest],
        close_days: NamedDependency[CloseDays],
    ) -> ASGIResponse:
        """What was closed and kept."""
        return _answer(await close_days(request.user, _days(data), dry_run=data.dry_run))

    @post(
        "/reopen",
        **operation(
            "reopenDays",
            "Open closed days of one's calendar again",
            policy=CONSULTANTS,
            explained_by=ReopenDays,
            method="POST",
            reads=Body.JSON,
            gives=ChangedSessionList,
            refuses=(404,),
        ),
    )
    async def reopen(
        self,
        request: Request[Caller, Any, Any],
        data: JSONBody[DaysRequest],
        reopen_days: NamedDependency[ReopenDays],
    ) -> ASGIResponse:
        """What was reopened and kept."""
        return _answer(await reopen_days(request.user, _days(data), dry_run=data.dry_run))

    @post(
        "/delete-free",
        **operation(
            "deleteFreeAvailabilities",
            "Take the free sessions of some days off the calendar",
            policy=CONSULTANTS,
            explained_by=DeleteFreeSlots,
            method="POST",
            reads=Body.JSON,
            gives=ChangedSessionList,
            refuses=(404,),
        ),
    )
    async def delete_free(
        self,
        request: Request[Caller, Any, Any],
        data: JSONBody[DaysRequest],
        delete_free_slots: NamedDependency[DeleteFreeSlots],
    ) -> ASGIResponse:
        """What was withdrawn and kept."""
        return _answer(await delete_free_slots(request.user, _days(data), dry_run=data.dry_run))

    @post(
        "/{slot_id:uuid}/cancel",
        **operation(
            "cancelAvailability",
            "Call a whole session off",
            policy=CONSULTANTS,
            explained_by=CancelSlot,
            method="POST",
            reads=Body.JSON,
            body_is_optional=True,
            gives=CancelledSession,
            refuses=(404, 409),
        ),
    )
    async def cancel(
        self,
        request: Request[Caller, Any, Any],
        slot_id: FromPath[UUID],
        cancel_slot: NamedDependency[CancelSlot],
        data: JSONBody[CancelSlotRequest] = WITHOUT_A_WORD,
    ) -> ASGIResponse:
        """How many bookings were cancelled."""
        return answer(CancelledSession(await cancel_slot(request.user, slot_id, reason=data.reason)))


def _days(data: DaysRequest) -> DayRange:
    return DayRange(data.first_date, data.last_date)


def _answer(changed: ChangedDays) -> ASGIResponse:
    return answer(
        ChangedSessionList(
            [
                ChangedSession(outcome=change.outcome, reason=change.reason, session=session_view(change.slot))
                for change in changed.sessions
            ],
            [PatternDateView(one.pattern_id, one.date) for one in changed.pattern_dates],
        )
    )
