"""Notifications: what an account is told inside the product, for there is no other way to tell it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

READ_ARE_KEPT_FOR = timedelta(days=90)
ALL_ARE_KEPT_FOR = timedelta(days=365)
DAY_BEFORE = timedelta(hours=24)
HOUR_BEFORE = timedelta(hours=1)
"""When somebody is reminded of a session, and a consultant of a missing link."""
BROWSERS_ARE_KNOWN_FOR = timedelta(days=365)
"""Since an account was last opened with it."""


class Kind(StrEnum):
    """What happened. Nobody is told what they did themselves, but for what opens an account."""

    BOOKING_CONFIRMED = "booking.confirmed"
    BOOKING_CONFIRMED_LATE = "booking.confirmed_late"
    BOOKING_EXPIRED = "booking.expired"
    BOOKING_CANCELLED = "booking.cancelled"
    BOOKING_MISSED = "booking.missed"
    LINK_SET = "link.set"
    LINK_CHANGED = "link.changed"
    REMINDER_DAY = "reminder.day"
    REMINDER_HOUR = "reminder.hour"
    PAYMENT_FAILED = "payment.failed"
    PAYMENT_LATE = "payment.late"
    PAYMENT_TWICE = "payment.twice"
    REFUND_BEGUN = "refund.begun"
    REFUND_PROCESSED = "refund.processed"
    REFUND_DELAYED = "refund.delayed"
    REFUND_NEEDS_ACCOUNT = "refund.needs_account"
    WAITING_OFFERED = "waiting.offered"
    WAITING_LAPSED = "waiting.lapsed"
    WAITING_CLOSED = "waiting.closed"
    REVIEW_POSSIBLE = "review.possible"
    REVIEW_ANSWERED = "review.answered"
    ABSENCE_CONTESTED = "absence.contested"
    ABSENCE_UPHELD = "absence.upheld"
    ABSENCE_DISMISSED = "absence.dismissed"

    BOOKING_NEW = "booking.new"
    BOOKING_MOVED = "booking.moved"
    BOOKING_CALLED_OFF = "booking.called_off"
    LINK_MISSING = "link.missing"
    REVIEW_NEW = "review.new"
    ABSENCE_REPORTED = "absence.reported"
    ABSENCE_DECIDED_AGAINST = "absence.decided_against"
    ABSENCE_DECIDED_FOR = "absence.decided_for"
    EARNING_REFUNDED = "earning.refunded"
    PAYOUT_PAID = "payout.paid"
    PAYOUT_FAILED = "payout.failed"
    PAYOUT_REVERSED = "payout.reversed"
    PAYOUT_ACCOUNT_CHANGED = "payout_account.changed"
    DISPUTE_OPENED = "dispute.opened"
    DISPUTE_WON = "dispute.won"
    DISPUTE_LOST = "dispute.lost"

    PASSWORD_CHANGED = "password.changed"  # noqa: S105 - the name of what happened
    PASSWORD_RESET = "password.reset"  # noqa: S105 - the name of what happened
    RECOVERY_CODE_USED = "recovery.code_used"
    RECOVERY_CODES_MADE = "recovery.codes_made"
    QUESTION_CHANGED = "recovery.question_changed"
    QUESTION_ON = "recovery.question_on"
    QUESTION_OFF = "recovery.question_off"
    TOKEN_CREATED = "token.created"  # noqa: S105 - the name of what happened
    NEW_BROWSER = "login.new_browser"
    WEBHOOK_DISABLED = "webhook.disabled"
    ACCOUNT_REINSTATED = "account.reinstated"

    NEW_ITEM = "item.new"


class Subject(StrEnum):
    """What the subject of a notification is the id of."""

    BOOKING = "booking"
    SLOT = "slot"
    PAYOUT = "payout"
    ITEM = "item"


class Fact(StrEnum):
    """What a notification holds beside its subject; never a secret, and nothing personal of anybody else.

    Instants are those that counted when it was raised: a session may have moved since.
    """

    STARTS_AT = "starts_at"
    MOVED_FROM = "moved_from"
    UNTIL = "until"
    AMOUNT = "amount"
    ACTOR = "actor"
    RATING = "rating"
    BANK = "bank"
    LAST_FOUR = "last_four"
    BY_CODE = "by_code"
    USER_AGENT = "user_agent"
    NETWORK = "network"
    ITEM = "item"
    ABOUT = "about"


@dataclass(frozen=True, slots=True)
class Content:
    """What notifications of one kind are about, and the facts that come with them; `maybe` where there are any."""

    subject: Subject | None = None
    facts: frozenset[Fact] = frozenset()
    maybe: frozenset[Fact] = frozenset()


def _of(subject: Subject | None, *facts: Fact, maybe: Fact | None = None) -> Content:
    return Content(subject, frozenset(facts), frozenset([maybe] if maybe else []))


_SESSION = _of(Subject.BOOKING, Fact.STARTS_AT)
_SUM = _of(Subject.BOOKING, Fact.STARTS_AT, Fact.AMOUNT)
_PAYOUT = _of(Subject.PAYOUT, Fact.AMOUNT)

CONTENTS: dict[Kind, Content] = {
    Kind.BOOKING_CONFIRMED: _SESSION,
    Kind.BOOKING_CONFIRMED_LATE: _SESSION,
    Kind.BOOKING_EXPIRED: _SESSION,
    Kind.BOOKING_CANCELLED: _of(Subject.BOOKING, Fact.STARTS_AT, Fact.ACTOR, maybe=Fact.AMOUNT),
    Kind.BOOKING_MISSED: _SESSION,
    Kind.LINK_SET: _SESSION,
    Kind.LINK_CHANGED: _SESSION,
    Kind.REMINDER_DAY: _SESSION,
    Kind.REMINDER_HOUR: _SESSION,
    Kind.PAYMENT_FAILED: _SUM,
    Kind.PAYMENT_LATE: _SUM,
    Kind.PAYMENT_TWICE: _SUM,
    Kind.REFUND_BEGUN: _SUM,
    Kind.REFUND_PROCESSED: _SUM,
    Kind.REFUND_DELAYED: _SUM,
    Kind.REFUND_NEEDS_ACCOUNT: _SUM,
    Kind.WAITING_OFFERED: _of(Subject.SLOT, Fact.STARTS_AT, Fact.UNTIL),
    Kind.WAITING_LAPSED: _of(Subject.SLOT, Fact.STARTS_AT),
    Kind.WAITING_CLOSED: _of(Subject.SLOT, Fact.STARTS_AT),
    Kind.REVIEW_POSSIBLE: _SESSION,
    Kind.REVIEW_ANSWERED: _of(Subject.BOOKING),
    Kind.ABSENCE_CONTESTED: _SESSION,
    Kind.ABSENCE_UPHELD: _of(Subject.BOOKING, Fact.STARTS_AT, maybe=Fact.AMOUNT),
    Kind.ABSENCE_DISMISSED: _SESSION,
    Kind.BOOKING_NEW: _SESSION,
    Kind.BOOKING_MOVED: _of(Subject.BOOKING, Fact.STARTS_AT, Fact.MOVED_FROM),
    Kind.BOOKING_CALLED_OFF: _of(Subject.BOOKING, Fact.STARTS_AT, Fact.ACTOR),
    Kind.LINK_MISSING: _of(Subject.SLOT, Fact.STARTS_AT),
    Kind.REVIEW_NEW: _of(Subject.BOOKING, Fact.RATING),
    Kind.ABSENCE_REPORTED: _of(Subject.BOOKING, Fact.STARTS_AT, Fact.UNTIL),
    Kind.ABSENCE_DECIDED_AGAINST: _SESSION,
    Kind.ABSENCE_DECIDED_FOR: _SESSION,
    Kind.EARNING_REFUNDED: _SUM,
    Kind.PAYOUT_PAID: _PAYOUT,
    Kind.PAYOUT_FAILED: _PAYOUT,
    Kind.PAYOUT_REVERSED: _PAYOUT,
    Kind.PAYOUT_ACCOUNT_CHANGED: _of(None, Fact.BANK, Fact.LAST_FOUR, Fact.UNTIL),
    Kind.DISPUTE_OPENED: _SUM,
    Kind.DISPUTE_WON: _SUM,
    Kind.DISPUTE_LOST: _SUM,
    Kind.PASSWORD_CHANGED: _of(None),
    Kind.PASSWORD_RESET: _of(None, Fact.BY_CODE),
    Kind.RECOVERY_CODE_USED: _of(None),
    Kind.RECOVERY_CODES_MADE: _of(None),
    Kind.QUESTION_CHANGED: _of(None),
    Kind.QUESTION_ON: _of(None),
    Kind.QUESTION_OFF: _of(None),
    Kind.TOKEN_CREATED: _of(None),
    Kind.NEW_BROWSER: _of(None, Fact.USER_AGENT, Fact.NETWORK),
    Kind.WEBHOOK_DISABLED: _of(None),
    Kind.ACCOUNT_REINSTATED: _of(None),
    Kind.NEW_ITEM: _of(Subject.ITEM, Fact.ITEM, Fact.ABOUT),
}
