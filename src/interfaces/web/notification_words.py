"""Notifications in words: what each says, where it leads, and how they stand under their days."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from application.accounts.callers import MOST_UNREAD
from application.notifications.views import NotificationView
from application.operations.item_kinds import kind_of
from domain.accounts import Role
from domain.notifications import CONTENTS, Kind, Subject
from domain.payouts import FROZEN_AFTER_RECOVERY
from interfaces.web import security_words, time_words
from interfaces.web.language import gettext, translated
from interfaces.web.money_words import exact_sum

ICONS = {
    "booking": "calendar-event",
    "reminder": "clock",
    "link": "camera-video",
    "payment": "cash-coin",
    "refund": "cash-coin",
    "earning": "cash-coin",
    "payout": "cash-coin",
    "payout_account": "shield-check",
    "dispute": "exclamation-triangle-fill",
    "waiting": "hourglass-split",
    "review": "star-fill",
    "absence": "people-fill",
    "item": "list",
}
"""By what kinds begin with; whatever else there is concerns the account."""


@dataclass(frozen=True, slots=True)
class Day:
    """What was told on a day of the reader's."""

    on: date
    heading: str
    notifications: list[NotificationView]


def by_day(notifications: Iterable[NotificationView], zone: ZoneInfo, now: datetime) -> list[Day]:
    """In the order in which they come."""
    today = now.astimezone(zone).date()
    groups = groupby(notifications, key=lambda told: told.created_at.astimezone(zone).date())
    return [Day(on, time_words.day_heading(on, today), list(group)) for on, group in groups]


def unread_in_words(count: int) -> str:
    """What stands at the bell."""
    return f"{MOST_UNREAD}+" if count > MOST_UNREAD else str(count)


def icon(told: NotificationView) -> str:
    """The drawing beside it."""
    return ICONS.get(_family(told.kind), "shield-check")


def text(told: NotificationView, zone: ZoneInfo) -> str:
    """For programs: every instant with its zone."""
    values = _values(told, lambda at: f"{time_words.instant(at, zone)} ({zone.key})")
    return _sentence(told).format(**values)


def markup(told: NotificationView, zone: ZoneInfo) -> Markup:
    """For a page that names its zone."""
    values = _values(told, lambda at: _time_element(at, zone))
    return escape(_sentence(told)).format(**values)


def address(told: NotificationView) -> str:
    """The page that it is about."""
    content = CONTENTS.get(Kind(told.kind)) if told.kind in set(Kind) else None
    if content is None or told.kind in _ACCOUNT_PAGES:
        return _ACCOUNT_PAGES.get(told.kind, "/account")
    if content.subject is Subject.ITEM:
        return f"/operator/items/{told.subject_id}"
    if content.subject is Subject.PAYOUT:
        return "/consultant/payouts"
    if told.recipient_role == Role.CONSULTANT:
        return _consultant_page(told)
    return _client_page(told)


_ACCOUNT_PAGES: dict[str, str] = {
    Kind.PAYOUT_ACCOUNT_CHANGED: "/consultant/payout-account",
    Kind.PASSWORD_CHANGED: "/account/password",
    Kind.PASSWORD_RESET: "/account/password",
    Kind.RECOVERY_CODE_USED: "/account/recovery-codes",
    Kind.RECOVERY_CODES_MADE: "/account/recovery-codes",
    Kind.QUESTION_CHANGED: "/account/security",
    Kind.QUESTION_ON: "/account/security",
    Kind.QUESTION_OFF: "/account/security",
    Kind.TOKEN_CREATED: "/account/tokens",
    Kind.NEW_BROWSER: "/account/sessions",
    Kind.WEBHOOK_DISABLED: "/account/webhooks",
    Kind.ACCOUNT_REINSTATED: "/account",
}


