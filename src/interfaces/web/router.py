"""All pages, static files and pictures."""

from __future__ import annotations

from litestar import Router
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp, ExceptionHandlersMap

from application.product import Product
from domain.refusals import Refusal
from interfaces.http.idempotency import KeepAnswers
from interfaces.http.settings import HttpSettings
from interfaces.web.csrf import ForeignRequest, Lapsed
from interfaces.web.errors import refuse_foreign, show_http_fault, show_refusal
from interfaces.web.lapses import ask_to_sign_in, offer_again
from interfaces.web.repeated_forms import begin_keyed_forms, kept
from interfaces.web.rooms.absence import AbsenceController
from interfaces.web.rooms.absence_answer import AbsenceAnswerController
from interfaces.web.rooms.account import AccountController
from interfaces.web.rooms.appearance import AppearanceController
from interfaces.web.rooms.availability import AvailabilityController
from interfaces.web.rooms.booking import BookingController
from interfaces.web.rooms.browser_sessions import BrowserSessionsController
from interfaces.web.rooms.calendar_feed import CalendarFeedController, calendar_feed
from interfaces.web.rooms.calendars import CalendarFileController
from interfaces.web.rooms.calling_off import CallingOffController
from interfaces.web.rooms.cancelling import CancellingController
from interfaces.web.rooms.client import ClientController
from interfaces.web.rooms.consultant import ConsultantController
from interfaces.web.rooms.consultant_bookings import ConsultantBookingsController
from interfaces.web.rooms.consultant_reviews import ConsultantReviewsController
from interfaces.web.rooms.consultant_sessions import ConsultantSessionsController
from interfaces.web.rooms.design import DesignController
from interfaces.web.rooms.discovery import DiscoveryController
from interfaces.web.rooms.earnings import EarningsController
from interfaces.web.rooms.entry import EntryController
from interfaces.web.rooms.home import HomeController
from interfaces.web.rooms.information import InformationController
from interfaces.web.rooms.live_seats import live_seats
from interfaces.web.rooms.media import picture
from interfaces.web.rooms.moving import MovingController
from interfaces.web.rooms.notifications import NotificationsController
from interfaces.web.rooms.operator import OperatorController
from interfaces.web.rooms.operator_absences import OperatorAbsencesController
from interfaces.web.rooms.operator_accounts import OperatorAccountsController
from interfaces.web.rooms.operator_actions import OperatorActionsController, OperatorRefundController
from interfaces.web.rooms.operator_audit import OperatorAuditController
from interfaces.web.rooms.operator_health import OperatorHealthController
from interfaces.web.rooms.operator_money import OperatorMoneyController
from interfaces.web.rooms.operator_records import OperatorRecordsController
from interfaces.web.rooms.operator_reviews import OperatorReviewsController
from interfaces.web.rooms.operator_search import OperatorSearchController
from interfaces.web.rooms.own_data import OwnDataController
from interfaces.web.rooms.own_zone import OwnZoneController
from interfaces.web.rooms.patterns import PatternsController
from interfaces.web.rooms.paying import PayingController
from interfaces.web.rooms.payouts import PayoutAccountController, PayoutsController
from interfaces.web.rooms.picture import PictureController
from interfaces.web.rooms.preferences import PreferencesController
from interfaces.web.rooms.public_profile import PublicProfileController
from interfaces.web.rooms.range_tools import RangeToolsController
from interfaces.web.rooms.receipts import ReceiptsController
from interfaces.web.rooms.recovery import RecoveryController
from interfaces.web.rooms.recovery_codes import RecoveryCodesController
from interfaces.web.rooms.refund_account import RefundAccountController
from interfaces.web.rooms.security_question import SecurityQuestionController
from interfaces.web.rooms.services import ServicesController
from interfaces.web.rooms.sessions import SessionsController
from interfaces.web.rooms.timetable import TimetableController
from interfaces.web.rooms.today import TodayController
from interfaces.web.rooms.tokens import TokensController
from interfaces.web.rooms.waiting import WaitingController
from interfaces.web.rooms.webhooks import WebhooksController
from interfaces.web.shell import ShellGate
from interfaces.web.static_files import build_static_files
from interfaces.web.submissions import LARGEST_FORM
from interfaces.web.visitors import Gate, SignInNeeded

FAULTS: ExceptionHandlersMap = {
    Refusal: show_refusal,
    SignInNeeded: ask_to_sign_in,
    ForeignRequest: refuse_foreign,
    Lapsed: offer_again,
    HTTPException: show_http_fault,
}


def build_pages(product: Product, settings: HttpSettings) -> Router:
    """Every address that a browser is meant for.

    Needs the use cases, `callers`, `secrets` and `http_settings` as dependencies of the application.
    Whoever asks for a page comes through the `Gate`; files and pictures are for everybody.
    """

    def keep_answers(app: ASGIApp) -> KeepAnswers:
        # A function, because the framework copies a router with everything that hangs on it.
        return KeepAnswers(app, product.answer_once, kept)

    pages = Router(
        path="/",
        guards=[Gate(settings)],
        middleware=[keep_answers],
        before_request=begin_keyed_forms(product.answer_once),
        request_max_body_size=LARGEST_FORM,
        exception_handlers=FAULTS,
        route_handlers=[
            HomeController,
            InformationController,
            *([] if settings.is_production else [DesignController]),
            DiscoveryController,
            PublicProfileController,
            OwnZoneController,
            EntryController,
            RecoveryController,
            AccountController,
            PictureController,
            SecurityQuestionController,
            RecoveryCodesController,
            TokensController,
            BrowserSessionsController,
            PreferencesController,
            OwnDataController,
            NotificationsController,
            WebhooksController,
            CalendarFeedController,
            CalendarFileController,
            BookingController,
            PayingController,
            SessionsController,
            WaitingController,
            ClientController,
            ReceiptsController,
            RefundAccountController,
            MovingController,
            CancellingController,
            AbsenceController,
            TodayController,
            ConsultantController,
            ConsultantBookingsController,
            ConsultantSessionsController,
            ConsultantReviewsController,
            EarningsController,
            PayoutsController,
            PayoutAccountController,
            CallingOffController,
            AbsenceAnswerController,
            AvailabilityController,
            TimetableController,
            ServicesController,
            PatternsController,
            RangeToolsController,
            OperatorController,
            OperatorActionsController,
            OperatorMoneyController,
            OperatorRefundController,
            OperatorAbsencesController,
            OperatorSearchController,
            OperatorRecordsController,
            OperatorAccountsController,
            OperatorReviewsController,
            OperatorAuditController,
            OperatorHealthController,
        ],
    )
    shell = Router(
        path="/",
        guards=[ShellGate(settings)],
        request_max_body_size=LARGEST_FORM,
        exception_handlers=FAULTS,
        route_handlers=[AppearanceController],
    )
    return Router(
        path="/",
        route_handlers=[pages, shell, live_seats, picture, calendar_feed, build_static_files()],
        include_in_schema=False,
    )
