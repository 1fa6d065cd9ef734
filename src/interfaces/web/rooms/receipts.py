"""Receipts of a client's payments and refunds, to be read, printed and kept."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from application.payments.receipts import ReceiptQueries, ReceiptView
from domain.accounts import Role
from domain.refusals import NotFound
from domain.text import is_clean
from interfaces.http.pdf_sheets import SheetPress
from interfaces.web.pages import Page
from interfaces.web.receipt_words import file_name, sheet_of
from interfaces.web.visitors import OnlyFor, caller_of


class ReceiptsController(Controller):
    """Only for clients; each sees their own."""

    path = "/"
    guards = (OnlyFor(Role.CLIENT),)

    @get("/payments/{reference:str}/receipt")
    async def of_payment(
        self,
        request: Request[Any, Any, Any],
        reference: FromPath[str],
        receipt_queries: NamedDependency[SkipValidation[ReceiptQueries]],
    ) -> Page:
        """What was paid."""
        return _page(await _of_payment(request, receipt_queries, reference), f"/payments/{reference}/receipt.pdf")

    @get("/payments/{reference:str}/receipt.pdf")
    async def file_of_payment(
        self,
        request: Request[Any, Any, Any],
        reference: FromPath[str],
        receipt_queries: NamedDependency[SkipValidation[ReceiptQueries]],
        sheet_press: NamedDependency[SkipValidation[SheetPress]],
    ) -> Response[bytes]:
        """The same as a PDF."""
        return await receipt_file(await _of_payment(request, receipt_queries, reference), sheet_press)

    @get("/refunds/{refund_id:uuid}/receipt")
    async def of_refund(
        self,
        request: Request[Any, Any, Any],
        refund_id: FromPath[UUID],
        receipt_queries: NamedDependency[SkipValidation[ReceiptQueries]],
    ) -> Page:
        """What went back."""
        return _page(await _of_refund(request, receipt_queries, refund_id), f"/refunds/{refund_id}/receipt.pdf")

    @get("/refunds/{refund_id:uuid}/receipt.pdf")
    async def file_of_refund(
        self,
        request: Request[Any, Any, Any],
        refund_id: FromPath[UUID],
        receipt_queries: NamedDependency[SkipValidation[ReceiptQueries]],
        sheet_press: NamedDependency[SkipValidation[SheetPress]],
    ) -> Response[bytes]:
        """The same as a PDF."""
        return await receipt_file(await _of_refund(request, receipt_queries, refund_id), sheet_press)


async def receipt_file(receipt: ReceiptView, sheet_press: SheetPress) -> Response[bytes]:
    """A receipt as a download."""
    return Response(
        await sheet_press.pdf(sheet_of(receipt)),
        status_code=200,
        media_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{file_name(receipt)}"'},
    )


def _page(receipt: ReceiptView, file_address: str) -> Page:
    return Page("receipt.html", receipt=receipt, sheet=sheet_of(receipt), file_address=file_address)


async def _of_payment(
    request: Request[Any, Any, Any], receipt_queries: ReceiptQueries, reference: str
) -> ReceiptView:
    receipt = None
    if is_clean(reference):
        receipt = await receipt_queries.of_payment(caller_of(request).account_id, reference)
    if receipt is None:
        raise NotFound
    return receipt


async def _of_refund(
    request: Request[Any, Any, Any], receipt_queries: ReceiptQueries, refund_id: UUID
) -> ReceiptView:
    receipt = await receipt_queries.of_refund(caller_of(request).account_id, refund_id)
    if receipt is None:
        raise NotFound
    return receipt