def _client_page(told: NotificationView) -> str:
    booking = f"/bookings/{told.subject_id}"
    return {
        Kind.REVIEW_POSSIBLE: f"{booking}/review",
        Kind.REFUND_NEEDS_ACCOUNT: f"{booking}/refund-account",
        Kind.WAITING_OFFERED: f"/book/{told.subject_id}",
        Kind.WAITING_LAPSED: "/waiting",
        Kind.WAITING_CLOSED: "/waiting",
    }.get(Kind(told.kind), booking)


def _consultant_page(told: NotificationView) -> str:
    booking = f"/consultant/bookings/{told.subject_id}"
    return {
        Kind.REVIEW_NEW: "/consultant/reviews",
        Kind.ABSENCE_REPORTED: f"{booking}/absence",
        Kind.LINK_MISSING: f"/consultant/sessions/{told.subject_id}",
    }.get(Kind(told.kind), booking)


def _family(kind: str) -> str:
    return kind.partition(".")[0]


def _time_element(at: datetime, zone: ZoneInfo) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(
        time_words.as_datetime_attribute(at), time_words.instant(at, zone)
    )


def _values(told: NotificationView, instant: Callable[[datetime], str]) -> dict[str, str]:
    """What sentences can name; each names what its kind has."""
    facts = told.facts
    instants = {
        "when": facts.starts_at,
        "before": facts.moved_from,
        "until": facts.until,
        "thawing": told.created_at + FROZEN_AFTER_RECOVERY,
    }
    return {
        "name": told.person or "",
        "sum": exact_sum(facts.amount) if facts.amount else "",
        "rating": str(facts.rating or ""),
        "bank": facts.bank or "",
        "digits": facts.last_four or "",
        "device": security_words.device(facts.user_agent or ""),
        "network": facts.network or "",
        "item": translated(kind_of(facts.item or "", facts.about or "").title),
        **{name: instant(at) for name, at in instants.items() if at is not None},
    }


def _sentence(told: NotificationView) -> str:
    """With the names of its values in braces."""
    families: dict[str, Callable[[NotificationView], dict[str, str]]] = {
        "booking": _about_bookings,
        "reminder": _reminders,
        "link": _about_links,
        "payment": _about_payments,
        "refund": _about_refunds,
        "earning": _about_earnings,
        "payout": _about_payouts,
        "payout_account": _about_payouts,
        "dispute": _about_disputes,
        "waiting": _about_waiting,
        "review": _about_reviews,
        "absence": _about_absences,
        "item": _about_items,
    }
    return families.get(_family(told.kind), _about_the_account)(told)[told.kind]


def _about_bookings(told: NotificationView) -> dict[str, str]:
    return {
        Kind.BOOKING_CONFIRMED: gettext("Your session with {name} on {when} is confirmed."),
        Kind.BOOKING_CONFIRMED_LATE: gettext(
            "Your payment came late, and the seat was still free: your session with {name} on {when} is confirmed."
        ),
        Kind.BOOKING_EXPIRED: gettext(
            "The session with {name} on {when} was not paid for in time, so that the seat was given back."
        ),
        Kind.BOOKING_CANCELLED: _cancelled(told),
        Kind.BOOKING_MISSED: gettext("{name} says that you did not come to the session on {when}."),
        Kind.BOOKING_NEW: gettext("{name} booked your session on {when}."),
        Kind.BOOKING_MOVED: gettext("{name} moved a session: it was on {before}, and is now on {when}."),
        Kind.BOOKING_CALLED_OFF: gettext("Imoran cancelled the session with {name} on {when}.")
        if told.facts.actor == "operator"
        else gettext("{name} cancelled the session on {when}."),
    }


def _cancelled(told: NotificationView) -> str:
    if told.facts.actor == "operator":
        if told.facts.amount:
            return gettext(
                "Imoran cancelled your session with {name} on {when}. All of your money goes back: {sum}."
            )
        return gettext("Imoran cancelled your session with {name} on {when}.")
    if told.facts.amount:
        return gettext("{name} cancelled your session on {when}. All of your money goes back: {sum}.")
    return gettext("{name} cancelled your session on {when}.")


