"""Everything that the product can do, built once by the composition root and handed to each edge."""

from __future__ import annotations

from dataclasses import dataclass

from application.accounts.answer_recovery import AnswerRecovery
from application.accounts.callers import Callers
from application.accounts.change_password import ChangePassword
from application.accounts.change_question import ChangeQuestion, SwitchQuestionRecovery
from application.accounts.choose_preferences import ChoosePreferences
from application.accounts.confirm_identity import ConfirmIdentity
from application.accounts.end_sessions import EndOtherSessions, EndSession
from application.accounts.erase_account import EraseAccount
from application.accounts.export_account import ExportAccount
from application.accounts.issue_token import IssueToken
from application.accounts.log_in import LogIn
from application.accounts.log_out import LogOut
from application.accounts.make_recovery_codes import MakeRecoveryCodes
from application.accounts.make_token import MakeToken
from application.accounts.ports import Pictures, Secrets
from application.accounts.register_account import RegisterAccount
from application.accounts.reset_password import ResetPassword
from application.accounts.revoke_token import RevokeToken
from application.accounts.set_picture import SetPicture
from application.accounts.start_recovery import StartRecovery
from application.accounts.tidy_pictures import TidyPictures
from application.accounts.update_account import UpdateAccount
from application.accounts.views import AccountQueries
from application.availability.cancel_slot import CancelSlot
from application.availability.change_pattern import ChangePattern
from application.availability.close_days import CloseDays
from application.availability.copy_week import CopyWeek
from application.availability.delete_free_slots import DeleteFreeSlots
from application.availability.end_pattern import EndPattern
from application.availability.pattern_views import PatternQueries
from application.availability.publish_pattern import PublishPattern
from application.availability.reopen_days import ReopenDays
from application.availability.roll_patterns_forward import RollPatternsForward
from application.availability.save_availability import SaveAvailability
from application.availability.save_service import SaveService
from application.availability.services_views import ServiceQueries
from application.availability.timetable import TimetableQueries
from application.availability.views import AvailabilityQueries
from application.bookings.answer_absence_report import AnswerAbsenceReport
from application.bookings.cancel_booking import CancelBooking
from application.bookings.cases import CaseQueries
from application.bookings.complete_ended_sessions import CompleteEndedSessions
from application.bookings.complete_session import CompleteSession
from application.bookings.decide_absence_report import DecideAbsenceReport
from application.bookings.expire_holds import ExpireHolds
from application.bookings.free_times import FreeTimeQueries
from application.bookings.mark_no_show import MarkNoShow
from application.bookings.report_absence import ReportAbsence
from application.bookings.reschedule_booking import RescheduleBooking
from application.bookings.reserve_seat import ReserveSeat
from application.bookings.set_meeting_link import SetMeetingLink
from application.bookings.set_session_link import SetSessionLink
from application.bookings.today import TodayQueries
from application.bookings.uphold_unanswered_reports import UpholdUnansweredReports
from application.bookings.views import BookingQueries
from application.calendars.close_feed import CloseFeed
from application.calendars.open_feed import OpenFeed
from application.calendars.read_feed import ReadFeed
from application.calendars.views import CalendarQueries
from application.consultants.slot_picker import SlotPickerQueries
from application.consultants.update_profile import UpdateProfile
from application.consultants.views import ConsultantQueries
from application.earnings.choose_weekly_payouts import ChooseWeeklyPayouts
from application.earnings.confirm_payout import ConfirmPayout
from application.earnings.follow_payout import FollowPayouts
from application.earnings.request_payout import RequestPayout, RequestWeeklyPayouts
from application.earnings.set_payout_account import FindPayoutAccount, SetPayoutAccount
from application.earnings.views import EarningQueries
from application.health import Readiness
from application.idempotency.answer_once import AnswerOnce
from application.idempotency.tidy_keys import TidyKeys
from application.live_seats import SeatWatches
from application.notifications.mark_read import MarkAllRead, MarkRead
from application.notifications.remind_of_sessions import RemindOfSessions
from application.notifications.tidy_notifications import TidyNotifications
from application.notifications.views import NotificationQueries
from application.operations.ask_again import AskAgain, RunAgain
from application.operations.attach_payment import AttachPayment
from application.operations.cancel_coming import CancelComingSessions, ComingQueries
from application.operations.check_invariants import CheckInvariants
from application.operations.health_views import HealthQueries, Services
from application.operations.hide_review import HideReview
from application.operations.job_runs import JobRuns
from application.operations.money_views import MoneyQueries
from application.operations.note_reading import NoteReading
from application.operations.reconcile_now import ReconcileNow
from application.operations.record_views import RecordQueries
from application.operations.refund_payment import RefundPayment
from application.operations.search_views import SearchQueries
from application.operations.suspend_account import EndAllSessions, ReinstateAccount, SuspendAccount
from application.operations.views import OperationQueries
from application.operations.write_off import WriteOff
from application.outbox.relay_outbox import RelayOutbox
from application.payments.compare_with_paystack import CompareWithPaystack
from application.payments.find_disputes import FindDisputes
from application.payments.follow_dispute import FollowDispute
from application.payments.follow_disputes import FollowDisputes
from application.payments.receipts import ReceiptQueries
from application.payments.receive_webhook import ReceiveWebhook
from application.payments.reconcile_payments import ReconcilePayments
from application.payments.refund_account import ListRefundBanks, NameRefundAccount
from application.payments.settle_payment import SettlePayment
from application.payments.start_payment import StartPayment
from application.payments.verify_booking import VerifyBooking
from application.payments.views import PaymentQueries
from application.reviews.reply_to_review import ReplyToReview
from application.reviews.write_review import WriteReview
from application.waiting_list.join_waiting_list import JoinWaitingList
from application.waiting_list.leave_waiting_list import LeaveWaitingList
from application.waiting_list.offer_seats import OfferSeats
from application.waiting_list.views import WaitingQueries
from application.webhooks.change_webhook import ChangeWebhook
from application.webhooks.delete_webhook import DeleteWebhook
from application.webhooks.deliver_webhooks import DeliverWebhooks
from application.webhooks.register_webhook import RegisterWebhook
from application.webhooks.repeat_delivery import RepeatDelivery
from application.webhooks.rotate_secret import RotateWebhookSecret
from application.webhooks.send_test_event import SendTestEvent
from application.webhooks.tidy_deliveries import TidyDeliveries
from application.webhooks.views import WebhookQueries


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One attribute for each use case and each group of reads; handlers ask for them by these names."""

    register_account: RegisterAccount
    log_in: LogIn
    log_out: LogOut
    issue_token: IssueToken
    revoke_token: RevokeToken
    update_account: UpdateAccount
    change_password: ChangePassword
    confirm_identity: ConfirmIdentity
    change_question: ChangeQuestion
    switch_question_recovery: SwitchQuestionRecovery
    make_recovery_codes: MakeRecoveryCodes
    make_token: MakeToken
    end_session: EndSession
    end_other_sessions: EndOtherSessions
    choose_preferences: ChoosePreferences
    export_account: ExportAccount
    erase_account: EraseAccount
    set_picture: SetPicture
    tidy_pictures: TidyPictures
    start_recovery: StartRecovery
    answer_recovery: AnswerRecovery
    reset_password: ResetPassword

    update_profile: UpdateProfile
    save_availability: SaveAvailability
    save_service: SaveService
    cancel_slot: CancelSlot
    copy_week: CopyWeek
    close_days: CloseDays
    reopen_days: ReopenDays
    delete_free_slots: DeleteFreeSlots
    publish_pattern: PublishPattern
    change_pattern: ChangePattern
    end_pattern: EndPattern
    roll_patterns_forward: RollPatternsForward

    reserve_seat: ReserveSeat
    reschedule_booking: RescheduleBooking
    cancel_booking: CancelBooking
    set_meeting_link: SetMeetingLink
    set_session_link: SetSessionLink
    complete_session: CompleteSession
    complete_ended_sessions: CompleteEndedSessions
    mark_no_show: MarkNoShow
    report_absence: ReportAbsence
    answer_absence_report: AnswerAbsenceReport
    decide_absence_report: DecideAbsenceReport
    uphold_unanswered_reports: UpholdUnansweredReports
    expire_holds: ExpireHolds

    join_waiting_list: JoinWaitingList
    leave_waiting_list: LeaveWaitingList
    offer_seats: OfferSeats

    start_payment: StartPayment
    settle_payment: SettlePayment
    list_refund_banks: ListRefundBanks
    name_refund_account: NameRefundAccount
    verify_booking: VerifyBooking
    receive_webhook: ReceiveWebhook
    reconcile_payments: ReconcilePayments
    compare_with_paystack: CompareWithPaystack
    relay_outbox: RelayOutbox

    follow_dispute: FollowDispute
    follow_disputes: FollowDisputes
    find_disputes: FindDisputes

    ask_again: AskAgain
    run_again: RunAgain
    refund_payment: RefundPayment
    attach_payment: AttachPayment
    write_off: WriteOff
    check_invariants: CheckInvariants
    reconcile_now: ReconcileNow
    suspend_account: SuspendAccount
    reinstate_account: ReinstateAccount
    end_all_sessions: EndAllSessions
    cancel_coming_sessions: CancelComingSessions
    hide_review: HideReview
    note_reading: NoteReading

    find_payout_account: FindPayoutAccount
    set_payout_account: SetPayoutAccount
    request_payout: RequestPayout
    request_weekly_payouts: RequestWeeklyPayouts
    choose_weekly_payouts: ChooseWeeklyPayouts
    follow_payouts: FollowPayouts
    confirm_payout: ConfirmPayout

    write_review: WriteReview
    reply_to_review: ReplyToReview

    open_feed: OpenFeed
    close_feed: CloseFeed
    read_feed: ReadFeed

    register_webhook: RegisterWebhook
    change_webhook: ChangeWebhook
    rotate_webhook_secret: RotateWebhookSecret
    delete_webhook: DeleteWebhook
    send_test_event: SendTestEvent
    repeat_delivery: RepeatDelivery
    deliver_webhooks: DeliverWebhooks
    tidy_deliveries: TidyDeliveries

    mark_read: MarkRead
    mark_all_read: MarkAllRead
    remind_of_sessions: RemindOfSessions
    tidy_notifications: TidyNotifications

    answer_once: AnswerOnce
    tidy_keys: TidyKeys

    account_queries: AccountQueries
    consultant_queries: ConsultantQueries
    slot_picker_queries: SlotPickerQueries
    availability_queries: AvailabilityQueries
    service_queries: ServiceQueries
    timetable_queries: TimetableQueries
    pattern_queries: PatternQueries
    booking_queries: BookingQueries
    today_queries: TodayQueries
    case_queries: CaseQueries
    free_time_queries: FreeTimeQueries
    payment_queries: PaymentQueries
    receipt_queries: ReceiptQueries
    operation_queries: OperationQueries
    search_queries: SearchQueries
    record_queries: RecordQueries
    coming_queries: ComingQueries
    health_queries: HealthQueries
    money_queries: MoneyQueries
    earning_queries: EarningQueries
    waiting_queries: WaitingQueries
    seat_watches: SeatWatches
    calendar_queries: CalendarQueries
    webhook_queries: WebhookQueries
    notification_queries: NotificationQueries

    callers: Callers
    secrets: Secrets
    pictures: Pictures
    services: Services
    job_runs: JobRuns
    readiness: Readiness
