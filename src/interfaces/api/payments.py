"""Payment history, as clients and as consultants see it."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response.base import ASGIResponse

from application.accounts.callers import Caller
from application.paging import DEFAULT_LIMIT
from application.payments.views import PaymentQueries
from interfaces.api.answers import PaymentList, ReceivedPaymentList
from interfaces.api.json_answers import answer
from interfaces.api.lists import Cursor, Limit, ListReader
from interfaces.api.operations import operation
from interfaces.api.policies import CLIENTS, CONSULTANTS


class ClientPaymentController(Controller):
    """For clients."""

    path = "/client/payments"
    tags = ("Client",)

    @get(
        "/",
        **operation(
            "listClientPayments",
            "One's own payments",
            policy=CLIENTS,
            explained_by=PaymentQueries.of_client,
            gives=PaymentList,
            refuses=(422,),
        ),
    )
    async def list_own(
        self,
        request: Request[Caller, Any, Any],
        payment_queries: NamedDependency[SkipValidation[PaymentQueries]],
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> ASGIResponse:
        """Newest first."""
        reader = ListReader(request, limit, cursor)
        page = await payment_queries.of_client(request.user.account_id, reader.page)
        next_cursor, link = reader.next(page.next_key)
        return answer(PaymentList(page.items, next_cursor), link=link)


class ConsultantPaymentController(Controller):
    """For consultants."""

    path = "/consultant/payments"
    tags = ("Consultant",)

    @get(
        "/",
        **operation(
            "listConsultantPayments",
            "Payments received for one's sessions",
            policy=CONSULTANTS,
            explained_by=PaymentQueries.of_consultant,
            gives=ReceivedPaymentList,
            refuses=(422,),
        ),
    )
    async def list_received(
        self,
        request: Request[Caller, Any, Any],
        payment_queries: NamedDependency[SkipValidation[PaymentQueries]],
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> ASGIResponse:
        """Newest first."""
        reader = ListReader(request, limit, cursor)
        page = await payment_queries.of_consultant(request.user.account_id, reader.page)
        next_cursor, link = reader.next(page.next_key)
        return answer(ReceivedPaymentList(page.items, next_cursor), link=link)
