"""The composition root: the only place that knows every floor. It wires them and starts processes."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from secrets import token_urlsafe
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID

import uvloop
from granian import Granian
from granian.constants import Interfaces
from litestar import Litestar

from application.accounts.answer_recovery import AnswerRecovery
from application.accounts.change_password import ChangePassword
from application.accounts.change_question import ChangeQuestion, SwitchQuestionRecovery
from application.accounts.choose_preferences import ChoosePreferences
from application.accounts.confirm_identity import ConfirmIdentity
from application.accounts.confirm_password import ConfirmPassword
from application.accounts.end_sessions import EndOtherSessions, EndSession
from application.accounts.erase_account import EraseAccount
from application.accounts.export_account import ExportAccount
from application.accounts.issue_token import IssueToken
from application.accounts.log_in import LogIn
from application.accounts.log_out import LogOut
from application.accounts.make_recovery_codes import MakeRecoveryCodes
from application.accounts.make_token import MakeToken
from application.accounts.ports import CommonSecrets
from application.accounts.prove_password import ProvePassword
from application.accounts.register_account import RegisterAccount, RegisterAccountCommand
from application.accounts.reset_password import ResetPassword
from application.accounts.revoke_token import RevokeToken
from application.accounts.set_picture import SetPicture
from application.accounts.start_recovery import StartRecovery
from application.accounts.tidy_pictures import TidyPictures
from application.accounts.update_account import UpdateAccount
from application.availability.cancel_slot import CancelSlot
from application.availability.change_pattern import ChangePattern
from application.availability.close_days import CloseDays
from application.availability.copy_week import CopyWeek
from application.availability.delete_free_slots import DeleteFreeSlots
from application.availability.end_pattern import EndPattern
from application.availability.own_days import OwnZone
from application.availability.publish_pattern import PublishPattern
from application.availability.reopen_days import ReopenDays
from application.availability.roll_patterns_forward import RollPatternsForward
from application.availability.save_availability import SaveAvailability
from application.availability.save_service import SaveService
from application.bookings.answer_absence_report import AnswerAbsenceReport
from application.bookings.cancel_booking import CancelBooking
from application.bookings.complete_ended_sessions import CompleteEndedSessions
from application.bookings.complete_session import CompleteSession
from application.bookings.decide_absence_report import DecideAbsenceReport
from application.bookings.expire_holds import ExpireHolds
from application.bookings.mark_no_show import MarkNoShow
from application.bookings.report_absence import ReportAbsence
from application.bookings.reschedule_booking import RescheduleBooking
from application.bookings.reserve_seat import ReserveSeat
from application.bookings.set_meeting_link import SetMeetingLink
from application.bookings.set_session_link import SetSessionLink
from application.bookings.uphold_unanswered_reports import UpholdUnansweredReports
from application.calendars.close_feed import CloseFeed
from application.calendars.open_feed import OpenFeed
from application.calendars.read_feed import ReadFeed
from application.consultants.update_profile import UpdateProfile
from application.earnings.choose_weekly_payouts import ChooseWeeklyPayouts
from application.earnings.confirm_payout import ConfirmPayout
from application.earnings.follow_payout import FollowPayout, FollowPayouts
from application.earnings.request_payout import RequestPayout, RequestWeeklyPayouts
from application.earnings.set_payout_account import FindPayoutAccount, SetPayoutAccount
from application.gateway import Gateway, Priority
from application.idempotency.answer_once import AnswerOnce
from application.idempotency.tidy_keys import TidyKeys
from application.live_seats import SeatWatches
from application.notifications.mark_read import MarkAllRead, MarkRead
from application.notifications.remind_of_sessions import RemindOfSessions
from application.notifications.tidy_notifications import TidyNotifications
from application.operations.ask_again import AskAgain, RunAgain
from application.operations.attach_payment import AttachPayment
from application.operations.cancel_coming import CancelComingSessions
from application.operations.check_invariants import CheckInvariants
from application.operations.health_views import Services
from application.operations.hide_review import HideReview
from application.operations.item_kinds import About
from application.operations.note_reading import NoteReading
from application.operations.prove_operator import ProveOperator
from application.operations.reconcile_now import ReconcileNow
from application.operations.refund_payment import RefundPayment
from application.operations.suspend_account import EndAllSessions, ReinstateAccount, SuspendAccount
from application.operations.write_off import WriteOff
from application.outbox.ports import Nudge, Topic
from application.outbox.relay_outbox import RelayOutbox
from application.payments.adopt_lost import AdoptLost
from application.payments.compare_with_paystack import CompareWithPaystack
from application.payments.find_disputes import FindDisputes
from application.payments.follow_dispute import FollowDispute
from application.payments.follow_disputes import FollowDisputes
from application.payments.receive_webhook import ReceiveWebhook
from application.payments.reconcile_payments import ReconcilePayments
from application.payments.refund_account import ListRefundBanks, NameRefundAccount
from application.payments.retry_refund import RetryRefund
from application.payments.send_refund import SendRefund
from application.payments.settle_payment import SettlePayment
from application.payments.start_payment import StartPayment
from application.payments.verify_booking import VerifyBooking
from application.product import Product
from application.reviews.reply_to_review import ReplyToReview
from application.reviews.write_review import WriteReview
from application.waiting_list.join_waiting_list import JoinWaitingList
from application.waiting_list.leave_waiting_list import LeaveWaitingList
from application.waiting_list.offer_seats import OfferSeats
from application.webhooks.change_webhook import ChangeWebhook
from application.webhooks.delete_webhook import DeleteWebhook
from application.webhooks.deliver_webhooks import DeliverWebhooks
from application.webhooks.register_webhook import RegisterWebhook
from application.webhooks.repeat_delivery import RepeatDelivery
from application.webhooks.rotate_secret import RotateWebhookSecret
from application.webhooks.send_test_event import SendTestEvent
from application.webhooks.tidy_deliveries import TidyDeliveries
from domain.accounts import Role
from domain.bookings import HoldPolicy
from domain.commission import Commission
from domain.payments import CheckPolicy
from domain.refusals import Invalid, Refusal
from domain.waiting_list import OfferPolicy
from infrastructure.email_addresses import checked_email
from infrastructure.fault_traps import set_traps
from infrastructure.identity import new_id, new_payment_reference, new_payout_reference
from infrastructure.live_seats.announcer import SeatAnnouncer
from infrastructure.live_seats.subscription import SeatSubscription
from infrastructure.live_seats.watchers import SeatWatchers
from infrastructure.media.picture_store import PictureStore
from infrastructure.media.stores import open_store
from infrastructure.paystack.breaker import CircuitBreaker
from infrastructure.paystack.connection import paystack_client
from infrastructure.paystack.gateway import PaystackGateway
from infrastructure.paystack.shared_budget import open_budget
from infrastructure.paystack.webhooks import PaystackWebhooks
from infrastructure.postgres.callers import SqlCallers
from infrastructure.postgres.comparisons import SqlComparisons
from infrastructure.postgres.database import Database
from infrastructure.postgres.idempotency import SqlKeyedCalls
from infrastructure.postgres.invariants import SqlInvariants
from infrastructure.postgres.job_runs import SqlJobRuns
from infrastructure.postgres.migrations import migrate, newest_revision
from infrastructure.postgres.outbox import SqlErrands
from infrastructure.postgres.queries.account_records import SqlAccountRecords
from infrastructure.postgres.queries.accounts import SqlAccountQueries
from infrastructure.postgres.queries.availability import SqlAvailabilityQueries
from infrastructure.postgres.queries.bookings import SqlBookingQueries
from infrastructure.postgres.queries.calendars import SqlCalendarQueries
from infrastructure.postgres.queries.cases import SqlCaseQueries
from infrastructure.postgres.queries.coming import SqlComingQueries
from infrastructure.postgres.queries.consultants import SqlConsultantQueries
from infrastructure.postgres.queries.earnings import SqlEarningQueries
from infrastructure.postgres.queries.free_times import SqlFreeTimeQueries
from infrastructure.postgres.queries.health import SqlHealthQueries
from infrastructure.postgres.queries.live_seats import SqlSeatReads
from infrastructure.postgres.queries.money import SqlMoneyQueries
from infrastructure.postgres.queries.notifications import SqlNotificationQueries
from infrastructure.postgres.queries.operations import SqlOperationQueries
from infrastructure.postgres.queries.payments import SqlPaymentQueries
from infrastructure.postgres.queries.receipts import SqlReceiptQueries
from infrastructure.postgres.queries.records import SqlRecordQueries
from infrastructure.postgres.queries.search import SqlSearchQueries
from infrastructure.postgres.queries.services import SqlServiceQueries
from infrastructure.postgres.queries.slot_picker import SqlSlotPickerQueries
from infrastructure.postgres.queries.timetable import SqlTimetableQueries
from infrastructure.postgres.queries.today import SqlTodayQueries
from infrastructure.postgres.queries.waiting_list import SqlWaitingQueries
from infrastructure.postgres.queries.webhooks import SqlWebhookQueries
from infrastructure.postgres.queries.weekly_patterns import SqlPatternQueries
from infrastructure.postgres.readiness import SqlReadiness
from infrastructure.postgres.throttles import SqlThrottles
from infrastructure.postgres.unit_of_work import Announce, SqlUnitsOfWork, announce_nothing
from infrastructure.postgres.webhooks import SqlWebhookLeases
from infrastructure.process_end import ProcessEnd
from infrastructure.queue import SaqNudge, open_queue
from infrastructure.secrets.argon2_hasher import Argon2Hasher
from infrastructure.secrets.common_secrets import FrequencyLists
from infrastructure.secrets.random_secrets import RandomSecrets
from infrastructure.services import ServiceLook
from infrastructure.settings import Settings, UnusableSettingsError
from infrastructure.time_zones import ALL as ALL_TIME_ZONES
from infrastructure.time_zones import find_zone
from infrastructure.webhooks.secrets import SealedSecrets
from infrastructure.webhooks.sender import HttpsSender
from infrastructure.worker import STOP_GRACE_S, StandingInWorker
from interfaces.app import build_web_app
from interfaces.cli.commands import EntryPoints, NewOperator, build_cli
from interfaces.cli.reconciliation_words import in_words
from interfaces.http.settings import HttpSettings
from interfaces.jobs.schedule import build_schedule
from interfaces.web.language import LANGUAGES

if TYPE_CHECKING:
    from infrastructure.paystack.sandbox.settings import SandboxSettings


def build_product(
    settings: Settings,
    database: Database,
    gateway: Gateway,
    nudge: Nudge,
    *,
    announce: Announce = announce_nothing,
    seat_watches: SeatWatches | None = None,
    services: Services | None = None,
    is_ending: Callable[[], bool] = lambda: False,
) -> Product:
    """Every use case on real adapters. Tests hand in parts of their own."""
    open_uow = SqlUnitsOfWork(database, new_id, announce)
    hasher = Argon2Hasher(settings.key_for("recovery answers"))
    secrets = RandomSecrets()
    throttles = SqlThrottles(database)
    common: CommonSecrets = FrequencyLists()
    webhook_secrets = SealedSecrets(settings.key_for("outgoing webhooks"))
    pictures = PictureStore(open_store(settings.media))
    check_policy = CheckPolicy(
        first_after=timedelta(seconds=settings.reconcile_after_seconds),
        slow_for=timedelta(seconds=settings.slow_payment_seconds),
    )
    prove_password = ProvePassword(open_uow, hasher, throttles, settings.rate_limits)
    settling, polling = gateway.at(Priority.SETTLING), gateway.at(Priority.POLLING)
    settle_payment, settle_errand, settle_due = (
        SettlePayment(open_uow, paystack, new_id, check_policy) for paystack in (gateway, settling, polling)
    )
    send_refund, send_refund_errand, send_due_refund = (
        SendRefund(open_uow, paystack) for paystack in (gateway, settling, polling)
    )
    list_refund_banks = ListRefundBanks(gateway)
    follow_dispute, follow_dispute_errand, follow_due_dispute = (
        FollowDispute(open_uow, paystack, settle, new_id)
        for paystack, settle in ((gateway, settle_payment), (settling, settle_errand), (polling, settle_due))
    )
    retry_refund = RetryRefund(open_uow, send_refund, new_id)
    follow_payout, follow_payout_errand, follow_due_payout = (
        FollowPayout(open_uow, paystack) for paystack in (gateway, settling, polling)
    )
    find_payout_account = FindPayoutAccount(gateway, throttles)
    request_payout = RequestPayout(
        open_uow, new_id, new_payout_reference, timedelta(days=settings.payout_after_days), nudge
    )
    prove_operator = ProveOperator(ConfirmPassword(open_uow, hasher, throttles))
    calendar_queries = SqlCalendarQueries(database)
    consultant_queries = SqlConsultantQueries(database)
    own_zone = OwnZone(consultant_queries, find_zone)
    booking_queries = SqlBookingQueries(database)
    waiting_queries = SqlWaitingQueries(database)
    keyed_calls = SqlKeyedCalls(database)
    compare_with_paystack = CompareWithPaystack(
        open_uow,
        settling,
        SqlComparisons(database),
        settle_errand,
        AdoptLost(open_uow, settling, new_id),
    )
    reconcile_payments = ReconcilePayments(open_uow, settle_due, send_due_refund)
    find_disputes = FindDisputes(open_uow, polling, follow_due_dispute)
    relay_outbox = RelayOutbox(
        SqlErrands(database, new_id),
        {
            Topic.SETTLE_PAYMENT: settle_errand,
            Topic.SEND_REFUND: lambda subject: send_refund_errand(UUID(subject)),
            Topic.FOLLOW_DISPUTE: follow_dispute_errand,
            Topic.SEND_PAYOUT: lambda subject: follow_payout_errand(UUID(subject)),
            Topic.FOLLOW_PAYOUT: follow_payout_errand.by_reference,
            Topic.REMOVE_PICTURE: pictures.remove,
        },
    )
    check_invariants = CheckInvariants(open_uow, SqlInvariants(database))
    coming_queries = SqlComingQueries(database)
    return Product(
        register_account=RegisterAccount(
            open_uow, hasher, common, checked_email, new_id, settings.default_currency
        ),
        log_in=LogIn(prove_password, open_uow, secrets),
        log_out=LogOut(open_uow),
        issue_token=IssueToken(prove_password, open_uow, secrets, new_id),
        revoke_token=RevokeToken(open_uow),
        update_account=UpdateAccount(open_uow, checked_email),
        change_password=ChangePassword(open_uow, hasher, common, secrets, throttles),
        confirm_identity=ConfirmIdentity(ConfirmPassword(open_uow, hasher, throttles), open_uow, secrets),
        change_question=ChangeQuestion(open_uow, hasher, common),
        switch_question_recovery=SwitchQuestionRecovery(open_uow),
        make_recovery_codes=MakeRecoveryCodes(open_uow, secrets),
        make_token=MakeToken(open_uow, secrets, new_id),
        end_session=EndSession(open_uow),
        end_other_sessions=EndOtherSessions(open_uow),
        choose_preferences=ChoosePreferences(open_uow, ALL_TIME_ZONES, LANGUAGES),
        export_account=ExportAccount(open_uow, throttles, SqlAccountRecords(database), pictures),
        erase_account=EraseAccount(open_uow, hasher, secrets, nudge),
        set_picture=SetPicture(open_uow, pictures, throttles, nudge),
        tidy_pictures=TidyPictures(open_uow, pictures),
        start_recovery=StartRecovery(open_uow, throttles, new_id, settings.rate_limits),
        answer_recovery=AnswerRecovery(open_uow, hasher, secrets, throttles, settings.rate_limits),
        reset_password=ResetPassword(open_uow, hasher, common, secrets),
        update_profile=UpdateProfile(open_uow, ALL_TIME_ZONES),
        save_availability=SaveAvailability(open_uow, new_id),
        save_service=SaveService(open_uow, new_id),
        cancel_slot=CancelSlot(open_uow, new_id, nudge),
        copy_week=CopyWeek(open_uow, new_id, own_zone),
        close_days=CloseDays(open_uow, own_zone),
        reopen_days=ReopenDays(open_uow, own_zone),
        delete_free_slots=DeleteFreeSlots(open_uow, own_zone),
        publish_pattern=PublishPattern(open_uow, new_id, find_zone, consultant_queries),
        change_pattern=ChangePattern(open_uow, new_id, find_zone, consultant_queries),
        end_pattern=EndPattern(open_uow, new_id),
        roll_patterns_forward=RollPatternsForward(open_uow, new_id, find_zone),
        reserve_seat=ReserveSeat(
            open_uow,
            new_id,
            HoldPolicy(length=timedelta(seconds=settings.hold_seconds)),
            Commission(settings.commission_bps),
            booking_queries,
        ),
        reschedule_booking=RescheduleBooking(open_uow),
        cancel_booking=CancelBooking(open_uow, new_id, nudge),
        set_meeting_link=SetMeetingLink(open_uow),
        set_session_link=SetSessionLink(open_uow),
        complete_session=CompleteSession(open_uow),
        complete_ended_sessions=CompleteEndedSessions(
            open_uow, timedelta(seconds=settings.complete_after_seconds)
        ),
        mark_no_show=MarkNoShow(open_uow),
        report_absence=ReportAbsence(open_uow),
        answer_absence_report=AnswerAbsenceReport(open_uow, new_id, nudge),
        decide_absence_report=DecideAbsenceReport(open_uow, prove_operator, new_id, nudge),
        uphold_unanswered_reports=UpholdUnansweredReports(open_uow, new_id),
        expire_holds=ExpireHolds(open_uow, settle_errand),
        join_waiting_list=JoinWaitingList(open_uow, new_id, waiting_queries),
        leave_waiting_list=LeaveWaitingList(open_uow),
        offer_seats=OfferSeats(open_uow, OfferPolicy(length=timedelta(seconds=settings.offer_seconds))),
        start_payment=StartPayment(
            open_uow,
            gateway,
            new_id,
            new_payment_reference,
            check_policy,
            f"{settings.public_url}/payments/return",
        ),
        settle_payment=settle_payment,
        list_refund_banks=list_refund_banks,
        name_refund_account=NameRefundAccount(open_uow, gateway, list_refund_banks, send_refund),
        verify_booking=VerifyBooking(open_uow, settle_payment),
        receive_webhook=ReceiveWebhook(
            open_uow,
            PaystackWebhooks(settings.paystack_secret_key, settings.paystack_previous_secret_key),
            nudge,
        ),
        reconcile_payments=reconcile_payments,
        compare_with_paystack=compare_with_paystack,
        relay_outbox=relay_outbox,
        follow_dispute=follow_dispute,
        follow_disputes=FollowDisputes(open_uow, follow_due_dispute),
        find_disputes=find_disputes,
        ask_again=AskAgain(
            open_uow,
            prove_operator,
            {
                About.REFUND: lambda subject: retry_refund(UUID(subject)),
                About.DISPUTE: follow_dispute,
                About.PAYOUT: lambda subject: follow_payout(UUID(subject)),
            },
        ),
        run_again=RunAgain(open_uow, prove_operator, nudge),
        refund_payment=RefundPayment(open_uow, prove_operator, new_id, nudge),
        attach_payment=AttachPayment(open_uow, prove_operator, gateway),
        write_off=WriteOff(open_uow, prove_operator),
        check_invariants=check_invariants,
        reconcile_now=ReconcileNow(
            compare_with_paystack, reconcile_payments, find_disputes, relay_outbox, check_invariants
        ),
        suspend_account=SuspendAccount(open_uow, prove_operator),
        reinstate_account=ReinstateAccount(open_uow, prove_operator),
        end_all_sessions=EndAllSessions(open_uow, prove_operator),
        cancel_coming_sessions=CancelComingSessions(open_uow, prove_operator, coming_queries, new_id, nudge),
        hide_review=HideReview(open_uow, prove_operator),
        note_reading=NoteReading(open_uow),
        find_payout_account=find_payout_account,
        set_payout_account=SetPayoutAccount(
            ConfirmPassword(open_uow, hasher, throttles), find_payout_account, gateway, open_uow, new_id
        ),
        request_payout=request_payout,
        request_weekly_payouts=RequestWeeklyPayouts(open_uow, request_payout),
        choose_weekly_payouts=ChooseWeeklyPayouts(open_uow),
        follow_payouts=FollowPayouts(open_uow, follow_due_payout),
        confirm_payout=ConfirmPayout(open_uow, prove_operator, gateway, follow_payout),
        write_review=WriteReview(open_uow, new_id),
        reply_to_review=ReplyToReview(open_uow),
        open_feed=OpenFeed(ConfirmPassword(open_uow, hasher, throttles), open_uow, secrets),
        close_feed=CloseFeed(open_uow),
        read_feed=ReadFeed(calendar_queries, secrets),
        register_webhook=RegisterWebhook(open_uow, webhook_secrets, new_id, settings.webhooks_to_loopback),
        change_webhook=ChangeWebhook(open_uow, settings.webhooks_to_loopback),
        rotate_webhook_secret=RotateWebhookSecret(open_uow, webhook_secrets),
        delete_webhook=DeleteWebhook(open_uow),
        send_test_event=SendTestEvent(open_uow, throttles, new_id),
        repeat_delivery=RepeatDelivery(open_uow, throttles),
        deliver_webhooks=DeliverWebhooks(
            open_uow,
            SqlWebhookLeases(database),
            webhook_secrets,
            HttpsSender(allow_loopback=settings.webhooks_to_loopback),
        ),
        tidy_deliveries=TidyDeliveries(open_uow),
        mark_read=MarkRead(open_uow),
        mark_all_read=MarkAllRead(open_uow),
        remind_of_sessions=RemindOfSessions(open_uow),
        tidy_notifications=TidyNotifications(open_uow),
        answer_once=AnswerOnce(keyed_calls, new_id),
        tidy_keys=TidyKeys(keyed_calls),
        earning_queries=SqlEarningQueries(database, timedelta(days=settings.payout_after_days)),
        account_queries=SqlAccountQueries(database),
        consultant_queries=consultant_queries,
        slot_picker_queries=SqlSlotPickerQueries(database),
        availability_queries=SqlAvailabilityQueries(database),
        service_queries=SqlServiceQueries(database),
        timetable_queries=SqlTimetableQueries(database),
        pattern_queries=SqlPatternQueries(database),
        booking_queries=booking_queries,
        today_queries=SqlTodayQueries(database),
        case_queries=SqlCaseQueries(database),
        free_time_queries=SqlFreeTimeQueries(database),
        payment_queries=SqlPaymentQueries(database),
        receipt_queries=SqlReceiptQueries(database),
        operation_queries=SqlOperationQueries(database),
        search_queries=SqlSearchQueries(database),
        record_queries=SqlRecordQueries(database),
        coming_queries=coming_queries,
        health_queries=SqlHealthQueries(database),
        money_queries=SqlMoneyQueries(database),
        waiting_queries=waiting_queries,
        seat_watches=seat_watches or SeatWatchers(SqlSeatReads(database)),
        calendar_queries=calendar_queries,
        webhook_queries=SqlWebhookQueries(database),
        notification_queries=SqlNotificationQueries(database),
        callers=SqlCallers(database),
        secrets=secrets,
        pictures=pictures,
        services=services
        or ServiceLook(settings.redis_url, CircuitBreaker(), most_calls=settings.paystack_rate_per_minute),
        job_runs=SqlJobRuns(database),
        readiness=SqlReadiness(database, newest_revision(), is_ending),
    )


class Connections:
    """Everything that is open while a process runs: database, queue, announcements, Paystack."""

    def __init__(self, settings: Settings) -> None:
        self.database = Database(settings.database_url)
        self.queue = open_queue(settings.redis_url)
        self.end = ProcessEnd(settings.drain_seconds)
        self.seat_announcer = SeatAnnouncer(settings.redis_url)
        self.seat_watchers = SeatWatchers(SqlSeatReads(self.database))
        self._seat_subscription = SeatSubscription(settings.redis_url, self.seat_watchers)
        self.call_budget = open_budget(
            settings.redis_url,
            per_minute=settings.paystack_rate_per_minute,
            processes=settings.web_workers + 1,
        )
        self.paystack = paystack_client(settings.paystack_base_url, settings.paystack_secret_key)

    @asynccontextmanager
    async def opened(self, _: object = None) -> AsyncIterator[None]:
        """Open; close in reverse order at the end."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.queue.disconnect)
            stack.push_async_callback(self.paystack.aclose)
            stack.push_async_callback(self.call_budget.close)
            stack.push_async_callback(self.database.close)
            stack.push_async_callback(self.seat_announcer.close)
            await self.database.open()
            yield

    @asynccontextmanager
    async def following_seats(self, _: object = None) -> AsyncIterator[None]:
        """Tell those who watch seats through this process, until the server is asked to end."""
        with self.end.heard(self.seat_watchers.close):
            async with self._seat_subscription.running():
                yield


