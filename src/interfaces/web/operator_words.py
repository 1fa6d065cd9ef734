"""What operators read: actions, what they do, and everything that happened to a payment, in order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from application.money_view import MoneyView
from application.operations.item_kinds import Action, GivesUp, ItemKind, kind_of
from application.operations.views import (
    DisputeFile,
    ErrandFile,
    ItemDetails,
    ItemView,
    PaymentFile,
    PostingFile,
    RefundFile,
)
from domain.payments import PaymentStatus, RefundStatus
from interfaces.web import booking_words
from interfaces.web.money_words import exact_sum
from interfaces.web.words import Badge, payment_status


@dataclass(frozen=True, slots=True)
class ActionWords:
    """The way there, the question, and the button that does it."""

    link: str
    title: str
    button: str


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of what happened."""

    at: datetime
    title: str
    note: str = ""


ACTIONS = {
    Action.ASK_AGAIN: ActionWords("Ask Paystack again", "Ask Paystack again?", "Ask now"),
    Action.RUN_AGAIN: ActionWords("Try again", "Try this work again?", "Try again"),
    Action.REFUND: ActionWords("Send money back", "Send money back?", "Send it back"),
    Action.ATTACH: ActionWords("Attach to a booking", "Which booking is it for?", "Attach it"),
    Action.ENTER_OTP: ActionWords("Enter the one-time password", "Finish the payout?", "Finish the payout"),
    Action.DECIDE_ABSENCE: ActionWords("Look at both sides", "Did the consultant come?", "Decide"),
    Action.WRITE_OFF: ActionWords("Close with a note", "Close this with a note?", "Close it"),
}
SENDING_AGAIN = ActionWords("Send it once more", "Send the refund once more?", "Send it once more")
GIVING_UP = ActionWords("Write off", "Write this money off?", "Write it off")

RESOLUTION = {
    "refunded": Badge("Sent back", "success"),
    "attached": Badge("Attached to a booking", "success"),
    "asked_again": Badge("Paystack was asked again", "success"),
    "run_again": Badge("Tried again", "info"),
    "written_off": Badge("Written off", "secondary"),
    "closed": Badge("Closed with a note", "secondary"),
    "confirmed": Badge("Password entered", "success"),
    "upheld": Badge("Upheld", "success"),
    "dismissed": Badge("Dismissed", "secondary"),
}
BY_ITSELF = Badge("Resolved itself", "success")

DISPUTE_STATUS = {
    "awaiting-merchant-feedback": "waits for our answer",
    "awaiting-bank-feedback": "waits for the bank",
    "pending": "is being looked at",
    "resolved": "is decided",
    "archived": "is closed",
}
POSTING = {
    "charge": "A charge came in",
    "earning": "It was earned",
    "refund_owed": "Some of it is the client's again",
    "refund_paid": "It was paid back",
    "chargeback": "The bank took it back",
    "payout": "It was set aside for a payout",
    "payout_paid": "It was paid out",
    "payout_returned": "The payout came back",
    "write_off": "It was written off",
}
LEDGER_ACCOUNT = {
    "paystack": "at Paystack",
    "paystack_fees": "Paystack's fees",
    "clients": "clients",
    "consultants": "consultants",
    "commission": "commission",
    "payouts": "payouts under way",
    "written_off": "written off",
}
BOOKING_STEP = {
    "pending": "seat held",
    "confirmed": "confirmed",
    "completed": "completed",
    "no_show": "missed",
    "expired": "hold ran out",
    "cancelled": "cancelled",
}
TOGETHER = "\u2060"
"""Keeps a sign with its sum."""
ACTOR = {"client": "by the client", "consultant": "by the consultant", "operator": "by an operator", "system": ""}


def kind(item: ItemView) -> ItemKind:
    """What is known of the kind of an item."""
    return kind_of(item.kind, item.subject)


