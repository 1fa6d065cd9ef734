"""How the product itself is, in words."""

from __future__ import annotations

from babel.numbers import format_decimal

from application.operations.health_views import CircuitState, JobRun
from interfaces.web import words
from interfaces.web.language import gettext, locale
from interfaces.web.words import Badge


def size(count: int) -> str:
    """`12.4 MB`."""
    for unit, length in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= length:
            return f"{format_decimal(count / length, '#,##0.#', locale=locale())} {unit}"
    return f"{count} B"


def lasting(seconds: float) -> str:
    """`40 seconds`, `12 minutes`, `3 hours`, `2 days`."""
    for unit, length in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= 2 * length or seconds == length:
            return words.amount(int(seconds // length), unit)
    return words.amount(int(seconds), "second")


def ago(seconds: float) -> str:
    """`12 minutes ago`."""
    return gettext("{time} ago").format(time=lasting(seconds))


def milliseconds(seconds: float) -> str:
    """`120 ms`, or `4.2 s`."""
    if seconds < 1:
        return f"{format_decimal(round(seconds * 1000), locale=locale())} ms"
    return f"{format_decimal(seconds, '0.0', locale=locale())} s"


def job_state(job: JobRun) -> Badge:
    """How the last run went."""
    if job.problem:
        return Badge(gettext("Failed"), "danger")
    if job.is_late:
        return Badge(gettext("Late"), "warning")
    return Badge(gettext("On time"), "success")


def circuit_state(circuit: CircuitState) -> Badge:
    """Whether Paystack is asked."""
    if not circuit.is_open:
        return Badge(gettext("Closed: calls go through"), "success")
    if circuit.left_s:
        rest = lasting(circuit.left_s)
        return Badge(gettext("Open: Paystack is left alone for {time}").format(time=rest), "danger")
    return Badge(gettext("Half open: one call tries"), "warning")


def reachability(is_there: bool) -> Badge:
    """Of a service."""
    return Badge(gettext("Answers"), "success") if is_there else Badge(gettext("Does not answer"), "danger")


def soundness(is_broken: bool) -> Badge:
    """Of something that must always hold."""
    return Badge(gettext("Broken"), "danger") if is_broken else Badge(gettext("Holds"), "success")


def job(name: str) -> str:
    """What a periodic job does; its name where nobody has words for it yet."""
    return {
        "outbox.relay": gettext("Carries out what waits in the queue"),
        "payments.reconcile": gettext("Asks about payments and refunds under way"),
        "payments.compare": gettext("Compares with what Paystack lists"),
        "payouts.follow": gettext("Follows payouts"),
        "payouts.request_weekly": gettext("Asks for weekly payouts"),
        "disputes.follow": gettext("Follows disputes"),
        "disputes.find": gettext("Looks for new disputes"),
        "bookings.expire_holds": gettext("Gives back seats that nobody paid for"),
        "waiting_list.offer_seats": gettext("Offers free seats to those who wait"),
        "bookings.complete_sessions": gettext("Completes sessions that are over"),
        "bookings.uphold_absences": gettext("Upholds reports that nobody answered"),
        "availability.roll_patterns": gettext("Publishes sessions of weekly patterns"),
        "accounts.tidy_pictures": gettext("Removes pictures that nobody shows"),
        "webhooks.deliver": gettext("Delivers webhooks"),
        "webhooks.tidy": gettext("Forgets old webhook deliveries"),
        "notifications.remind": gettext("Reminds of sessions that are near"),
        "notifications.tidy": gettext("Forgets old notifications"),
        "idempotency.tidy_keys": gettext("Forgets old keys of repeated calls"),
        "operations.check_invariants": gettext("Checks what must always hold"),
    }.get(name, name)


def topic(name: str) -> str:
    """What kind of work waits; its name where nobody has words for it yet."""
    return {
        "payments.settle": gettext("Payments to be settled"),
        "refunds.send": gettext("Refunds to be sent"),
        "disputes.follow": gettext("Disputes to be followed"),
        "payouts.send": gettext("Payouts to be sent"),
        "payouts.follow": gettext("Payouts to be followed"),
        "pictures.remove": gettext("Pictures to be removed"),
    }.get(name, name)


def rule(name: str) -> str:
    """What must always hold."""
    return (_rules_of_sessions() | _rules_of_money() | _rules_of_progress()).get(name, name)


def _rules_of_sessions() -> dict[str, str]:
    return {
        "seats_counted": gettext("Seats counted"),
        "seats_within_capacity": gettext("Seats within capacity"),
        "people_waiting_counted": gettext("People waiting counted"),
        "sessions_apart": gettext("Sessions apart"),
        "time_occupied": gettext("Time occupied"),
        "clients_at_one_place": gettext("Clients at one place"),
        "bookings_at_their_slots": gettext("Bookings at their slots"),
        "history_ends_at_state": gettext("History ends at state"),
        "history_without_gaps": gettext("History without gaps"),
        "absence_has_no_show": gettext("Absence has no-show"),
        "rating_of_reviews": gettext("Rating of reviews"),
        "confirmed_is_paid": gettext("Confirmed is paid"),
    }


def _rules_of_money() -> dict[str, str]:
    return {
        "charge_shared_out": gettext("Charge shared out"),
        "kept_has_owner": gettext("Kept has owner"),
        "owed_is_driven": gettext("Owed is driven"),
        "refund_has_a_next_step": gettext("Refund has a next step"),
        "charge_posted_as_reported": gettext("Charge posted as reported"),
        "clients_have_what_is_owed": gettext("Clients have what is owed"),
        "postings_balance": gettext("Postings balance"),
        "earnings_as_posted": gettext("Earnings as posted"),
        "disputed_is_marked": gettext("Disputed is marked"),
        "refunds_posted": gettext("Refunds posted"),
        "payouts_posted": gettext("Payouts posted"),
        "receipts_without_gaps": gettext("Receipts without gaps"),
    }


def _rules_of_progress() -> dict[str, str]:
    return {
        "holds_swept": gettext("Holds swept"),
        "errands_carried_out": gettext("Errands carried out"),
        "webhooks_sent": gettext("Webhooks sent"),
        "payments_asked_about": gettext("Payments asked about"),
        "announced_is_settled": gettext("Announced is settled"),
        "refunds_followed": gettext("Refunds followed"),
        "late_refunds_listed": gettext("Late refunds listed"),
        "disputes_followed": gettext("Disputes followed"),
        "payouts_followed": gettext("Payouts followed"),
        "keys_let_go": gettext("Keys let go"),
        "compared_with_paystack": gettext("Compared with Paystack"),
    }