def compose(settings: Settings) -> tuple[Product, Connections]:
    """The product on the services that the settings name; `opened` before it is used."""
    connections = Connections(settings)
    breaker = CircuitBreaker()
    gateway = PaystackGateway(
        connections.paystack, settings.paystack_secret_key, budget=connections.call_budget, breaker=breaker
    )
    product = build_product(
        settings,
        connections.database,
        gateway,
        SaqNudge(connections.queue),
        announce=connections.seat_announcer,
        seat_watches=connections.seat_watchers,
        services=ServiceLook(settings.redis_url, breaker, most_calls=settings.paystack_rate_per_minute),
        is_ending=lambda: connections.end.is_near,
    )
    return product, connections


def http_settings(settings: Settings) -> HttpSettings:
    """What the HTTP edge needs of the settings."""
    return HttpSettings(
        public_url=settings.public_url,
        checkout_origin=settings.checkout_origin,
        metrics_token=settings.metrics_token,
        csrf_key=settings.key_for("csrf"),
        cursor_key=settings.key_for("cursors"),
        currency=settings.default_currency,
        is_production=settings.is_production,
    )


def create_web_app() -> Litestar:
    """What a web server process serves."""
    settings = Settings.from_environment(os.environ)
    configure_logging(settings.log_level)
    set_traps(settings.fault_points, settings.fault_seed)
    product, connections = compose(settings)
    lifespan = [connections.opened, connections.following_seats]
    return build_web_app(product, http_settings(settings), lifespan=lifespan)


