"""What pages say about webhooks."""

from __future__ import annotations

from application.webhooks.views import DeliveryView, WebhookView
from domain.accounts import Role
from domain.webhooks import MOST_ENDPOINTS, PAUSES, TEST_EVENT, DisabledBecause, Event, Failure
from interfaces.web.language import gettext
from interfaces.web.words import Badge

OF_CONSULTANTS = frozenset({Event.PAYOUT_PAID, Event.PAYOUT_FAILED, Event.PAYOUT_REVERSED})
MOST = MOST_ENDPOINTS


def events_for(role: Role) -> list[Event]:
    """Those that can happen to people of that role."""
    return [event for event in Event if role is Role.CONSULTANT or event not in OF_CONSULTANTS]


def event(name: str) -> str:
    """What has happened."""
    return {
        Event.BOOKING_CONFIRMED: gettext("A booking is confirmed"),
        Event.BOOKING_RESCHEDULED: gettext("A booking was moved to another time"),
        Event.BOOKING_CANCELLED: gettext("A booking was cancelled"),
        Event.BOOKING_EXPIRED: gettext("A held seat was not paid for in time"),
        Event.BOOKING_COMPLETED: gettext("A session took place"),
        Event.BOOKING_NO_SHOW: gettext("Somebody did not come to a session"),
        Event.PAYMENT_SUCCEEDED: gettext("A payment arrived"),
        Event.REFUND_PROCESSED: gettext("A refund arrived"),
        Event.REFUND_FAILED: gettext("A refund did not go through"),
        Event.REVIEW_WRITTEN: gettext("A review was written"),
        Event.PAYOUT_PAID: gettext("A payout arrived"),
        Event.PAYOUT_FAILED: gettext("A payout did not go through"),
        Event.PAYOUT_REVERSED: gettext("A payout came back"),
        TEST_EVENT: gettext("A test"),
    }[name]


def state(webhook: WebhookView) -> Badge:
    """Whether anything is sent."""
    if not webhook.is_enabled:
        return Badge(gettext("Switched off"), "secondary")
    if webhook.failing_since:
        return Badge(gettext("Does not get through"), "warning")
    return Badge(gettext("On"), "success")


def why_off(webhook: WebhookView) -> str:
    """Why nothing is sent to one that is off."""
    said: dict[str | None, str] = {
        DisabledBecause.OWNER: gettext("You switched it off. What happens in the meantime is not sent later."),
        DisabledBecause.FAILURES: gettext(
            "We switched it off: for three days nothing we sent got through. "
            "Mend the receiver, switch it on, and send again what you missed."
        ),
        DisabledBecause.GONE: gettext(
            "We switched it off: the address answered 410, which means that it wants nothing more."
        ),
    }
    return said[webhook.disabled_because]


def delivery_badge(delivery: DeliveryView) -> Badge:
    """Where it stands."""
    return {
        "waiting": Badge(gettext("Will be tried again"), "warning")
        if delivery.tries
        else Badge(gettext("On its way"), "info"),
        "delivered": Badge(gettext("Delivered"), "success"),
        "failed": Badge(gettext("Not delivered"), "danger"),
        "dropped": Badge(gettext("Not sent"), "secondary"),
    }[delivery.status]


def failure(delivery: DeliveryView) -> str:
    """Why the last try of one that failed did not get through."""
    said: dict[str | None, str] = {
        Failure.NO_SUCH_HOST: gettext("There is no host of that name."),
        Failure.FORBIDDEN_ADDRESS: gettext("The name leads to an address that is not on the internet."),
        Failure.UNREACHABLE: gettext("Nobody answered at that address."),
        Failure.BAD_CERTIFICATE: gettext("The certificate does not fit the name, has ended, or is not trusted."),
        Failure.TIMED_OUT: gettext("There was no answer within 5 seconds."),
        Failure.REDIRECTED: gettext("It answered with another address ({status}). We follow none.").format(
            status=delivery.answer_status
        ),
        Failure.REFUSED: gettext("It answered {status}. Anything from 200 to 299 counts as received.").format(
            status=delivery.answer_status
        ),
        Failure.UNREADABLE_KEY: gettext("We cannot read its secret any more. Make a new one."),
    }
    return said[delivery.failure]


def most_tries() -> int:
    """How often something is tried."""
    return len(PAUSES) + 1