def _reminders(_: NotificationView) -> dict[str, str]:
    return {
        Kind.REMINDER_DAY: gettext("Your session with {name} begins within a day: {when}."),
        Kind.REMINDER_HOUR: gettext("Your session with {name} begins within the hour: {when}."),
    }


def _about_links(_: NotificationView) -> dict[str, str]:
    return {
        Kind.LINK_SET: gettext("{name} added the meeting link for your session on {when}."),
        Kind.LINK_CHANGED: gettext("{name} changed the meeting link for your session on {when}."),
        Kind.LINK_MISSING: gettext(
            "Your session on {when} has no meeting link yet. Add it, so that people can join."
        ),
    }


def _about_payments(_: NotificationView) -> dict[str, str]:
    return {
        Kind.PAYMENT_FAILED: gettext(
            "Your payment of {sum} for the session with {name} on {when} did not go through, "
            "and nothing was charged. You can pay again while the seat is held."
        ),
        Kind.PAYMENT_LATE: gettext(
            "Your payment of {sum} came too late for the session with {name} on {when}. "
            "All of it goes back to you, and you can look for another time."
        ),
        Kind.PAYMENT_TWICE: gettext(
            "The session with {name} on {when} was paid for twice. The second payment of {sum} goes back to you."
        ),
    }


def _about_refunds(_: NotificationView) -> dict[str, str]:
    return {
        Kind.REFUND_BEGUN: gettext(
            "{sum} of what you paid for the session with {name} on {when} goes back to you."
        ),
        Kind.REFUND_PROCESSED: gettext(
            "The refund of {sum} for the session with {name} on {when} is made. "
            "Your bank may take some days to show it."
        ),
        Kind.REFUND_DELAYED: gettext(
            "The refund of {sum} for the session with {name} on {when} is delayed. "
            "We look into it, and you need not do anything."
        ),
        Kind.REFUND_NEEDS_ACCOUNT: gettext(
            "The refund of {sum} for the session with {name} on {when} could not go back the way you paid. "
            "Tell us which bank account it should go to."
        ),
    }


def _about_earnings(_: NotificationView) -> dict[str, str]:
    return {
        Kind.EARNING_REFUNDED: gettext(
            "Imoran sent {sum} back to {name} for the session on {when}. It is taken from what the session earned."
        )
    }


def _about_payouts(_: NotificationView) -> dict[str, str]:
    return {
        Kind.PAYOUT_PAID: gettext("Your payout of {sum} has arrived."),
        Kind.PAYOUT_FAILED: gettext(
            "Your payout of {sum} did not go through. The money is still yours: "
            "check the account that it goes to, and ask for it again."
        ),
        Kind.PAYOUT_REVERSED: gettext(
            "Your bank sent the payout of {sum} back. The money is still yours: "
            "check the account that it goes to, and ask for it again."
        ),
        Kind.PAYOUT_ACCOUNT_CHANGED: gettext(
            "From {until} payouts go to the account at {bank} that ends in {digits}. "
            "If it was not you who set it, change your password now."
        ),
    }


def _about_disputes(_: NotificationView) -> dict[str, str]:
    return {
        Kind.DISPUTE_OPENED: gettext(
            "The bank of {name} disputes the payment of {sum} for the session on {when}. "
            "Nothing of it is paid out until that is decided."
        ),
        Kind.DISPUTE_WON: gettext(
            "The dispute about the payment of {sum} by {name} for the session on {when} is won: the money stays."
        ),
        Kind.DISPUTE_LOST: gettext(
            "The dispute about the payment by {name} for the session on {when} is lost: the bank took {sum} back."
        ),
    }


def _about_waiting(_: NotificationView) -> dict[str, str]:
    return {
        Kind.WAITING_OFFERED: gettext(
            "A seat came free in the session with {name} on {when}. It is kept for you until {until}."
        ),
        Kind.WAITING_LAPSED: gettext(
            "The seat in the session with {name} on {when} was kept for you, and is not any more."
        ),
        Kind.WAITING_CLOSED: gettext(
            "The session with {name} on {when} was cancelled, so that its waiting list is closed."
        ),
    }


