"""Everything that happened to a record, first things first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from application.money_view import MoneyView
from application.operations.record_views import (
    AbsenceLine,
    BookingRecord,
    PaymentLine,
    PayoutRecord,
    ReceiptLine,
    ReviewLine,
    ReviewRecord,
    WaitingLine,
)
from application.operations.views import (
    AuditEntryView,
    DisputeFile,
    ErrandFile,
    ItemView,
    PaymentFile,
    PostingFile,
    RefundFile,
    TransitionFile,
    WebhookFile,
)
from interfaces.web import audit_words, booking_words, operator_words, receipt_words, words
from interfaces.web.language import gettext, ngettext
from interfaces.web.money_words import exact_sum

TOGETHER = "\u2060"
"""Keeps a sign with its sum."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of what happened; `href` leads to more about it."""

    at: datetime
    title: str
    note: str = ""
    href: str = ""


def of_payment(
    file: PaymentFile, receipts: Sequence[ReceiptLine] = (), audit: Sequence[AuditEntryView] = ()
) -> list[Moment]:
    """Of a payment and its booking."""
    begun = gettext("Payment begun") if file.booking else gettext("Found at Paystack")
    asked = gettext("{sum} asked of {payer}").format(sum=exact_sum(file.expected), payer=file.customer_email)
    moments = [Moment(file.created_at, begun, asked)]
    if file.paid_at and file.received:
        moments.append(_charged(file.paid_at, file.received, file.channel))
    return _in_order(
        moments,
        map(_of_step, file.booking.steps if file.booking else []),
        _of_money(file.webhooks, file.postings, file.refunds, file.disputes, receipts),
        _of_upkeep(file.errands, file.items, audit),
    )


def of_booking(booking: BookingRecord, audit: Sequence[AuditEntryView] = ()) -> list[Moment]:
    """Of a booking and of all of its money."""
    return _in_order(
        map(_of_step, booking.steps),
        *(_of_attempt(payment) for payment in booking.payments),
        _of_money(booking.webhooks, booking.postings, booking.refunds, booking.disputes, booking.receipts),
        map(_of_waiting, booking.waiting),
        _of_absence(booking.absence),
        _of_review(booking.review),
        _of_upkeep(booking.errands, booking.items, audit),
    )


def of_payout(record: PayoutRecord, audit: Sequence[AuditEntryView] = ()) -> list[Moment]:
    """Of a payout."""
    payout = record.payout
    moments = [Moment(payout.requested_at, gettext("Payout asked for"), exact_sum(payout.amount))]
    if payout.sent_at:
        moments.append(Moment(payout.sent_at, gettext("Sent to Paystack")))
    if payout.settled_at:
        moments.append(Moment(payout.settled_at, gettext("Payout ended"), payout.problem or ""))
    return _in_order(moments, map(_of_posting, record.postings), _of_upkeep(record.errands, record.items, audit))


def of_review(review: ReviewRecord, audit: Sequence[AuditEntryView] = ()) -> list[Moment]:
    """Of a review."""
    moments = [Moment(review.created_at, gettext("Written by the client"))]
    if review.replied_at:
        moments.append(Moment(review.replied_at, gettext("Answered by the consultant")))
    return _in_order(moments, map(_of_audit, audit))


def of_audit(audit: Sequence[AuditEntryView]) -> list[Moment]:
    """Of a record that leaves no other traces."""
    return _in_order(map(_of_audit, audit))


def _in_order(*parts: Iterable[Moment]) -> list[Moment]:
    return sorted((moment for part in parts for moment in part), key=lambda moment: moment.at)


def _of_money(
    webhooks: Sequence[WebhookFile],
    postings: Sequence[PostingFile],
    refunds: Sequence[RefundFile],
    disputes: Sequence[DisputeFile],
    receipts: Sequence[ReceiptLine],
) -> list[Moment]:
    moments = [Moment(webhook.received_at, gettext("Paystack told us"), webhook.event) for webhook in webhooks]
    moments += map(_of_posting, postings)
    moments += map(_of_receipt, receipts)
    for refund in refunds:
        moments += _of_refund(refund)
    for dispute in disputes:
        moments += _of_dispute(dispute)
    return moments


def _of_upkeep(
    errands: Sequence[ErrandFile], items: Sequence[ItemView], audit: Sequence[AuditEntryView]
) -> list[Moment]:
    moments = list(map(_of_audit, audit))
    for errand in errands:
        moments += _of_errand(errand)
    for item in items:
        moments += _of_item(item)
    return moments


def _charged(at: datetime, sum_: MoneyView, channel: str | None) -> Moment:
    note = f"{exact_sum(sum_)}, {receipt_words.channel_in_words(channel)}" if channel else exact_sum(sum_)
    return Moment(at, gettext("Charged"), note)


def _of_attempt(payment: PaymentLine) -> list[Moment]:
    page = f"/operator/payments/{payment.reference}"
    moments = [Moment(payment.created_at, gettext("Payment begun"), exact_sum(payment.expected), page)]
    if payment.paid_at and payment.received:
        moments.append(_charged(payment.paid_at, payment.received, payment.channel))
    return moments


