"""The unit of work: one database transaction, and the collections that can be used inside it."""

from __future__ import annotations

import asyncio
import functools
import random
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from application.accounts.ports import (
    Accounts,
    ApiTokens,
    AuditTrail,
    Erasures,
    Recoveries,
    RecoveryCodes,
    Sessions,
)
from application.availability.pattern_ports import WeeklyPatterns
from application.availability.ports import Slots
from application.availability.services_ports import Services
from application.bookings.ports import AbsenceReports, Bookings
from application.calendars.ports import CalendarFeeds
from application.consultants.ports import ConsultantProfiles
from application.earnings.ports import Ledger, Payouts
from application.notifications.ports import Notifications
from application.outbox.ports import Outbox
from application.payments.ports import Disputes, OperatorItems, Payments, Refunds, WebhookEvents
from application.reviews.ports import Reviews
from application.waiting_list.ports import WaitingList
from application.webhooks.ports import Webhooks

MOST_TRIES = 5
FIRST_PAUSE_S = 0.01
LONGEST_PAUSE_S = 0.5


class TransactionConflictError(Exception):
    """The database gave this transaction up for another one (deadlock, serialization, lock time-out)."""


class UnitOfWork(Protocol):
    """One transaction: rolled back unless somebody says `commit`. No network inside it."""

    @property
    def accounts(self) -> Accounts:
        """All accounts."""
        ...

    @property
    def sessions(self) -> Sessions:
        """Browser sessions."""
        ...

    @property
    def api_tokens(self) -> ApiTokens:
        """Bearer tokens."""
        ...

    @property
    def recovery_codes(self) -> RecoveryCodes:
        """Codes for getting back in."""
        ...

    @property
    def erasures(self) -> Erasures:
        """Making a person go."""
        ...

    @property
    def recoveries(self) -> Recoveries:
        """Recoveries under way."""
        ...

    @property
    def audit(self) -> AuditTrail:
        """The audit trail."""
        ...

    @property
    def profiles(self) -> ConsultantProfiles:
        """Consultant profiles."""
        ...

    @property
    def slots(self) -> Slots:
        """All slots."""
        ...

    @property
    def services(self) -> Services:
        """All services."""
        ...

    @property
    def weekly_patterns(self) -> WeeklyPatterns:
        """All weekly patterns."""
        ...

    @property
    def bookings(self) -> Bookings:
        """All bookings."""
        ...

    @property
    def absence_reports(self) -> AbsenceReports:
        """All absence reports."""
        ...

    @property
    def waiting_list(self) -> WaitingList:
        """The lines of all slots."""
        ...

    @property
    def payments(self) -> Payments:
        """All payments."""
        ...

    @property
    def refunds(self) -> Refunds:
        """All refunds."""
        ...

    @property
    def disputes(self) -> Disputes:
        """All disputes."""
        ...

    @property
    def payouts(self) -> Payouts:
        """All payouts, and the accounts that they go to."""
        ...

    @property
    def ledger(self) -> Ledger:
        """The ledger."""
        ...

    @property
    def webhook_events(self) -> WebhookEvents:
        """Paystack's events."""
        ...

    @property
    def operator_items(self) -> OperatorItems:
        """The operators' list."""
        ...

    @property
    def reviews(self) -> Reviews:
        """All reviews."""
        ...

    @property
    def calendar_feeds(self) -> CalendarFeeds:
        """All calendar feeds."""
        ...

    @property
    def webhooks(self) -> Webhooks:
        """Webhooks that go out."""
        ...

    @property
    def notifications(self) -> Notifications:
        """What accounts are told."""
        ...

    @property
    def outbox(self) -> Outbox:
        """What has to happen outside."""
        ...

    async def now(self) -> datetime:
        """The database's clock at this moment, in UTC. Ask after taking locks: waiting takes time."""
        ...

    async def commit(self) -> None:
        """Make it so. Whatever a deferred constraint refuses is raised here."""
        ...


OpenUnitOfWork = Callable[[], AbstractAsyncContextManager[UnitOfWork]]
"""Opens a new transaction; a use case opens its own and never keeps one."""

Self = TypeVar("Self")
Given = ParamSpec("Given")
Result = TypeVar("Result")


def retried(
    use_case: Callable[Concatenate[Self, Given], Coroutine[Any, Any, Result]],
) -> Callable[Concatenate[Self, Given], Coroutine[Any, Any, Result]]:
    """Run a use case again from the start when its transaction lost against another one.

    Five tries with full jitter; the last conflict reaches the caller. Only for use
    cases whose whole effect is one transaction.
    """

    @functools.wraps(use_case)
    async def run(self: Self, /, *args: Given.args, **kwargs: Given.kwargs) -> Result:
        for earlier_tries in range(MOST_TRIES - 1):
            try:
                return await use_case(self, *args, **kwargs)
            except TransactionConflictError:
                longest = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2**earlier_tries)
                await asyncio.sleep(random.uniform(0, longest))  # noqa: S311 - jitter, not a secret
        return await use_case(self, *args, **kwargs)

    return run
