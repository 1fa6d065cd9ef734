"""Puts the sandbox together: a separate ASGI application that speaks Paystack's wire format."""

from collections.abc import AsyncIterator, Callable
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
from infrastructure.paystack.sandbox.business import Business, found_business
from infrastructure.paystack.sandbox.checkout import CheckoutController
from infrastructure.paystack.sandbox.control.chaos import ChaosController
from infrastructure.paystack.sandbox.control.deliveries import DeliveryController
from infrastructure.paystack.sandbox.control.disputes import ControlledDisputeController
from infrastructure.paystack.sandbox.control.faults import FaultController
from infrastructure.paystack.sandbox.control.refunds import ControlledRefundController
from infrastructure.paystack.sandbox.control.switches import SwitchController
from infrastructure.paystack.sandbox.control.transactions import ControlledTransactionController
from infrastructure.paystack.sandbox.control.transfers import ControlledTransferController
from infrastructure.paystack.sandbox.modes import Modes
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
    other = settings.in_other_mode()
    modes = Modes(
        found_business(settings, webhook_transport),
        found_business(other, webhook_transport) if other else None,
    )

    async def advance_first(_: AnyRequest) -> None:
        for business in modes.all:
            business.advance()

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
            **{part.name: _part(modes, part.name) for part in fields(Business)},
            "business": Provide(_business(modes), sync_to_thread=False),
        },
        before_request=advance_first,
        middleware=[FaultInjection(modes)],
        exception_handlers={RequestRefusedError: _answer_refusal, HTTPException: _answer_http_error},
        lifespan=[_running(modes)],
        openapi_config=None,
        state=State({"modes": modes}),
        template_config=TemplateConfig(instance=template_engine()),
    )


def _business(modes: Modes) -> Callable[[AnyRequest], Business]:
    def provide(request: AnyRequest) -> Business:
        return modes.of(request)

    return provide


def _part(modes: Modes, name: str) -> Provide:
    """Provide a part of the business that a request is about."""

    def provide(request: AnyRequest) -> Any:
        return getattr(modes.of(request), name)

    return Provide(provide, sync_to_thread=False)


def _running(modes: Modes) -> Callable[[Litestar], Any]:
    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for business in modes.all:
                await stack.enter_async_context(business.running())
            yield

    return lifespan


def _answer_refusal(_: AnyRequest, error: RequestRefusedError) -> Response[dict[str, object]]:
    return Response(error.refusal.envelope(), status_code=error.refusal.status_code, media_type=MediaType.JSON)


def _answer_http_error(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """Answer browsers with a page and programs with an error envelope."""
    if "text/html" in request.headers.get("accept", ""):
        return page("problem.html", {"detail": error.detail}, status_code=error.status_code)
    envelope = {"status": False, "message": error.detail, "errors": error.extra}
    return Response(msgspec.json.encode(envelope), status_code=error.status_code, media_type=MediaType.JSON)
