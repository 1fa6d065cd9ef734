"""What the audit trail says."""

from __future__ import annotations

from uuid import UUID

from application.operations.views import AuditEntryView
from domain.payments import is_own_reference
from interfaces.web.language import gettext

AUDIT_HEAD = ("number", "at", "kind", "who", "address", "details")
"""For programs, as the kinds themselves are."""


def what(kind: str) -> str:
    """What was done; the kind itself where nobody has words for it yet."""
    return _of_people().get(kind) or _of_operators().get(kind) or kind


def sentence(entry: AuditEntryView) -> str:
    """What was done, and by whom."""
    if entry.who is None:
        return what(entry.kind)
    return gettext("{what}, by {who}").format(what=what(entry.kind), who=entry.who)


def detail(name: str) -> str:
    """What a detail of an entry is."""
    return {
        "account": gettext("Account"),
        "action": gettext("Action"),
        "amount": gettext("Amount, in subunits"),
        "booking": gettext("Booking"),
        "consultant": gettext("Consultant"),
        "currency": gettext("Currency"),
        "found": gettext("Found"),
        "item": gettext("Item of the list"),
        "item_kind": gettext("Kind of item"),
        "kept_after": gettext("Kept afterwards"),
        "kept_before": gettext("Kept before"),
        "key": gettext("Which one"),
        "note": gettext("Why"),
        "record": gettext("Record"),
        "reference": gettext("Payment"),
        "review": gettext("Review"),
        "role": gettext("Role"),
        "sessions": gettext("Devices"),
        "subject": gettext("About"),
        "tokens": gettext("Tokens"),
    }.get(name, name.replace("_", " ").capitalize())


def is_findable(value: str) -> bool:
    """Whether a value names a record that the search finds."""
    if is_own_reference(value):
        return True
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False


def audit_row(entry: AuditEntryView) -> tuple[str, ...]:
    """One entry under `AUDIT_HEAD`."""
    details = "; ".join(f"{name}: {value}" for name, value in entry.details.items())
    return (str(entry.id), entry.at.isoformat(), entry.kind, entry.who or "", entry.address or "", details)


def _of_people() -> dict[str, str]:
    return {
        "account.registered": gettext("Registered"),
        "account.updated": gettext("Details changed"),
        "account.exported": gettext("Data exported"),
        "account.erased": gettext("Account deleted"),
        "login.succeeded": gettext("Logged in"),
        "login.failed": gettext("Log-in refused"),
        "login.confirmed": gettext("Password given again"),
        "password.changed": gettext("Password changed"),
        "recovery.started": gettext("Recovery begun"),
        "recovery.answered": gettext("Recovery answered"),
        "recovery.answer_failed": gettext("Recovery answered wrongly"),
        "recovery.code_used": gettext("Recovery code used"),
        "recovery.codes_made": gettext("Recovery codes made"),
        "recovery.question_changed": gettext("Security question changed"),
        "recovery.reset": gettext("Password reset"),
        "session.ended": gettext("Session ended"),
        "session.others_ended": gettext("Other sessions ended"),
        "token.issued": gettext("Token made"),
        "token.revoked": gettext("Token revoked"),
        "calendar_feed.opened": gettext("Calendar feed opened"),
        "calendar_feed.closed": gettext("Calendar feed closed"),
        "payout_account.set": gettext("Payout account set"),
        "webhook.registered": gettext("Webhook registered"),
        "webhook.changed": gettext("Webhook changed"),
        "webhook.deleted": gettext("Webhook deleted"),
        "webhook.disabled": gettext("Webhook switched off"),
        "webhook.secret_rotated": gettext("Secret of a webhook renewed"),
    }


def _of_operators() -> dict[str, str]:
    return {
        "operator.ask-again": gettext("Asked Paystack again"),
        "operator.run-again": gettext("Had work tried again"),
        "operator.refund": gettext("Sent money back"),
        "operator.attach": gettext("Attached a charge to a booking"),
        "operator.enter-otp": gettext("Entered a one-time password"),
        "operator.write-off": gettext("Closed or written off"),
        "operator.absence_upheld": gettext("Upheld a report"),
        "operator.absence_dismissed": gettext("Dismissed a report"),
        "operator.suspend": gettext("Suspended an account"),
        "operator.reinstate": gettext("Reinstated an account"),
        "operator.end-sessions": gettext("Logged somebody out everywhere"),
        "operator.cancel-session": gettext("Cancelled a session of a suspended account"),
        "operator.hide-review": gettext("Hid a review"),
        "operator.show-review": gettext("Showed a review again"),
        "record.read": gettext("Looked at a record"),
        "records.searched": gettext("Searched the records"),
        "audit.exported": gettext("Took the audit trail along as a table"),
    }
