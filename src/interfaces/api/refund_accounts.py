"""Refunds that wait for a bank account of the client's."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter, SkipValidation
from litestar.response.base import ASGIResponse

from application.accounts.callers import Caller
from application.bookings.views import BookingDetails, BookingQueries
from application.payments.refund_account import ListRefundBanks, NameRefundAccount, NameRefundAccountCommand
from domain.refusals import NotFound
from interfaces.api.answers import RefundBank, RefundBankList
from interfaces.api.json_answers import answer
from interfaces.api.operations import operation
from interfaces.api.policies import CLIENTS, Body
from interfaces.api.requests import RefundAccountRequest

Currency = Annotated[str, QueryParameter(description="The currency of the refund, such as NGN.")]


class RefundAccountController(Controller):
    """For clients."""

    path = "/client"
    tags = ("Client",)

    @get(
        "/refund-banks",
        **operation(
            "listRefundBanks",
            "Banks that a refund can be sent to",
            policy=CLIENTS,
            explained_by=ListRefundBanks,
            gives=RefundBankList,
            refuses=(422,),
        ),
    )
    async def list_banks(
        self, currency: Currency, list_refund_banks: NamedDependency[ListRefundBanks]
    ) -> ASGIResponse:
        """All at once."""
        banks = await list_refund_banks(currency)
        return answer(RefundBankList([RefundBank(bank.id, bank.name) for bank in banks]))

    @post(
        "/bookings/{booking_id:uuid}/refund-account",
        **operation(
            "nameClientRefundAccount",
            "Say which bank account a refund should go to",
            policy=CLIENTS,
            explained_by=NameRefundAccount,
            method="POST",
            reads=Body.JSON,
            holds_secret=True,
            gives=BookingDetails,
            refuses=(404, 409),
        ),
    )
    async def name_account(
        self,
        request: Request[Caller, Any, Any],
        booking_id: FromPath[UUID],
        data: JSONBody[RefundAccountRequest],
        name_refund_account: NamedDependency[NameRefundAccount],
        booking_queries: NamedDependency[SkipValidation[BookingQueries]],
    ) -> ASGIResponse:
        """The details as they are afterwards."""
        await name_refund_account(
            request.user,
            NameRefundAccountCommand(
                booking_id=booking_id, bank_id=data.bank_id, account_number=data.account_number
            ),
        )
        details = await booking_queries.details(request.user.account_id, booking_id)
        if details is None:
            raise NotFound
        return answer(details)
