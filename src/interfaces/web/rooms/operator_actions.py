"""What operators do: each action says what it does, asks why and for the password, and then does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.earnings.confirm_payout import ConfirmPayout
from application.money_view import MoneyView
from application.operations.ask_again import AskAgain, RunAgain
from application.operations.attach_payment import AttachPayment, AttachPaymentCommand
from application.operations.item_kinds import Action, kind_of
from application.operations.refund_payment import RefundPayment, RefundPaymentCommand
from application.operations.views import ItemDetails, OperationQueries, PaymentFile
from application.operations.write_off import WriteOff
from domain.money import Money
from domain.refusals import NotFound, Refusal
from domain.text import is_clean
from interfaces.http.client_address import client_address
from interfaces.web.forms.operations import OperatorForm
from interfaces.web.language import gettext
from interfaces.web.money_words import exact_sum, money_as_typed
from interfaces.web.pages import Page, SeeOther, refused
from interfaces.web.rooms.operators_only import OperatorsOnly
from interfaces.web.visitors import caller_of, submission_of

TEMPLATE = "operator/act.html"
REFUND_TEMPLATE = "operator/refund.html"


@dataclass(frozen=True, slots=True)
class Case:
    """One item, the payment that it concerns, and what is to be done."""

    details: ItemDetails
    file: PaymentFile | None
    action: Action

    @property
    def item_id(self) -> UUID:
        """Of the item."""
        return self.details.item.id

    @property
    def page(self) -> str:
        """The address of the item."""
        return f"/operator/items/{self.item_id}"


class OperatorActionsController(Controller):
    """Only for operators. What is resolved already leads back to the page that says how."""

    path = "/operator/items/{item_id:uuid}"
    guards = (OperatorsOnly(),)

    @get([f"/{action.value}" for action in Action])
    async def ask(
        self,
        request: Request[Any, Any, Any],
        item_id: FromPath[UUID],
        operation_queries: NamedDependency[SkipValidation[OperationQueries]],
    ) -> Response[str]:
        """What the action does, before it is done."""
        case = await _case(operation_queries, item_id, Action(request.url.path.rpartition("/")[2]))
        if case.details.item.resolved_at is not None:
            return SeeOther(case.page, info=gettext("This is resolved already."))
        if case.action is Action.DECIDE_ABSENCE:
            return SeeOther(f"/operator/absences/{case.details.item.subject}")
        kept = money_as_typed(case.file.kept) if case.file else ""
        return Page(TEMPLATE, case=case, form=OperatorForm({"amount": kept}))

    @post("/refund")
    async def refund(
        self,
        request: Request[Any, Any, Any],
        item_id: FromPath[UUID],
        operation_queries: NamedDependency[SkipValidation[OperationQueries]],
        refund_payment: NamedDependency[RefundPayment],
    ) -> Response[str]:
        """Send money back."""
        case = await _case(operation_queries, item_id, Action.REFUND)
        form = OperatorForm(submission_of(request))
        if case.file is None:
            raise NotFound
        try:
            amount, proof = form.refund(case.file.kept.currency, client_address(request))
            command = RefundPaymentCommand(
                reference=case.file.reference, amount=amount.amount, item_id=case.item_id
            )
            sent = await refund_payment(caller_of(request), command, proof)
        except Refusal as refusal:
            return refused(form, refusal, TEMPLATE, case=case)
        return SeeOther(case.page, success=_goes_back(sent))

    @post("/attach")
    async def attach(
        self,
        request: Request[Any, Any, Any],
        item_id: FromPath[UUID],
        operation_queries: NamedDependency[SkipValidation[OperationQueries]],
        attach_payment: NamedDependency[AttachPayment],
    ) -> Response[str]:
        """Say which booking it is for."""
        case = await _case(operation_queries, item_id, Action.ATTACH)
        form = OperatorForm(submission_of(request))
        try:
            booking_id, proof = form.attachment(client_address(request))
            command = AttachPaymentCommand(item_id=case.item_id, booking_id=booking_id)
            await attach_payment(caller_of(request), command, proof)
        except Refusal as refusal:
            return refused(form, refusal, TEMPLATE, case=case)
        return SeeOther(case.page, success=gettext("The charge is attached, and the booking is confirmed."))

    @post("/write-off")
    async def write_off(
        self,
        request: Request[Any, Any, Any],
        item_id: FromPath[UUID],
        operation_queries: NamedDependency[SkipValidation[OperationQueries]],
        write_off: NamedDependency[WriteOff],
    ) -> Response[str]:
        """Close it with a note."""
        case = await _case(operation_queries, item_id, Action.WRITE_OFF)
        form = OperatorForm(submission_of(request))
        try:
            given_up = await write_off(caller_of(request), case.item_id, form.proof(client_address(request)))
        except Refusal as refusal:
            return refused(form, refusal, TEMPLATE, case=case)
        return SeeOther(case.page, success=_closed(given_up))

    @post("/ask-again")
    async def ask_again(
        self,
        request: Request[Any, Any, Any],
        item_id: FromPath[UUID],
        operation_queries: NamedDependency[SkipValidation[OperationQueries]],
        ask_again: NamedDependency[AskAgain],
    ) -> Response[str]:
        """Ask Paystack now."""
        case = await _case(operation_queries, item_id, Action.ASK_AGAIN)
        form = OperatorForm(submission_of(request))
        try:
            is_resolved = await ask_again(caller_of(request), case.item_id, form.proof(client_address(request)))
        except Refusal as refusal:
            return refused(form, refusal, TEMPLATE, case=case)
        if is_resolved:
            return SeeOther(case.page, success=gettext("Paystack was asked, and it is resolved."))
        return SeeOther(case.page, info=gettext("Paystack was asked. It is not resolved yet."))

    @post("/enter-otp")
    async def enter_otp(
        self,
        request: Request[Any, Any, Any],
        item_id: FromPath[UUID],
        operation_queries: NamedDependency[SkipValidation[OperationQueries]],
        confirm_payout: NamedDependency[ConfirmPayout],
    ) -> Response[str]:
        """Finish a payout."""
        case = await _case(operation_queries, item_id, Action.ENTER_OTP)
        form = OperatorForm(submission_of(request))
        try:
            otp, proof = form.one_time_password(client_address(request))
            await confirm_payout(caller_of(request), case.item_id, otp, proof)
        except Refusal as refusal:
            return refused(form, refusal, TEMPLATE, case=case)
        return SeeOther(case.page, success=gettext("Paystack took the password."))

    @post("/run-again")
    async def run_again(
        self,
        request: Request[Any, Any, Any],
        item_id: FromPath[UUID],
        operation_queries: NamedDependency[SkipValidation[OperationQueries]],
        run_again: NamedDependency[RunAgain],
    ) -> Response[str]:
        """Have the work tried anew."""
        case = await _case(operation_queries, item_id, Action.RUN_AGAIN)
        form = OperatorForm(submission_of(request))
        try:
            await run_again(caller_of(request), case.item_id, form.proof(client_address(request)))
        except Refusal as refusal:
            return refused(form, refusal, TEMPLATE, case=case)
        return SeeOther(case.page, success=gettext("It is being tried again."))


class OperatorRefundController(Controller):
    """Only for operators: money back of any payment."""

    path = "/operator/payments/{reference:str}/refund"
    guards = (OperatorsOnly(),)

    @get("/")
    async def ask(
        self,
        reference: FromPath[str],
        operation_queries: NamedDependency[SkipValidation[OperationQueries]],
    ) -> Response[str]:
        """How much of it there is to send back."""
        file = await _file(operation_queries, reference)
        if not file.kept.amount:
            return SeeOther(f"/operator/payments/{reference}", info=gettext("Nothing is left that could go back."))
        return Page(REFUND_TEMPLATE, file=file, form=OperatorForm({"amount": money_as_typed(file.kept)}))

    @post("/")
    async def refund(
        self,
        request: Request[Any, Any, Any],
        reference: FromPath[str],
        operation_queries: NamedDependency[SkipValidation[OperationQueries]],
        refund_payment: NamedDependency[RefundPayment],
    ) -> Response[str]:
        """Send it back."""
        file = await _file(operation_queries, reference)
        form = OperatorForm(submission_of(request))
        try:
            amount, proof = form.refund(file.kept.currency, client_address(request))
            command = RefundPaymentCommand(reference=reference, amount=amount.amount)
            sent = await refund_payment(caller_of(request), command, proof)
        except Refusal as refusal:
            return refused(form, refusal, REFUND_TEMPLATE, file=file)
        return SeeOther(f"/operator/payments/{reference}", success=_goes_back(sent))


async def _case(operation_queries: OperationQueries, item_id: UUID, action: Action) -> Case:
    details = await operation_queries.item(item_id)
    if details is None or action not in kind_of(details.item.kind, details.item.subject).actions:
        raise NotFound
    file = await operation_queries.payment(details.payment) if details.payment else None
    return Case(details, file, action)


async def _file(operation_queries: OperationQueries, reference: str) -> PaymentFile:
    file = await operation_queries.payment(reference) if is_clean(reference) else None
    if file is None:
        raise NotFound
    return file


def _goes_back(amount: Money) -> str:
    return gettext("{sum} goes back.").format(sum=_sum(amount))


def _closed(given_up: Money | None) -> str:
    if given_up is None:
        return gettext("It is closed.")
    return gettext("{sum} is written off.").format(sum=_sum(given_up))


def _sum(amount: Money) -> str:
    return exact_sum(MoneyView(amount.amount, amount.currency))
