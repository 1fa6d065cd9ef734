"""The whole API: what programs call."""

from __future__ import annotations

from litestar import Router
from litestar.types import ASGIApp, ControllerRouterHandler, Middleware

from application.product import Product
from interfaces.api.accounts import AuthController
from interfaces.api.availabilities import AvailabilityController
from interfaces.api.calendars import CalendarFeedController, ClientCalendarController, ConsultantCalendarController
from interfaces.api.client_bookings import ClientBookingController
from interfaces.api.consultant_bookings import ConsultantBookingController
from interfaces.api.consultant_profile import ConsultantProfileController
from interfaces.api.consultants import ConsultantController
from interfaces.api.documentation import build_documentation
from interfaces.api.earnings import EarningController, PayoutController
from interfaces.api.gate import Gate
from interfaces.api.health import alive, ready
from interfaces.api.json_bodies import JsonBodies
from interfaces.api.me import MeController
from interfaces.api.notifications import NotificationController
from interfaces.api.own_data import OwnDataController
from interfaces.api.own_webhooks import OwnWebhookController
from interfaces.api.patterns import PatternController
from interfaces.api.payments import ClientPaymentController, ConsultantPaymentController
from interfaces.api.range_tools import RangeToolController
from interfaces.api.receipts import ClientReceiptController
from interfaces.api.refund_accounts import RefundAccountController
from interfaces.api.repeated_calls import BeforeRequest, begin_keyed_calls, kept
from interfaces.api.security import SecurityController
from interfaces.api.services import OfferedServiceController, ServiceController
from interfaces.api.waiting_list import WaitingListController
from interfaces.api.webhooks import receive_paystack_webhook
from interfaces.http.idempotency import KeepAnswers

LARGEST_BODY = 64 * 1024
CONTROLLERS = (
    AuthController,
    MeController,
    SecurityController,
    OwnDataController,
    NotificationController,
    CalendarFeedController,
    OwnWebhookController,
    ConsultantController,
    ClientBookingController,
    ClientCalendarController,
    WaitingListController,
    ClientPaymentController,
    ClientReceiptController,
    RefundAccountController,
    ConsultantProfileController,
    AvailabilityController,
    RangeToolController,
    ServiceController,
    OfferedServiceController,
    PatternController,
    ConsultantBookingController,
    ConsultantCalendarController,
    ConsultantPaymentController,
    EarningController,
    PayoutController,
)


def build_api(product: Product) -> list[ControllerRouterHandler]:
    """Routers and handlers for /api, /webhooks, /healthz and /readyz.

    They need the use cases and `http_settings` as dependencies of the application, and the cursors' key
    as `cursor_key` in its state.
    """

    def gate(app: ASGIApp) -> Gate:
        # A function, because the framework copies a router with everything that hangs on it.
        return Gate(app, product.callers, product.secrets)

    def keep_answers(app: ASGIApp) -> KeepAnswers:
        return KeepAnswers(app, product.answer_once, kept)

    outside = (receive_paystack_webhook, alive, ready)
    documentation = build_documentation((_router(*CONTROLLERS), *outside))
    calls = _router(
        *CONTROLLERS,
        *documentation,
        middleware=[gate, keep_answers],
        before_request=begin_keyed_calls(product.answer_once),
    )
    return [calls, *outside]


def _router(
    *handlers: ControllerRouterHandler,
    middleware: list[Middleware] | None = None,
    before_request: BeforeRequest | None = None,
) -> Router:
    return Router(
        path="/api",
        route_handlers=handlers,
        middleware=middleware,
        before_request=before_request,
        dto=JsonBodies,
        return_dto=None,
        request_max_body_size=LARGEST_BODY,
    )
