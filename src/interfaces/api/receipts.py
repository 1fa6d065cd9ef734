"""A client's receipts."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import PathParameter, SkipValidation
from litestar.response.base import ASGIResponse

from application.accounts.callers import Caller
from application.paging import DEFAULT_LIMIT
from application.payments.receipts import ReceiptQueries, ReceiptView
from domain.refusals import NotFound
from interfaces.api.answers import ReceiptList
from interfaces.api.json_answers import answer
from interfaces.api.lists import Cursor, Limit, ListReader
from interfaces.api.operations import operation
from interfaces.api.policies import CLIENTS
from interfaces.http.pdf_sheets import SheetPress
from interfaces.web.rooms.receipts import receipt_file

Number = Annotated[int, PathParameter(description="The receipt's number.")]


def _file_operation() -> dict[str, Any]:
    described = operation(
        "getClientReceiptFile",
        "A receipt as a PDF",
        policy=CLIENTS,
        explained_by=ReceiptQueries.by_number,
        gives=bytes,
        refuses=(404,),
    )
    described["responses"][200] = ResponseSpec(
        bytes, generate_examples=False, description="A PDF of one page.", media_type="application/pdf"
    )
    return described


class ClientReceiptController(Controller):
    """For clients."""

    path = "/client/receipts"
    tags = ("Client",)

    @get(
        "/",
        **operation(
            "listClientReceipts",
            "One's own receipts",
            policy=CLIENTS,
            explained_by=ReceiptQueries.of_client,
            gives=ReceiptList,
            refuses=(422,),
        ),
    )
    async def list_own(
        self,
        request: Request[Caller, Any, Any],
        receipt_queries: NamedDependency[SkipValidation[ReceiptQueries]],
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> ASGIResponse:
        """Newest first."""
        reader = ListReader(request, limit, cursor)
        page = await receipt_queries.of_client(request.user.account_id, reader.page)
        next_cursor, link = reader.next(page.next_key)
        return answer(ReceiptList(page.items, next_cursor), link=link)

    @get(
        "/{number:int}",
        **operation(
            "getClientReceipt",
            "A receipt",
            policy=CLIENTS,
            explained_by=ReceiptQueries.by_number,
            gives=ReceiptView,
            refuses=(404,),
        ),
    )
    async def show(
        self,
        request: Request[Caller, Any, Any],
        number: Number,
        receipt_queries: NamedDependency[SkipValidation[ReceiptQueries]],
    ) -> ASGIResponse:
        """The receipt."""
        return answer(await _own(request, receipt_queries, number))

    @get("/{number:int}/pdf", **_file_operation())
    async def file(
        self,
        request: Request[Caller, Any, Any],
        number: Number,
        receipt_queries: NamedDependency[SkipValidation[ReceiptQueries]],
        sheet_press: NamedDependency[SkipValidation[SheetPress]],
    ) -> Response[bytes]:
        """The same on a page."""
        return await receipt_file(await _own(request, receipt_queries, number), sheet_press)


async def _own(request: Request[Caller, Any, Any], receipt_queries: ReceiptQueries, number: int) -> ReceiptView:
    receipt = await receipt_queries.by_number(request.user.account_id, number)
    if receipt is None:
        raise NotFound
    return receipt
