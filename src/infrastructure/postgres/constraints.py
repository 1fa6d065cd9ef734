"""Which refusal a violated constraint means. The names are those of the migrations."""

from __future__ import annotations

from domain.absences import AbsenceAlreadyReported, CannotReportAbsence
from domain.accounts import EmailTaken, InvalidCredentials, UsernameTaken
from domain.availability import SlotHasSeatsTaken, SlotNotOpen, SlotOverlap
from domain.bookings import AlreadyBooked, BookingOverlap, OwnSlot, SessionNotOver, SlotFull
from domain.consultants import ProfileIncomplete, SlugTaken
from domain.payouts import PayoutSumChanged, PayoutUnderWay
from domain.refusals import Refusal
from domain.reviews import AlreadyReplied, AlreadyReviewed, BookingNotCompleted
from domain.services import ServiceNameTaken
from domain.waiting_list import AlreadyWaiting
from domain.webhooks import WebhookExists

REFUSALS: dict[str, type[Refusal]] = {
    "uq_accounts_username": UsernameTaken,
    "uq_accounts_email": EmailTaken,
    "uq_consultant_profiles_slug": SlugTaken,
    "ck_consultant_profiles_published": ProfileIncomplete,
    # From the side of the slot, `SqlSlots.save` says what it means there: the capacity is too small.
    "ck_slots_seats_taken": SlotFull,
    "ex_slots_consultant_overlap": SlotOverlap,
    "tg_slots_taken_stays": SlotHasSeatsTaken,
    "tg_bookings_slot_open": SlotNotOpen,
    "tg_bookings_client_is_there": InvalidCredentials,
    "tg_bookings_not_over": SessionNotOver,
    "tg_bookings_reviewed": CannotReportAbsence,
    "absence_reports_pkey": AbsenceAlreadyReported,
    "uq_waiting_entries_slot_client": AlreadyWaiting,
    "uq_services_name": ServiceNameTaken,
    "ck_slots_cancelled_is_empty": SlotHasSeatsTaken,
    "uq_bookings_slot_client": AlreadyBooked,
    # An id that the caller brought along, of what they made with it before.
    "bookings_pkey": AlreadyBooked,
    "waiting_entries_pkey": AlreadyWaiting,
    "ex_bookings_client_overlap": BookingOverlap,
    "ck_bookings_own_slot": OwnSlot,
    "uq_payouts_open": PayoutUnderWay,
    "uq_webhook_endpoints_url": WebhookExists,
    "tg_ledger_entries_paid_out": PayoutSumChanged,
    "uq_reviews_booking": AlreadyReviewed,
    "tg_reviews_replied_once": AlreadyReplied,
    "tg_reviews_completed": BookingNotCompleted,
}


def refusal_for(constraint: str | None) -> Refusal | None:
    """The refusal that a violation means, or nothing when no caller can have caused it lawfully."""
    refusal = REFUSALS.get(constraint or "")
    return refusal() if refusal else None
