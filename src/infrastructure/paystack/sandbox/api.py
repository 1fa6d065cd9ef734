"""The HTTP API: transactions and refunds, as Paystack answers them."""

import hmac
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from litestar import Controller, Request, get, post
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from infrastructure.paystack.sandbox import refusals, wire
from infrastructure.paystack.sandbox.incoming import (
    read_body,
    read_new_refund,
    read_new_transaction,
    read_number,
)
from infrastructure.paystack.sandbox.records import Transaction
from infrastructure.paystack.sandbox.refunds import Refunds
from infrastructure.paystack.sandbox.refusals import RequestRefusedError
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.paystack.sandbox.store import Selection, Store
from infrastructure.paystack.sandbox.transactions import Transactions
from infrastructure.paystack.sandbox.wire import Json

AnyRequest = Request[Any, Any, State]
_LARGEST_PAGE = 100


def require_secret_key(connection: ASGIConnection[Any, Any, Any, State], handler: BaseRouteHandler) -> None:
    """Let only the secret key pass; a public key may not call the API."""
    header = connection.headers.get("authorization")
    if not header:
        raise RequestRefusedError(refusals.MISSING_KEY)
    scheme, _, key = header.partition(" ")
    if scheme != "Bearer" or not key or " " in key:
        raise RequestRefusedError(refusals.MALFORMED_KEY)
    settings: SandboxSettings = connection.app.state.settings
    if not hmac.compare_digest(key.encode(), settings.secret_key.encode()):
        raise RequestRefusedError(refusals.INVALID_KEY)


class TransactionController(Controller):
    path = "/transaction"
    guards = (require_secret_key,)

    @post("/initialize", status_code=200, opt={"endpoint": "initialize"})
    async def initialize(
        self,
        request: AnyRequest,
        settings: NamedDependency[SandboxSettings],
        transactions: NamedDependency[Transactions],
    ) -> Json:
        body = read_body(await request.body(), request.headers.get("content-type", ""))
        address = request.client.host if request.client else "127.0.0.1"
        transaction = transactions.initialize(read_new_transaction(body, settings), address)
        return wire.answer(
            "Authorization URL created",
            {
                "authorization_url": checkout_address(settings, transaction),
                "access_code": transaction.access_code,
                "reference": transaction.reference,
            },
        )

    @get("/verify/{reference:str}", opt={"endpoint": "verify"})
    async def verify(self, reference: FromPath[str], transactions: NamedDependency[Transactions]) -> Json:
        transaction = transactions.by_reference(reference)
        return wire.answer("Verification successful", wire.verified_transaction(transaction))

    @get("/verify", opt={"endpoint": "verify"})
    async def verify_nothing(self) -> Json:
        """An empty reference is taken for the id `verify`."""
        raise RequestRefusedError(refusals.ID_NOT_NUMERIC)

    @get("/{transaction_id:str}", opt={"endpoint": "fetch_transaction"})
    async def fetch(self, transaction_id: FromPath[str], transactions: NamedDependency[Transactions]) -> Json:
        transaction = transactions.by_id(transaction_id)
        return wire.answer("Transaction retrieved", wire.fetched_transaction(transaction))

    @get("/", opt={"endpoint": "list_transactions"})
    async def list_all(self, request: AnyRequest, store: NamedDependency[Store]) -> Json:
        query = request.query_params
        selection = _transactions_wanted(query)
        page = _Page(query)
        totals = store.transaction_totals(selection)
        if query.get("use_cursor") == "true":
            return _list_by_cursor(store, selection, query, page)
        found = store.transactions(selection, limit=page.size, offset=page.skipped)
        meta = page.meta(totals.count) | {"total_volume": totals.volume}
        return wire.answer("Transactions retrieved", [wire.listed_transaction(row) for row in found], meta)