def create_sandbox_app() -> Litestar:
    """The local Paystack sandbox, as its own process serves it; nothing else loads it."""
    from infrastructure.paystack.sandbox.app import build_sandbox

    settings = Settings.from_environment(os.environ)
    configure_logging(settings.log_level)
    return build_sandbox(sandbox_settings(settings, os.environ["SANDBOX_DATABASE"]))


def sandbox_settings(settings: Settings, database: str) -> SandboxSettings:
    """A sandbox that stands in for Paystack in our mode, and beside it an empty one in the other mode."""
    from infrastructure.paystack.sandbox.settings import OtherMode, SandboxSettings

    key = settings.paystack_secret_key
    ours, other = ("sk_live_", "sk_test_") if key.startswith("sk_live_") else ("sk_test_", "sk_live_")
    return SandboxSettings(
        secret_key=key,
        public_key=settings.paystack_public_key,
        public_url=settings.paystack_base_url,
        webhook_url=f"{settings.public_url}/webhooks/paystack",
        database=database,
        other_mode=OtherMode(
            secret_key=key.replace(ours, other, 1), webhook_url=None, database=f"{database}.{other[3:7]}"
        ),
    )


def serve_web() -> int:
    """`imoran web`."""
    settings = Settings.from_environment(os.environ)
    return _serve("main:create_web_app", settings.host, settings.port, workers=settings.web_workers)


