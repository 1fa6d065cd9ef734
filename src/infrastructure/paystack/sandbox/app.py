"""Puts the sandbox together: a separate ASGI application that speaks Paystack's wire format."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import fields
from typing import Any

import httpx
import msgspec
from litestar import Litestar, MediaType, Request, Response
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.static_files import create_static_files_router
from litestar.template import TemplateConfig

from infrastructure.paystack.sandbox.api.balance import BalanceController
from infrastructure.paystack.sandbox.api.banks import BankController
from infrastructure.paystack.sandbox.api.disputes import DisputeController
from infrastructure.paystack.sandbox.api.integration import IntegrationController
from infrastructure.paystack.sandbox.api.recipients import RecipientController
from infrastructure.paystack.sandbox.api.refunds import RefundController
from infrastructure.paystack.sandbox.api.subaccounts import SplitController, SubaccountController
from infrastructure.paystack.sandbox.api.transactions import TransactionController
from infrastructure.paystack.sandbox.api.transfers import TransferController
from infrastructure.paystack.sandbox.business import Business
from infrastructure.paystack.sandbox.checkout import CheckoutController
from infrastructure.paystack.sandbox.control.chaos import ChaosController
from infrastructure.paystack.sandbox.control.deliveries import DeliveryController
from infrastructure.paystack.sandbox.control.disputes import ControlledDisputeController
from infrastructure.paystack.sandbox.control.faults import FaultController
from infrastructure.paystack.sandbox.control.refunds import ControlledRefundController
from infrastructure.paystack.sandbox.control.switches import SwitchController
from infrastructure.paystack.sandbox.control.transactions import ControlledTransactionController
from infrastructure.paystack.sandbox.control.transfers import ControlledTransferController
from infrastructure.paystack.sandbox.modes import found_modes, modes_of
from infrastructure.paystack.sandbox.overview import show_overview
from infrastructure.paystack.sandbox.pages import STATIC_FOLDER, page, template_engine
from infrastructure.paystack.sandbox.panel import PanelController
from infrastructure.paystack.sandbox.refusals import RequestRefusedError
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.paystack.sandbox.spoiling import FaultInjection

AnyRequest = Request[Any, Any, State]


def build_sandbox(
    settings: SandboxSettings, *, webhook_transport: httpx.AsyncBaseTransport | None = None
) -> Litestar:
    """Build a sandbox that runs in one process and owns its database file while it lives.

    `webhook_transport` carries the webhooks instead of the network, for tests within one process.
    """
    return Litestar(
        route_handlers=[
            TransactionController,
            RefundController,
            DisputeController,
            BankController,
            SubaccountController,
            SplitController,
            RecipientController,
            TransferController,
            BalanceController,
            IntegrationController,
            CheckoutController,
            SwitchController,
            ControlledTransactionController,
            ControlledRefundController,
            ControlledTransferController,
            ControlledDisputeController,
            DeliveryController,
            FaultController,
            ChaosController,
            PanelController,
            show_overview,
            create_static_files_router(path="/static", directories=[STATIC_FOLDER]),
        ],
        dependencies={
            **{part.name: _part(part.name) for part in fields(Business)},
            "business": Provide(_business, sync_to_thread=False),
        },
        before_request=_advance_first,
        middleware=[FaultInjection()],
        exception_handlers={RequestRefusedError: _answer_refusal, HTTPException: _answer_http_error},
        lifespan=[_running],
        openapi_config=None,
        state=State({"modes": found_modes(settings, webhook_transport)}),
        template_config=TemplateConfig(instance=template_engine()),
    )


async def _advance_first(request: AnyRequest) -> None:
    for business in modes_of(request.app).all:
        business.advance()


def _business(request: AnyRequest) -> Business:
    return modes_of(request.app).of(request)


def _part(name: str) -> Provide:
    """Provide a part of the business that a request is about."""

    def provide(request: AnyRequest) -> Any:
        return getattr(_business(request), name)

    return Provide(provide, sync_to_thread=False)


@asynccontextmanager
async def _running(app: Litestar) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        for business in modes_of(app).all:
            await stack.enter_async_context(business.running())
        yield


def _answer_refusal(_: AnyRequest, error: RequestRefusedError) -> Response[dict[str, object]]:
    return Response(error.refusal.envelope(), status_code=error.refusal.status_code, media_type=MediaType.JSON)


def _answer_http_error(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """Answer browsers with a page and programs with an error envelope."""
    if "text/html" in request.headers.get("accept", ""):
        return page("problem.html", {"detail": error.detail}, status_code=error.status_code)
    envelope = {"status": False, "message": error.detail, "errors": error.extra}
    return Response(msgspec.json.encode(envelope), status_code=error.status_code, media_type=MediaType.JSON)