def _of_step(step: TransitionFile) -> Moment:
    title = {
        "pending": gettext("Booking: seat held"),
        "confirmed": gettext("Booking confirmed"),
        "completed": gettext("Booking completed"),
        "no_show": gettext("Booking: missed"),
        "expired": gettext("Booking: hold ran out"),
        "cancelled": gettext("Booking cancelled"),
    }[step.status]
    if step.previous == step.status:
        title = gettext("Booking changed")
    note = booking_words.sentence(step.reason) if step.reason else ""
    return Moment(step.at, " ".join(filter(None, (title, _actor(step.actor)))), note)


def _actor(actor: str) -> str:
    return {
        "client": gettext("(by the client)"),
        "consultant": gettext("(by the consultant)"),
        "operator": gettext("(by an operator)"),
    }.get(actor, "")


def _of_posting(posting: PostingFile) -> Moment:
    sides = "; ".join(
        f"{_ledger_account(entry.account)} {'+' if entry.amount > 0 else '−'}{TOGETHER}"
        f"{exact_sum(MoneyView(abs(entry.amount), posting.currency))}"
        for entry in posting.entries
    )
    title = {
        "charge": gettext("Ledger: A charge came in"),
        "earning": gettext("Ledger: It was earned"),
        "refund_owed": gettext("Ledger: Some of it is the client's again"),
        "refund_paid": gettext("Ledger: It was paid back"),
        "chargeback": gettext("Ledger: The bank took it back"),
        "payout": gettext("Ledger: It was set aside for a payout"),
        "payout_paid": gettext("Ledger: It was paid out"),
        "payout_returned": gettext("Ledger: The payout came back"),
        "write_off": gettext("Ledger: It was written off"),
    }[posting.kind]
    return Moment(posting.at, title, sides)


def _ledger_account(account: str) -> str:
    return {
        "paystack": gettext("at Paystack"),
        "paystack_fees": gettext("Paystack's fees"),
        "clients": gettext("clients"),
        "consultants": gettext("consultants"),
        "commission": gettext("commission"),
        "payouts": gettext("payouts under way"),
        "written_off": gettext("written off"),
    }[account]


def _of_receipt(receipt: ReceiptLine) -> Moment:
    title = gettext("Refund receipt {number} issued") if receipt.is_refund else gettext("Receipt {number} issued")
    return Moment(receipt.happened_at, title.format(number=receipt.number), exact_sum(receipt.amount))


def _of_refund(refund: RefundFile) -> list[Moment]:
    amount = exact_sum(refund.amount)
    noted = gettext("Refund of {sum} noted").format(sum=amount)
    moments = [Moment(refund.created_at, noted, booking_words.sentence(refund.reason))]
    if refund.sent_at:
        sent = gettext("Refund of {sum} sent").format(sum=amount)
        now = gettext("It stands like this now: {state}").format(state=words.refund_badge(refund.status).text)
        moments.append(Moment(refund.sent_at, sent, now))
    return moments


def _of_dispute(dispute: DisputeFile) -> list[Moment]:
    named = gettext("Dispute {number}").format(number=dispute.paystack_id)
    moments = [Moment(dispute.opened_at, gettext("Disputed by the payer's bank"), named)]
    if dispute.resolved_at:
        decided = gettext("Dispute {number} decided").format(number=dispute.paystack_id)
        moments.append(Moment(dispute.resolved_at, decided, operator_words.in_words(dispute).text))
    return moments


def _of_waiting(place: WaitingLine) -> Moment:
    return Moment(place.joined_at, gettext("Joined the waiting list"), words.waiting_badge(place.status).text)


def _of_absence(report: AbsenceLine | None) -> list[Moment]:
    if report is None:
        return []
    moments = [
        Moment(report.reported_at, gettext("The client says that the consultant did not come"), report.words)
    ]
    if report.answered_at:
        moments.append(Moment(report.answered_at, gettext("The consultant answers"), report.answer or ""))
    if report.resolved_at:
        moments.append(Moment(report.resolved_at, words.absence_decision(report.status).text))
    return moments


def _of_review(review: ReviewLine | None) -> list[Moment]:
    if review is None:
        return []
    said = ngettext("Reviewed with {count} star", "Reviewed with {count} stars", review.rating)
    return [
        Moment(
            review.created_at, said.format(count=review.rating), review.comment, f"/operator/reviews/{review.id}"
        )
    ]


def _of_errand(errand: ErrandFile) -> list[Moment]:
    moments = [Moment(errand.created_at, gettext("Work noted"), errand.topic)]
    if errand.done_at:
        tried = ngettext("{topic}, tried {count} time", "{topic}, tried {count} times", errand.attempts)
        note = tried.format(topic=errand.topic, count=errand.attempts)
        ended = f"{note}: {errand.last_error}" if errand.last_error else note
        moments.append(Moment(errand.done_at, gettext("Work ended"), ended))
    return moments


def _of_item(item: ItemView) -> list[Moment]:
    page = operator_words.page_of(item)
    listed = gettext("Listed: {what}").format(what=operator_words.title(item))
    moments = [Moment(item.created_at, listed, booking_words.sentence(item.reason), page)]
    if item.resolved_at:
        how = operator_words.resolution(item).text
        if item.resolved_by:
            how = gettext("{how}, by {who}").format(how=how, who=item.resolved_by)
        moments.append(Moment(item.resolved_at, how, item.note or "", page))
    return moments


def _of_audit(entry: AuditEntryView) -> Moment:
    """Without its details: what was done stands in the other lines, and why in the note."""
    return Moment(entry.at, audit_words.sentence(entry), entry.details.get("note", ""))
