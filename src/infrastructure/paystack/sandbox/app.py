"""Puts the sandbox together: a separate ASGI application that speaks Paystack's wire format."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec
from litestar import Litestar, MediaType, Request, Response
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.static_files import create_static_files_router
from litestar.template import TemplateConfig

from infrastructure.paystack.sandbox.accounts import Accounts
from infrastructure.paystack.sandbox.api.balance import BalanceController
from infrastructure.paystack.sandbox.api.banks import BankController
from infrastructure.paystack.sandbox.api.recipients import RecipientController
from infrastructure.paystack.sandbox.api.refunds import RefundController
from infrastructure.paystack.sandbox.api.transactions import TransactionController
from infrastructure.paystack.sandbox.api.transfers import TransferController
from infrastructure.paystack.sandbox.balances import Balances
from infrastructure.paystack.sandbox.behaviour import Behaviour
from infrastructure.paystack.sandbox.charges import Charges
from infrastructure.paystack.sandbox.checkout import CheckoutController
from infrastructure.paystack.sandbox.control import ControlController
from infrastructure.paystack.sandbox.faults import FaultInjection, Faults
from infrastructure.paystack.sandbox.outcomes import Outcomes
from infrastructure.paystack.sandbox.overview import show_overview
from infrastructure.paystack.sandbox.pages import STATIC_FOLDER, page, template_engine
from infrastructure.paystack.sandbox.recipients import Recipients
from infrastructure.paystack.sandbox.refunds import Refunds
from infrastructure.paystack.sandbox.refusals import RequestRefusedError
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.paystack.sandbox.store import Store
from infrastructure.paystack.sandbox.transactions import Transactions
from infrastructure.paystack.sandbox.transfers import Transfers
from infrastructure.paystack.sandbox.webhooks import Courier, Webhooks

AnyRequest = Request[Any, Any, State]


def build_sandbox(
    settings: SandboxSettings, *, webhook_transport: httpx.AsyncBaseTransport | None = None
) -> Litestar:
    """Build a sandbox that runs in one process and owns its database file while it lives.

    `webhook_transport` carries the webhooks instead of the network, for tests within one process.
    """
    store = Store(settings.database)
    behaviour = Behaviour(time_scale=settings.webhook_time_scale)
    faults = Faults()
    webhooks = Webhooks(settings, store, behaviour)
    balances = Balances(settings, store, behaviour)
    transactions = Transactions(settings, store, behaviour, balances, webhooks)
    refunds = Refunds(settings, store, behaviour, balances, webhooks)
    accounts = Accounts(settings, behaviour)
    transfers = Transfers(settings, store, behaviour, balances, webhooks)

    def advance() -> None:
        now = settings.clock()
        transactions.settle_due_transfers(now)
        refunds.advance_due(now)
        transfers.advance_due(now)

    async def advance_first(_: AnyRequest) -> None:
        advance()

    courier = Courier(settings, store, behaviour, advance, webhook_transport)
    parts = {
        "settings": settings,
        "store": store,
        "behaviour": behaviour,
        "faults": faults,
        "webhooks": webhooks,
        "balances": balances,
        "transactions": transactions,
        "refunds": refunds,
        "accounts": accounts,
        "recipients": Recipients(settings, store, accounts),
        "transfers": transfers,
        "charges": Charges(transactions),
        "outcomes": Outcomes(settings, store, transactions),
        "courier": courier,
    }
    return Litestar(
        route_handlers=[
            TransactionController,
            RefundController,
            BankController,
            RecipientController,
            TransferController,
            BalanceController,
            CheckoutController,
            ControlController,
            show_overview,
            create_static_files_router(path="/static", directories=[STATIC_FOLDER]),
        ],
        dependencies={name: _constant(part) for name, part in parts.items()},
        before_request=advance_first,
        middleware=[FaultInjection(faults)],
        exception_handlers={RequestRefusedError: _answer_refusal, HTTPException: _answer_http_error},
        lifespan=[_running(store, courier)],
        openapi_config=None,
        state=State({"settings": settings}),
        template_config=TemplateConfig(instance=template_engine()),
    )


def _constant(part: object) -> Provide:
    return Provide(lambda: part, use_cache=True, sync_to_thread=False)


def _running(store: Store, courier: Courier) -> Callable[[Litestar], Any]:
    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        store.open()
        try:
            async with courier.running():
                yield
        finally:
            store.close()

    return lifespan


def _answer_refusal(_: AnyRequest, error: RequestRefusedError) -> Response[dict[str, object]]:
    return Response(error.refusal.envelope(), status_code=error.refusal.status_code, media_type=MediaType.JSON)


def _answer_http_error(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """Answer browsers with a page and programs with an error envelope."""
    if "text/html" in request.headers.get("accept", ""):
        return page("problem.html", {"detail": error.detail}, status_code=error.status_code)
    envelope = {"status": False, "message": error.detail, "errors": error.extra}
    return Response(msgspec.json.encode(envelope), status_code=error.status_code, media_type=MediaType.JSON)