def serve_sandbox() -> int:
    """`imoran sandbox`: one process, for it owns its file."""
    address = urlsplit(Settings.from_environment(os.environ).paystack_base_url)
    return _serve("main:create_sandbox_app", address.hostname or "127.0.0.1", address.port or 80, workers=1)


def _serve(target: str, host: str, port: int, *, workers: int) -> int:
    Granian(
        target,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        factory=True,
        websockets=False,
        log_enabled=False,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_GRACE_S,
    ).serve()
    return 0


def work() -> int:
    """`imoran worker`."""
    settings = Settings.from_environment(os.environ)
    configure_logging(settings.log_level)
    set_traps(settings.fault_points, settings.fault_seed)
    uvloop.run(_work(settings))
    return 0


async def _work(settings: Settings) -> None:
    product, connections = compose(settings)
    jobs = build_schedule(product, reconcile_every_s=settings.reconcile_every_seconds)
    async with connections.opened():
        await StandingInWorker(connections.queue, jobs).start()


def migrate_database() -> int:
    """`imoran migrate`."""
    settings = Settings.from_environment(os.environ)
    configure_logging(settings.log_level)
    migrate(settings.database_url)
    return 0


def reconcile() -> int:
    """`imoran reconcile`."""
    settings = Settings.from_environment(os.environ)
    configure_logging("WARNING")
    return uvloop.run(_reconcile(settings))