def page_of(item: ItemView) -> str:
    """Where one looks at it: of a session that is to be decided, both sides at once."""
    if item.resolved_at is None and Action.DECIDE_ABSENCE in kind(item).actions:
        return f"/operator/absences/{item.subject}"
    return f"/operator/items/{item.id}"


def kind_title(name: str) -> str:
    """Of a kind without an item of it."""
    return kind_of(name, "").title


def resolution(item: ItemView) -> Badge:
    """How it ended."""
    return RESOLUTION.get(item.resolution or "", BY_ITSELF)


def given_up(details: ItemDetails, file: PaymentFile | None) -> MoneyView | None:
    """The money that would be written off with an item, if any is."""
    gives_up = kind(details.item).gives_up
    if (
        gives_up is GivesUp.UNOWNED_CHARGE
        and file
        and file.status == PaymentStatus.MISMATCHED
        and file.kept.amount
    ):
        return file.kept
    if gives_up is GivesUp.FAILED_REFUND and details.refund and _has_failed(details.refund):
        return details.refund.amount
    if gives_up is GivesUp.PAID_BACK_TWICE and file and _overpaid(file) > 0:
        return MoneyView(_overpaid(file), file.kept.currency)
    return None


def action(what: Action, details: ItemDetails, file: PaymentFile | None) -> ActionWords:
    """What it is called for this item."""
    if what is Action.WRITE_OFF and given_up(details, file):
        return GIVING_UP
    if what is Action.ASK_AGAIN and _has_failed(details.refund):
        return SENDING_AGAIN
    return ACTIONS[what]


def meaning(what: Action, details: ItemDetails, file: PaymentFile | None) -> list[str]:
    """What an action does, before it is done."""
    if what is Action.WRITE_OFF:
        return _meaning_of_write_off(details, given_up(details, file))
    if what is Action.REFUND:
        return _meaning_of_refund(file)
    if what is Action.ASK_AGAIN and _has_failed(details.refund):
        return ["Paystack is asked first. When it still calls the refund failed, the same sum is sent once more."]
    return {
        Action.ASK_AGAIN: [
            "Paystack is asked now, and what it says is acted on.",
            "When that resolves it, it leaves the list by itself.",
        ],
        Action.RUN_AGAIN: [
            "The work begins anew, and is tried up to twenty times.",
            "If it fails again, it comes back to this list.",
        ],
        Action.ATTACH: [
            "The booking is confirmed and paid by this charge. The consultant earns its price.",
            "It only works when the charge covers the price in its currency, and the seat is held or still free.",
            "It cannot be undone.",
        ],
        Action.ENTER_OTP: ["Paystack pays the money out to the consultant. It cannot be undone."],
        Action.DECIDE_ABSENCE: [],
    }[what]


def _has_failed(refund: RefundFile | None) -> bool:
    return refund is not None and refund.status == RefundStatus.FAILED


def _meaning_of_write_off(details: ItemDetails, sum_given_up: MoneyView | None) -> list[str]:
    if sum_given_up is None:
        return ["No money moves. It leaves the list, and stays among what is resolved, with your note."]
    gives_up = kind(details.item).gives_up
    what = {
        GivesUp.UNOWNED_CHARGE: "stays with Imoran. Nobody gets it back, and no booking is paid by it.",
        GivesUp.FAILED_REFUND: "stays with Imoran. The client does not get it.",
        GivesUp.PAID_BACK_TWICE: "is lost.",
    }
    return [f"{exact_sum(sum_given_up)} {what[gives_up]}" if gives_up else "", "It cannot be undone."]


def _meaning_of_refund(file: PaymentFile | None) -> list[str]:
    sentences = ["The money goes back to whoever paid. It cannot be undone."]
    if file and file.booking and file.pays_for_booking:
        sentences.insert(
            1, "It is taken from what the consultant earns and from the commission. The booking stays as it is."
        )
    return sentences


def in_words(dispute: DisputeFile) -> Badge:
    """Where a dispute stands."""
    if dispute.charged_back.amount:
        return Badge("Lost", "danger")
    if dispute.is_open:
        return Badge(DISPUTE_STATUS.get(dispute.status, dispute.status).capitalize(), "warning")
    return Badge("Won", "success")