class RefundController(Controller):
    path = "/refund"
    guards = (require_secret_key,)

    @post("/", status_code=200, opt={"endpoint": "refund"})
    async def create(
        self,
        request: AnyRequest,
        settings: NamedDependency[SandboxSettings],
        refunds: NamedDependency[Refunds],
    ) -> Json:
        body = read_body(await request.body(), request.headers.get("content-type", ""))
        refund, transaction = refunds.create(read_new_refund(body))
        return wire.answer(
            "Refund has been queued for processing",
            wire.created_refund(
                refund,
                transaction,
                account_email=settings.account_email,
                is_complete=refunds.remaining(transaction) == 0,
            ),
        )

    @get("/{refund_id:str}", opt={"endpoint": "fetch_refund"})
    async def fetch(
        self,
        refund_id: FromPath[str],
        settings: NamedDependency[SandboxSettings],
        refunds: NamedDependency[Refunds],
    ) -> Json:
        refund = refunds.by_id(refund_id)
        transaction = refunds.transaction_of(refund)
        shown = wire.read_refund(refund, transaction, account_email=settings.account_email)
        return wire.answer("Refund retrieved", shown)

    @get("/", opt={"endpoint": "list_refunds"})
    async def list_all(
        self,
        request: AnyRequest,
        settings: NamedDependency[SandboxSettings],
        store: NamedDependency[Store],
        refunds: NamedDependency[Refunds],
    ) -> Json:
        selection = _refunds_wanted(request.query_params)
        page = _Page(request.query_params)
        totals = store.refund_totals(selection)
        found = store.refunds(selection, limit=page.size, offset=page.skipped)
        shown = [
            wire.read_refund(row, refunds.transaction_of(row), account_email=settings.account_email)
            for row in found
        ]
        meta = page.meta(totals.count) | {"perPage": str(page.size), "failedRefundCount": totals.failed}
        return wire.answer("Refunds retrieved", shown, meta)


def checkout_address(settings: SandboxSettings, transaction: Transaction) -> str:
    return f"{settings.public_url}/checkout/{transaction.access_code}"


class _Page:
    """Offset pagination; nonsense falls back to the defaults, as it does at Paystack."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self.number = _positive(query.get("page"), 1)
        self.size = min(_positive(query.get("perPage") or query.get("per_page"), 50), _LARGEST_PAGE)
        self.skipped = (self.number - 1) * self.size

    def meta(self, total: int) -> Json:
        return {
            "total": total,
            "skipped": self.skipped,
            "perPage": self.size,
            "page": self.number,
            "pageCount": math.ceil(total / self.size),
        }


def _list_by_cursor(store: Store, selection: Selection, query: Mapping[str, str], page: _Page) -> Json:
    """Newest first; a cursor is the id before or after which the page begins."""
    before = _positive(query.get("next"), 0)
    if before:
        selection = selection.narrowed("id < ?", before)
    found = store.transactions(selection, limit=page.size + 1)
    shown, has_more = found[: page.size], len(found) > page.size
    meta: Json = {"next": str(shown[-1].id) if has_more else None, "previous": None, "perPage": page.size}
    return wire.answer("Transactions retrieved", [wire.listed_transaction(row) for row in shown], meta)


def _transactions_wanted(query: Mapping[str, str]) -> Selection:
    selection = _period_wanted(query)
    for parameter, column in (("status", "status"), ("channel", "channel")):
        if query.get(parameter):
            selection = selection.narrowed(f"{column} = ?", query[parameter])
    # A customer code instead of the numeric id finds nothing: no error.
    for parameter, column in (("customer", "customer_id"), ("amount", "amount")):
        if query.get(parameter):
            selection = selection.narrowed(f"{column} = ?", _positive(query[parameter], 0))
    return selection


def _refunds_wanted(query: Mapping[str, str]) -> Selection:
    selection = _period_wanted(query)
    if query.get("transaction"):
        # A reference instead of the numeric id finds nothing: no error.
        selection = selection.narrowed("transaction_id = ?", _positive(query["transaction"], 0))
    if query.get("currency"):
        selection = selection.narrowed("currency = ?", query["currency"])
    return selection


def _period_wanted(query: Mapping[str, str]) -> Selection:
    selection = Selection()
    for parameter, test in (("from", "created_at >= ?"), ("to", "created_at <= ?")):
        instant = _instant(query.get(parameter))
        if instant is not None:
            selection = selection.narrowed(test, instant.timestamp())
    return selection


def _instant(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise refusals.refuse("Invalid date passed") from error
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _positive(text: str | None, default: int) -> int:
    return read_number(text) or default
