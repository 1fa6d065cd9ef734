"""What a consultant earned, and how it is paid out. Where the money goes is changed on the pages only."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Controller, Request, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, SkipValidation
from litestar.response.base import ASGIResponse

from application.accounts.callers import Caller
from application.earnings.choose_weekly_payouts import ChooseWeeklyPayouts
from application.earnings.request_payout import RequestPayout
from application.earnings.views import EarningQueries, PayoutView
from application.paging import DEFAULT_LIMIT
from domain.refusals import NotFound
from interfaces.api.answers import EarningsOverview, PayoutList, PayoutSchedule
from interfaces.api.json_answers import answer
from interfaces.api.lists import Cursor, Limit, ListReader
from interfaces.api.operations import operation
from interfaces.api.policies import CONSULTANTS, Body
from interfaces.api.requests import PayoutScheduleRequest
from interfaces.http.idempotency import resource_id_of

MONTHS = 24


class EarningController(Controller):
    """For consultants."""

    path = "/consultant/earnings"
    tags = ("Consultant",)

    @get(
        "/",
        **operation(
            "getConsultantEarnings",
            "What one earned: balances, months, and booking by booking",
            policy=CONSULTANTS,
            explained_by=EarningQueries.earnings,
            gives=EarningsOverview,
            refuses=(422,),
        ),
    )
    async def overview(
        self,
        request: Request[Caller, Any, Any],
        earning_queries: NamedDependency[SkipValidation[EarningQueries]],
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> ASGIResponse:
        """Balances and months are of everything, whichever page of bookings is asked for."""
        reader = ListReader(request, limit, cursor)
        consultant_id = request.user.account_id
        page = await earning_queries.earnings(consultant_id, reader.page)
        next_cursor, link = reader.next(page.next_key)
        overview = EarningsOverview(
            balances=await earning_queries.balances(consultant_id),
            months=await earning_queries.months(consultant_id, limit=MONTHS),
            items=page.items,
            next_cursor=next_cursor,
        )
        return answer(overview, link=link)


class PayoutController(Controller):
    """For consultants."""

    path = "/consultant"
    tags = ("Consultant",)

    @get(
        "/payouts",
        **operation(
            "listConsultantPayouts",
            "One's own payouts",
            policy=CONSULTANTS,
            explained_by=EarningQueries.payouts,
            gives=PayoutList,
            refuses=(422,),
        ),
    )
    async def list_own(
        self,
        request: Request[Caller, Any, Any],
        earning_queries: NamedDependency[SkipValidation[EarningQueries]],
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> ASGIResponse:
        """Newest first."""
        reader = ListReader(request, limit, cursor)
        page = await earning_queries.payouts(request.user.account_id, reader.page)
        next_cursor, link = reader.next(page.next_key)
        return answer(PayoutList(page.items, next_cursor), link=link)

    @get(
        "/payouts/{payout_id:uuid}",
        **operation(
            "getConsultantPayout",
            "One of one's own payouts",
            policy=CONSULTANTS,
            explained_by=EarningQueries.payout,
            gives=PayoutView,
            refuses=(404,),
        ),
    )
    async def show(
        self,
        request: Request[Caller, Any, Any],
        payout_id: FromPath[UUID],
        earning_queries: NamedDependency[SkipValidation[EarningQueries]],
    ) -> ASGIResponse:
        """How far it has come."""
        return answer(await _own_payout(request.user, payout_id, earning_queries))

    @post(
        "/payouts",
        **operation(
            "requestConsultantPayout",
            "Have everything that is available paid out",
            policy=CONSULTANTS,
            explained_by=RequestPayout,
            method="POST",
            gives=PayoutView,
            status=201,
            refuses=(404, 409),
        ),
    )
    async def request_payout(
        self,
        request: Request[Caller, Any, Any],
        request_payout: NamedDependency[RequestPayout],
        earning_queries: NamedDependency[SkipValidation[EarningQueries]],
    ) -> ASGIResponse:
        """201 with the payout."""
        payout = await request_payout(request.user, payout_id=resource_id_of(request))
        view = await _own_payout(request.user, payout.id, earning_queries)
        return answer(view, 201, location=f"/api/consultant/payouts/{payout.id}")

    @put(
        "/payout-schedule",
        **operation(
            "setConsultantPayoutSchedule",
            "Choose whether to be paid every week",
            policy=CONSULTANTS,
            explained_by=ChooseWeeklyPayouts,
            method="PUT",
            reads=Body.JSON,
            gives=PayoutSchedule,
            refuses=(404,),
        ),
    )
    async def choose_schedule(
        self,
        request: Request[Caller, Any, Any],
        data: JSONBody[PayoutScheduleRequest],
        choose_weekly_payouts: NamedDependency[ChooseWeeklyPayouts],
    ) -> ASGIResponse:
        """The choice as it is afterwards."""
        await choose_weekly_payouts(request.user, weekly=data.weekly)
        return answer(PayoutSchedule(weekly=data.weekly))


async def _own_payout(caller: Caller, payout_id: UUID, earning_queries: EarningQueries) -> PayoutView:
    payout = await earning_queries.payout(caller.account_id, payout_id)
    if payout is None:
        raise NotFound
    return payout
