"""What the API answers beside the application's own views."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from application.accounts.views import ApiTokenView, SessionView
from application.availability.pattern_views import PatternView
from application.availability.services_views import OfferedServiceView, ServiceView
from application.availability.views import AvailabilityView
from application.bookings.views import BookingView, ConsultantBookingView
from application.consultants.views import ConsultantCard, ReviewView, SlotView
from application.earnings.views import BalanceView, EarningView, MonthView, PayoutView
from application.money_view import MoneyView
from application.payments.receipts import ReceiptView
from application.payments.views import PaymentView, ReceivedPaymentView
from application.waiting_list.views import WaitingEntryView
from application.webhooks.views import DeliveryView, WebhookView


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


class NewCalendarFeed(Struct, frozen=True, kw_only=True):
    """A new calendar feed; the only time that `url`, which is secret, is shown."""

    url: str
    created_at: datetime


class CalendarFeedState(Struct, frozen=True, kw_only=True):
    """Whether there is a calendar feed, and since when. Its address was shown when it was made."""

    is_open: bool
    created_at: datetime | None


class SessionLinkSet(Struct, frozen=True):
    """How many bookings of a session have its meeting link now."""

    bookings: int


class NewRecoveryCodes(Struct, frozen=True):
    """New recovery codes; the only time that they are shown."""

    codes: list[str]


class EndedSessions(Struct, frozen=True):
    """How many browsers were logged out."""

    ended: int


class NotificationAnswer(Struct, frozen=True, kw_only=True):
    """What one was told. `kind` is what happened, such as `booking.confirmed` or `refund.processed`; kinds may be
    added. `text` says it in English, with instants in the zone that one prefers, UTC without a preference.
    `subject` is `booking`, `slot`, `payout` or `item`, of which `subject_id` is the id.
    """

    id: UUID
    kind: str
    text: str
    subject: str | None
    subject_id: UUID | None
    created_at: datetime
    read_at: datetime | None


class NotificationList(Struct, frozen=True):
    """A page of what one was told."""

    items: list[NotificationAnswer]
    next_cursor: str | None


class MarkedNotifications(Struct, frozen=True):
    """How many notifications were unread until now."""

    marked: int


class WebhookList(Struct, frozen=True):
    """One's webhooks."""

    items: list[WebhookView]
    next_cursor: str | None = None


class NewWebhook(Struct, frozen=True, kw_only=True):
    """A webhook with a new secret; the only time that `secret` is shown."""

    secret: str
    webhook: WebhookView


class NewDelivery(Struct, frozen=True):
    """A message on its way; its `id` is what the receiver finds in the header `webhook-id`."""

    id: UUID


class DeliveryList(Struct, frozen=True):
    """A page of what was sent to a webhook."""

    items: list[DeliveryView]
    next_cursor: str | None


class SessionList(Struct, frozen=True):
    """The browsers that one is logged in with."""

    items: list[SessionView]
    next_cursor: str | None = None


class PreferencesState(Struct, frozen=True, kw_only=True):
    """How pages speak and look to one; null where each device remembers it."""

    time_zone: str | None
    has_long_day: bool | None
    theme: str | None
    language: str | None


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


class WaitingEntryList(Struct, frozen=True):
    """A page of one's own places in waiting lists."""

    items: list[WaitingEntryView]
    next_cursor: str | None


class PaymentList(Struct, frozen=True):
    """A page of one's own attempts to pay."""

    items: list[PaymentView]
    next_cursor: str | None


class ReceiptList(Struct, frozen=True):
    """A page of one's own receipts."""

    items: list[ReceiptView]
    next_cursor: str | None


class RefundBank(Struct, frozen=True):
    """A bank, or a mobile-money network, that a refund can be sent to."""

    id: str
    name: str


class RefundBankList(Struct, frozen=True):
    """Where refunds in one currency can be sent, by name."""

    items: list[RefundBank]
    next_cursor: str | None = None


class AvailabilityList(Struct, frozen=True):
    """A page of one's own sessions on offer."""

    items: list[AvailabilityView]
    next_cursor: str | None


class PatternList(Struct, frozen=True):
    """A page of one's own weekly patterns."""

    items: list[PatternView]
    next_cursor: str | None


class SkippedSession(Struct, frozen=True, kw_only=True):
    """A session that a pattern asks for and that is not published. `local_time` is its start as the clocks of the
    pattern's zone would show it.
    """

    starts_at: datetime
    ends_at: datetime
    local_time: str
    reason: str


class PublishedSessions(Struct, frozen=True, kw_only=True):
    """What was published of a pattern, or would be; `pattern_id` is null in a preview of a new one."""

    pattern_id: UUID | None
    created: list[AvailabilityView]
    skipped: list[SkippedSession]
    published_until: date


class ChangedSessions(Struct, frozen=True, kw_only=True):
    """What became of the coming sessions of a pattern, or would become; `kept` as they are now."""

    pattern_id: UUID
    created: list[AvailabilityView]
    kept: list[AvailabilityView]
    withdrawn: list[AvailabilityView]
    skipped: list[SkippedSession]
    published_until: date


class CopiedSessions(Struct, frozen=True):
    """What was published as copies, or would be, and what was skipped."""

    created: list[AvailabilityView]
    skipped: list[SkippedSession]


class ChangedSession(Struct, frozen=True, kw_only=True):
    """What happened to a session, or would: closed, reopened, withdrawn, or kept for a reason. `session` is as it
    is afterwards.
    """

    outcome: str
    reason: str | None
    session: AvailabilityView


class PatternDateView(Struct, frozen=True):
    """A date on which a weekly pattern stops or begins to apply."""

    pattern_id: UUID
    date: date


class ChangedSessionList(Struct, frozen=True):
    """What happened to the sessions of some days, by time, and to the dates of weekly patterns; or what would."""

    sessions: list[ChangedSession]
    pattern_dates: list[PatternDateView]


class ServiceList(Struct, frozen=True):
    """A page of one's own services."""

    items: list[ServiceView]
    next_cursor: str | None


class OfferedServiceList(Struct, frozen=True):
    """A page of the services that a consultant offers."""

    items: list[OfferedServiceView]
    next_cursor: str | None


class CancelledSession(Struct, frozen=True):
    """How many bookings were cancelled with their session."""

    cancelled_bookings: int


class ConsultantBookingList(Struct, frozen=True):
    """A page of bookings of one's own sessions."""

    items: list[ConsultantBookingView]
    next_cursor: str | None


class ReceivedPaymentList(Struct, frozen=True):
    """A page of payments received for one's own sessions."""

    items: list[ReceivedPaymentView]
    next_cursor: str | None


class EarningsOverview(Struct, frozen=True, kw_only=True):
    """What one earned: `balances` by currency, `months` newest first, and a page of bookings in `items`."""

    balances: list[BalanceView]
    months: list[MonthView]
    items: list[EarningView]
    next_cursor: str | None


class PayoutList(Struct, frozen=True):
    """A page of one's own payouts."""

    items: list[PayoutView]
    next_cursor: str | None


class PayoutSchedule(Struct, frozen=True):
    """Whether payouts are made every week."""

    weekly: bool


class Health(Struct, frozen=True):
    """`ok`, and nothing else about the inside."""

    status: str
