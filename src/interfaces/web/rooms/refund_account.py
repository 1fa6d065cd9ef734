"""A refund waits for a bank account: the client names one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.bookings.views import BookingDetails, BookingQueries, RefundView
from application.money_view import MoneyView
from application.payments.refund_account import ListRefundBanks, NameRefundAccount
from domain.accounts import Role
from domain.payments import NoRefundAccountNeeded, PaymentGatewayUnavailable, RefundStatus
from domain.refusals import Refusal
from domain.sentences import Sentence
from interfaces.web.forms.refund_account import RefundAccountForm
from interfaces.web.language import gettext, translated
from interfaces.web.money_words import exact_sum
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.rooms.own_booking import own_booking, shown_with
from interfaces.web.visitors import OnlyFor, caller_of, submission_of


class RefundAccountController(Controller):
    """Only for the client whose money it is."""

    path = "/bookings/{booking_id:uuid}/refund-account"
    guards = (OnlyFor(Role.CLIENT),)

    @get("/")
    async def ask(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
        list_refund_banks: NamedDependency[ListRefundBanks],
    ) -> Response[str]:
        """Which bank, and which number."""
        booking = await own_booking(request, booking_queries, booking_id)
        refund = waiting_refund(booking)
        if refund is None:
            return SeeOther(f"/bookings/{booking_id}", info=translated(NoRefundAccountNeeded.sentence))
        form = RefundAccountForm()
        try:
            banks = await _banks(list_refund_banks, refund)
        except PaymentGatewayUnavailable as refusal:
            shown = shown_with(request, booking)
            return refused(form, _later(refusal), "refund_account.html", refund=refund, banks={}, **shown)
        return Page("refund_account.html", form=form, refund=refund, banks=banks, **shown_with(request, booking))

    @post("/")
    async def name(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
        list_refund_banks: NamedDependency[ListRefundBanks],
        name_refund_account: NamedDependency[NameRefundAccount],
    ) -> Response[str]:
        """Send the money there."""
        form = RefundAccountForm(submission_of(request))
        try:
            amount = await name_refund_account(caller_of(request), form.command(booking_id))
        except Refusal as refusal:
            booking = await own_booking(request, booking_queries, booking_id)
            refund = waiting_refund(booking)
            if refund is None:
                return SeeOther(f"/bookings/{booking_id}", info=translated(NoRefundAccountNeeded.sentence))
            banks = {}
            if not isinstance(refusal, PaymentGatewayUnavailable):
                banks = await _banks(list_refund_banks, refund)
            shown = shown_with(request, booking)
            return refused(form, _later(refusal), "refund_account.html", refund=refund, banks=banks, **shown)
        told = gettext("{sum} is on its way to your account.")
        amount_in_words = exact_sum(MoneyView(amount.amount, amount.currency))
        return SeeOther(f"/bookings/{booking_id}", success=told.format(sum=amount_in_words))


def waiting_refund(booking: BookingDetails) -> RefundView | None:
    """The oldest refund of a booking that waits for an account."""
    waiting = (refund for refund in booking.refunds if refund.status == RefundStatus.NEEDS_ATTENTION)
    return next(waiting, None)


async def _banks(list_refund_banks: ListRefundBanks, refund: RefundView) -> dict[str, str]:
    return {bank.id: bank.name for bank in await list_refund_banks(refund.amount.currency)}


def _later(refusal: Refusal) -> Refusal:
    if isinstance(refusal, PaymentGatewayUnavailable):
        return PaymentGatewayUnavailable(
            Sentence("Paystack cannot be reached at the moment. Try again in a few minutes.")
        )
    return refusal
