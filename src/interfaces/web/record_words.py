"""What operators read of records: their kinds, their states, and where their pages are."""

from __future__ import annotations

from application.operations.record_views import ConsultantRecord
from application.operations.search_views import FoundRecord, RecordKind
from interfaces.web import operator_words, words
from interfaces.web.language import gettext, ngettext, pgettext
from interfaces.web.words import Badge

_PAGES = {
    RecordKind.ACCOUNT: "accounts",
    RecordKind.CONSULTANT: "consultants",
    RecordKind.BOOKING: "bookings",
    RecordKind.SLOT: "slots",
    RecordKind.PAYMENT: "payments",
    RecordKind.REFUND: "payments",
    RecordKind.DISPUTE: "payments",
    RecordKind.RECEIPT: "payments",
    RecordKind.PAYOUT: "payouts",
    RecordKind.REVIEW: "reviews",
    RecordKind.ITEM: "items",
}


def page_of(found: FoundRecord) -> str:
    """Where everything about it stands."""
    return f"/operator/{_PAGES[found.kind]}/{found.key}"


def kinds() -> dict[RecordKind, str]:
    """What is found, in the order in which it is shown."""
    return {
        RecordKind.ACCOUNT: gettext("Accounts"),
        RecordKind.CONSULTANT: gettext("Consultants"),
        RecordKind.BOOKING: gettext("Bookings"),
        RecordKind.SLOT: gettext("Sessions"),
        RecordKind.PAYMENT: gettext("Payments"),
        RecordKind.REFUND: gettext("Refunds"),
        RecordKind.DISPUTE: gettext("Disputes"),
        RecordKind.RECEIPT: gettext("Receipts"),
        RecordKind.PAYOUT: gettext("Payouts"),
        RecordKind.REVIEW: gettext("Reviews"),
        RecordKind.ITEM: gettext("Operators' list"),
    }


def found_title(found: FoundRecord) -> str:
    """What a found record is called."""
    if found.kind is RecordKind.BOOKING:
        return gettext("{client} with {consultant}").format(client=found.name, consultant=found.about)
    if found.kind is RecordKind.REVIEW:
        return gettext("{client} about {consultant}").format(client=found.name, consultant=found.about)
    if found.kind is RecordKind.SLOT:
        return gettext("Session of {consultant}").format(consultant=found.name)
    if found.kind is RecordKind.RECEIPT:
        return gettext("Receipt {number}").format(number=found.about)
    if found.kind is RecordKind.ITEM:
        return operator_words.kind_title(found.name)
    return found.name


def found_about(found: FoundRecord) -> str:
    """What tells it from others of its kind."""
    if found.kind is RecordKind.SLOT:
        return gettext("{seats} seats taken").format(seats=found.about)
    if found.kind is RecordKind.REVIEW:
        stars = int(found.detail or 0)
        return ngettext("{count} star", "{count} stars", stars).format(count=stars)
    if found.kind is RecordKind.RECEIPT:
        return found.name
    return "" if found.kind is RecordKind.BOOKING else found.about


def found_badge(found: FoundRecord) -> Badge:
    """Where it stands."""
    badges = {
        RecordKind.CONSULTANT: consultant_state,
        RecordKind.BOOKING: words.booking_badge,
        RecordKind.SLOT: words.slot_badge,
        RecordKind.PAYMENT: words.payment_status,
        RecordKind.REFUND: words.refund_badge,
        RecordKind.DISPUTE: dispute_status,
        RecordKind.RECEIPT: receipt_kind,
        RecordKind.PAYOUT: payout_status,
        RecordKind.REVIEW: review_state,
        RecordKind.ITEM: item_state,
    }
    return badges[found.kind](found.status) if found.kind in badges else account_state(found.status)


def role(name: str) -> str:
    """What an account may do."""
    return {
        "client": gettext("Client"),
        "consultant": gettext("Consultant"),
        "operator": gettext("Operator"),
    }[name]


def account_state(status: str) -> Badge:
    """Whether somebody can log in."""
    return {
        "active": Badge(gettext("Active"), "success"),
        "suspended": Badge(gettext("Suspended"), "danger"),
        "erased": Badge(pgettext("account", "Deleted"), "secondary"),
    }[status]


def consultant_state(status: str) -> Badge:
    """Whether clients find a consultant: `published`, `unpublished`, or the state of an account out of use."""
    return {
        "published": Badge(gettext("Published"), "success"),
        "unpublished": Badge(gettext("Not published"), "secondary"),
    }.get(status) or account_state(status)


def state_of(consultant: ConsultantRecord) -> Badge:
    """The same, of a whole record."""
    published = "published" if consultant.is_published else "unpublished"
    return consultant_state(published if consultant.person.status == "active" else consultant.person.status)


def payout_status(status: str) -> Badge:
    """Where a payout stands."""
    return {
        "requested": Badge(gettext("Asked for"), "info"),
        "pending": Badge(gettext("Under way"), "info"),
        "needs_otp": Badge(gettext("Waits for a one-time password"), "warning"),
        "paid": Badge(gettext("Paid out"), "success"),
        "failed": Badge(gettext("Failed"), "danger"),
        "reversed": Badge(gettext("Came back"), "danger"),
    }[status]


def dispute_status(status: str) -> Badge:
    """What Paystack says of a dispute."""
    is_over = status in ("resolved", "archived")
    return Badge(gettext("Decided"), "secondary") if is_over else Badge(gettext("Open"), "warning")


def receipt_kind(status: str) -> Badge:
    """What a receipt is for."""
    if status == "refund":
        return Badge(gettext("For a refund"), "info")
    return Badge(gettext("For a payment"), "success")


def review_state(status: str) -> Badge:
    """Who reads a review."""
    if status == "hidden":
        return Badge(gettext("Hidden"), "warning")
    return Badge(gettext("For everybody"), "success")


def item_state(status: str) -> Badge:
    """Whether something is to be resolved."""
    if status == "open":
        return Badge(gettext("To be resolved"), "warning")
    return Badge(gettext("Resolved"), "secondary")


def percent(bps: int) -> str:
    """`12.5 %` of hundredths of a percent."""
    return f"{bps / 100:g} %"


def average(rating_sum: int, rating_count: int) -> float:
    """Stars on average; with no reviews, none."""
    return round(rating_sum / rating_count, 1) if rating_count else 0.0