def payment_badge(file: PaymentFile) -> Badge:
    """Where a payment stands, for operators."""
    if file.status == PaymentStatus.MISMATCHED and not file.kept.amount:
        return RESOLUTION["written_off"]
    return payment_status(file.status)


def timeline(file: PaymentFile) -> list[Moment]:
    """Everything that happened to a payment and its booking, first things first."""
    moments = [
        Moment(
            file.created_at,
            "Payment begun" if file.booking else "Found at Paystack",
            f"{exact_sum(file.expected)} asked of {file.customer_email}",
        ),
        *(Moment(webhook.received_at, "Paystack told us", webhook.event) for webhook in file.webhooks),
        *_of_booking(file),
        *(_of_posting(posting) for posting in file.postings),
    ]
    if file.paid_at and file.received:
        moments.append(
            Moment(file.paid_at, "Charged", f"{exact_sum(file.received)} by {file.channel or 'Paystack'}")
        )
    for refund in file.refunds:
        moments += _of_refund(refund)
    for dispute in file.disputes:
        moments += _of_dispute(dispute)
    for errand in file.errands:
        moments += _of_errand(errand)
    for item in file.items:
        moments += _of_item(item)
    return sorted(moments, key=lambda moment: moment.at)


def _of_booking(file: PaymentFile) -> list[Moment]:
    steps = file.booking.steps if file.booking else []
    return [
        Moment(
            step.at,
            f"Booking {BOOKING_STEP[step.status]} {ACTOR[step.actor]}".rstrip(),
            booking_words.sentence(step.reason) if step.reason else "",
        )
        for step in steps
    ]


def _of_posting(posting: PostingFile) -> Moment:
    sides = "; ".join(
        f"{LEDGER_ACCOUNT[entry.account]} {'+' if entry.amount > 0 else '−'}{TOGETHER}"
        f"{exact_sum(MoneyView(abs(entry.amount), posting.currency))}"
        for entry in posting.entries
    )
    return Moment(posting.at, f"Ledger: {POSTING[posting.kind]}", sides)


def _of_refund(refund: RefundFile) -> list[Moment]:
    moments = [
        Moment(
            refund.created_at, f"Refund of {exact_sum(refund.amount)} noted", booking_words.sentence(refund.reason)
        )
    ]
    if refund.sent_at:
        moments.append(
            Moment(refund.sent_at, f"Refund of {exact_sum(refund.amount)} sent", f"Now {refund.status}")
        )
    return moments


def _of_dispute(dispute: DisputeFile) -> list[Moment]:
    moments = [Moment(dispute.opened_at, "Disputed by the payer's bank", f"Dispute {dispute.paystack_id}")]
    if dispute.resolved_at:
        moments.append(
            Moment(dispute.resolved_at, f"Dispute {dispute.paystack_id} decided", in_words(dispute).text)
        )
    return moments


def _of_errand(errand: ErrandFile) -> list[Moment]:
    moments = [Moment(errand.created_at, "Work noted", errand.topic)]
    tried = f"{errand.topic}, tried {errand.attempts} times" if errand.attempts != 1 else errand.topic
    if errand.done_at:
        moments.append(
            Moment(errand.done_at, "Work ended", f"{tried}: {errand.last_error}" if errand.last_error else tried)
        )
    return moments


def _of_item(item: ItemView) -> list[Moment]:
    moments = [Moment(item.created_at, f"Listed: {kind(item).title}", booking_words.sentence(item.reason))]
    if item.resolved_at:
        who = f" by {item.resolved_by}" if item.resolved_by else ""
        moments.append(Moment(item.resolved_at, f"{resolution(item).text}{who}", item.note or ""))
    return moments


def _overpaid(file: PaymentFile) -> int:
    return sum(
        entry.amount for posting in file.postings for entry in posting.entries if entry.account == "clients"
    )