async def _reconcile(settings: Settings) -> int:
    product, connections = compose(settings)
    async with connections.opened():
        found = await product.reconcile_now()
    for line in in_words(found):
        print(line)  # noqa: T201 - the command line speaks to a person
    return 0 if found.is_complete and not found.broken else 1


def create_operator(wanted: NewOperator) -> int:
    """`imoran operator`. An operator's account is recovered by another operator, never by its question."""
    settings = Settings.from_environment(os.environ)
    return uvloop.run(_create_operator(settings, wanted))


async def _create_operator(settings: Settings, wanted: NewOperator) -> int:
    product, connections = compose(settings)
    command = RegisterAccountCommand(
        username=wanted.username,
        email=wanted.email,
        password=wanted.password,
        role=Role.OPERATOR,
        first_name=wanted.first_name,
        last_name=wanted.last_name,
        phone_number=None,
        security_question="phrase",
        security_answer=token_urlsafe(32),
    )
    async with connections.opened():
        try:
            await product.register_account.open_account(command)
        except Invalid as refusal:
            return _fail(f"{error.field}: {error.message}" for error in refusal.errors)
        except Refusal as refusal:
            return _fail([str(refusal)])
    return 0


def configure_logging(level: str) -> None:
    """One line for each event, to standard error."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    for talkative in ("httpx", "saq", "alembic"):
        logging.getLogger(talkative).setLevel(max(logging.WARNING, logging.getLevelName(level)))


def _fail(lines: Iterable[str]) -> int:
    for line in lines:
        print(line, file=sys.stderr)  # noqa: T201 - the command line speaks to a person
    return 1


def _develop(fresh: bool) -> int:
    """`imoran dev`. What only a developer's machine needs is loaded nowhere else."""
    from development import develop
    from infrastructure.demo.charges import import_demo_charges
    from infrastructure.demo.demo_data import DemoAccounts, load_demo_data

    async def load(settings: Settings, sandbox_database: str | None) -> DemoAccounts | None:
        product, connections = compose(settings)
        async with connections.opened():
            accounts = await load_demo_data(product, connections.database)
            if accounts and sandbox_database:
                await import_demo_charges(connections.database, sandbox_settings(settings, sandbox_database))
            return accounts

    return develop(os.environ, load_demo=lambda *given: uvloop.run(load(*given)), fresh=fresh)


def cli() -> None:
    """The `imoran` command."""
    commands = build_cli(
        EntryPoints(
            develop=_develop,
            serve_web=serve_web,
            serve_sandbox=serve_sandbox,
            work=work,
            migrate=migrate_database,
            create_operator=create_operator,
            reconcile=reconcile,
        )
    )
    try:
        commands()
    except UnusableSettingsError as error:
        sys.exit(_fail(error.problems))


if __name__ == "__main__":
    cli()
