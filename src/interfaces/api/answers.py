"""What the API answers beside the application's own views."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from application.accounts.views import ApiTokenView
from application.availability.views import AvailabilityView
from application.bookings.views import BookingView, ConsultantBookingView
from application.consultants.views import ConsultantCard, ReviewView, SlotView
from application.money_view import MoneyView
from application.payments.views import PaymentView, ReceivedPaymentView


class SecurityQuestion(Struct, frozen=True):
    """A question on offer."""

    key: str
    text: str


class SecurityQuestionList(Struct, frozen=True):
    """The questions on offer."""

    items: list[SecurityQuestion]
    next_cursor: str | None = None


class NewToken(Struct, frozen=True, kw_only=True):
    """A new bearer token; the only time that `token` is shown."""

    token: str
    id: UUID
    name: str
    scopes: tuple[str, ...]
    expires_at: datetime


class StartedRecovery(Struct, frozen=True, kw_only=True):
    """The same for everybody, whether or not there is such an account."""

    recovery_id: UUID
    questions: list[SecurityQuestion]
    expires_at: datetime


class GrantedReset(Struct, frozen=True, kw_only=True):
    """A token for one new password, until then."""

    reset_token: str
    expires_at: datetime


class PaymentToMake(Struct, frozen=True, kw_only=True):
    """Where to pay, under which reference, and how much."""

    reference: str
    authorization_url: str
    access_code: str
    amount: MoneyView


class ApiTokenList(Struct, frozen=True):
    """A page of one's live tokens."""

    items: list[ApiTokenView]
    next_cursor: str | None


class ConsultantList(Struct, frozen=True):
    """A page of published consultants."""

    items: list[ConsultantCard]
    next_cursor: str | None


class SlotList(Struct, frozen=True):
    """A page of sessions on offer."""

    items: list[SlotView]
    next_cursor: str | None


class ReviewList(Struct, frozen=True):
    """A page of reviews."""

    items: list[ReviewView]
    next_cursor: str | None


class BookingList(Struct, frozen=True):
    """A page of one's own bookings."""

    items: list[BookingView]
    next_cursor: str | None


class PaymentList(Struct, frozen=True):
    """A page of one's own attempts to pay."""

    items: list[PaymentView]
    next_cursor: str | None


class AvailabilityList(Struct, frozen=True):
    """A page of one's own sessions on offer."""

    items: list[AvailabilityView]
    next_cursor: str | None


class ConsultantBookingList(Struct, frozen=True):
    """A page of bookings of one's own sessions."""

    items: list[ConsultantBookingView]
    next_cursor: str | None


class ReceivedPaymentList(Struct, frozen=True):
    """A page of payments received for one's own sessions."""

    items: list[ReceivedPaymentView]
    next_cursor: str | None


class Health(Struct, frozen=True):
    """`ok`, and nothing else about the inside."""

    status: str