def _about_reviews(_: NotificationView) -> dict[str, str]:
    return {
        Kind.REVIEW_POSSIBLE: gettext("How was your session with {name} on {when}? You can review it now."),
        Kind.REVIEW_ANSWERED: gettext("{name} answered your review."),
        Kind.REVIEW_NEW: gettext("{name} reviewed a session: {rating} out of 5 stars."),
    }


def _about_absences(told: NotificationView) -> dict[str, str]:
    return {
        Kind.ABSENCE_CONTESTED: gettext(
            "{name} says that they came to your session on {when}. We look at both sides, and decide."
        ),
        Kind.ABSENCE_UPHELD: gettext(
            "Your report about the session with {name} on {when} is upheld. All of your money goes back: {sum}."
        )
        if told.facts.amount
        else gettext("Your report about the session with {name} on {when} is upheld."),
        Kind.ABSENCE_DISMISSED: gettext(
            "Your report about the session with {name} on {when} is dismissed. Nothing goes back."
        ),
        Kind.ABSENCE_REPORTED: gettext(
            "{name} says that you did not come to the session on {when}. "
            "Answer by {until}: after that all of the money goes back."
        ),
        Kind.ABSENCE_DECIDED_AGAINST: gettext(
            "The report that you did not come to the session with {name} on {when} is upheld. "
            "What was paid goes back."
        ),
        Kind.ABSENCE_DECIDED_FOR: gettext(
            "The report that you did not come to the session with {name} on {when} is dismissed. "
            "What you earned stays yours."
        ),
    }


def _about_the_account(told: NotificationView) -> dict[str, str]:
    return {
        Kind.PASSWORD_CHANGED: gettext("Your password was changed. If it was not you, set another one now."),
        Kind.PASSWORD_RESET: _reset(told),
        Kind.RECOVERY_CODE_USED: gettext(
            "A recovery code was used to get into your account. "
            "If it was not you, change your password and make new codes."
        ),
        Kind.RECOVERY_CODES_MADE: gettext(
            "New recovery codes were made, and earlier ones open nothing any more. "
            "If it was not you, change your password and make new codes."
        ),
        Kind.QUESTION_CHANGED: gettext(
            "Your security question was changed. If it was not you, change your password and the question."
        ),
        Kind.QUESTION_ON: gettext(
            "Your security question opens your account again. If it was not you, change your password."
        ),
        Kind.QUESTION_OFF: gettext(
            "Your security question does not open your account any more. If it was not you, change your password."
        ),
        Kind.TOKEN_CREATED: gettext(
            "An API token was made for your account. If it was not you, revoke it and change your password."
        ),
        Kind.NEW_BROWSER: gettext(
            "Your account was opened in a new browser: {device}, from {network}. "
            "If it was not you, log it out and change your password."
        )
        if told.facts.network
        else gettext(
            "Your account was opened in a new browser: {device}. "
            "If it was not you, log it out and change your password."
        ),
        Kind.WEBHOOK_DISABLED: gettext(
            "One of your webhooks is switched off, because nothing gets through to it."
        ),
        Kind.ACCOUNT_REINSTATED: gettext(
            "Your account is open again. Log-ins and API tokens from before have ended."
        ),
    }


def _reset(told: NotificationView) -> str:
    if told.facts.by_code:
        return gettext("Your password was reset with a recovery code. If it was not you, set another one now.")
    if told.recipient_role == Role.CONSULTANT:
        return gettext(
            "Your password was reset with your security question, and payouts rest until {thawing}. "
            "If it was not you, set another password now."
        )
    return gettext(
        "Your password was reset with your security question. If it was not you, set another password now."
    )


def _about_items(_: NotificationView) -> dict[str, str]:
    return {Kind.NEW_ITEM: gettext("New on the operators' list: {item}.")}
