"""One page for each record, with everything that happened to it. Opening one is written down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.operations.cancel_coming import ComingQueries
from application.operations.note_reading import NoteReading
from application.operations.record_views import RecordQueries
from application.operations.search_views import RecordKind
from application.operations.views import AuditEntryView, AuditFilter, OperationQueries
from application.paging import PageRequest
from domain.refusals import NotFound
from interfaces.web.pages import Page
from interfaces.web.rooms.operators_only import OperatorsOnly, note_opened
from interfaces.web.visitors import visitor_of

LINES = PageRequest(limit=30)
Record = TypeVar("Record")


class OperatorRecordsController(Controller):
    """Only for operators."""

    path = "/operator"
    guards = (OperatorsOnly(),)

    @get("/accounts/{account_id:uuid}")
    async def account(
        self,
        request: Request[Any, Any, Any],
        account_id: FromPath[UUID],
        record_queries: NamedDependency[SkipValidation[RecordQueries]],
        operation_queries: NamedDependency[SkipValidation[OperationQueries]],
        coming_queries: NamedDependency[SkipValidation[ComingQueries]],
        note_reading: NamedDependency[NoteReading],
    ) -> Page:
        """An account: who it is, what they booked and wrote, and what was done with it."""
        account = _there(await record_queries.account(account_id))
        reading = _Reading(request, operation_queries, note_reading)
        return await reading.page(
            RecordKind.ACCOUNT,
            account_id,
            account=account,
            coming=await coming_queries.coming_sessions(account_id),
            audit=await reading.audit(AuditFilter(of_account=account_id, without_reading=True)),
        )

    @get("/consultants/{account_id:uuid}")
    async def consultant(
        self,
        request: Request[Any, Any, Any],
        account_id: FromPath[UUID],
        record_queries: NamedDependency[SkipValidation[RecordQueries]],
        operation_queries: NamedDependency[SkipValidation[OperationQueries]],
        coming_queries: NamedDependency[SkipValidation[ComingQueries]],
        note_reading: NamedDependency[NoteReading],
    ) -> Page:
        """A consultant: profile, sessions ahead, earnings, payouts."""
        consultant = _there(await record_queries.consultant(account_id))
        reading = _Reading(request, operation_queries, note_reading)
        return await reading.page(
            RecordKind.CONSULTANT,
            account_id,
            consultant=consultant,
            coming=await coming_queries.coming_sessions(account_id),
            audit=await reading.audit(AuditFilter(of_account=account_id, without_reading=True)),
        )

    @get("/bookings/{booking_id:uuid}")
    async def booking(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        record_queries: NamedDependency[SkipValidation[RecordQueries]],
        operation_queries: NamedDependency[SkipValidation[OperationQueries]],
        note_reading: NamedDependency[NoteReading],
    ) -> Page:
        """A booking and all of its money."""
        booking = _there(await record_queries.booking(booking_id))
        reading = _Reading(request, operation_queries, note_reading)
        references = (payment.reference for payment in booking.payments)
        audit = await reading.audit(AuditFilter(about_any=(str(booking_id), *references), without_reading=True))
        return await reading.page(RecordKind.BOOKING, booking_id, booking=booking, audit=audit)

    @get("/slots/{slot_id:uuid}")
    async def slot(
        self,
        request: Request[Any, Any, Any],
        slot_id: FromPath[UUID],
        record_queries: NamedDependency[SkipValidation[RecordQueries]],
        operation_queries: NamedDependency[SkipValidation[OperationQueries]],
        note_reading: NamedDependency[NoteReading],
    ) -> Page:
        """A session: who has a seat in it, and who waits for one."""
        slot = _there(await record_queries.slot(slot_id))
        reading = _Reading(request, operation_queries, note_reading)
        return await reading.page(RecordKind.SLOT, slot_id, slot=slot)

    @get("/reviews/{review_id:uuid}")
    async def review(
        self,
        request: Request[Any, Any, Any],
        review_id: FromPath[UUID],
        record_queries: NamedDependency[SkipValidation[RecordQueries]],
        operation_queries: NamedDependency[SkipValidation[OperationQueries]],
        note_reading: NamedDependency[NoteReading],
    ) -> Page:
        """A review, and who can read it."""
        review = _there(await record_queries.review(review_id))
        reading = _Reading(request, operation_queries, note_reading)
        audit = await reading.audit(AuditFilter(about=str(review_id), without_reading=True))
        return await reading.page(RecordKind.REVIEW, review_id, review=review, audit=audit)

    @get("/payouts/{payout_id:uuid}")
    async def payout(
        self,
        request: Request[Any, Any, Any],
        payout_id: FromPath[UUID],
        record_queries: NamedDependency[SkipValidation[RecordQueries]],
        operation_queries: NamedDependency[SkipValidation[OperationQueries]],
        note_reading: NamedDependency[NoteReading],
    ) -> Page:
        """A payout."""
        record = _there(await record_queries.payout(payout_id))
        reading = _Reading(request, operation_queries, note_reading)
        audit = await reading.audit(AuditFilter(about=str(payout_id), without_reading=True))
        return await reading.page(RecordKind.PAYOUT, payout_id, record=record, audit=audit)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One operator opens one record."""

    request: Request[Any, Any, Any]
    operation_queries: OperationQueries
    note_reading: NoteReading

    async def audit(self, wanted: AuditFilter) -> list[AuditEntryView]:
        """The latest entries about it, without who merely looked at it."""
        found = await self.operation_queries.audit(wanted, LINES)
        return found.items

    async def page(self, kind: RecordKind, record_id: UUID, **values: Any) -> Page:
        """Its page, once the reading is noted."""
        await note_opened(self.request, self.note_reading, kind, str(record_id))
        choice = visitor_of(self.request).choose_zone(self.request)
        return Page(f"operator/{kind.value}.html", choice=choice, **values)


def _there(record: Record | None) -> Record:
    if record is None:
        raise NotFound
    return record
