"""One transaction on one connection, spoken to by SQLAlchemy and by asyncpg alike."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cached_property
from typing import TypeAlias
from uuid import UUID

import asyncpg
from asyncpg.transaction import Transaction
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from application.identity import NewId
from infrastructure.open_work import open_work
from infrastructure.postgres.absences import SqlAbsenceReports
from infrastructure.postgres.accounts import (
    SqlAccounts,
    SqlApiTokens,
    SqlAuditTrail,
    SqlRecoveries,
    SqlSessions,
)
from infrastructure.postgres.availability import SqlSlots
from infrastructure.postgres.bookings import SqlBookings
from infrastructure.postgres.calendar_feeds import SqlCalendarFeeds
from infrastructure.postgres.consultants import SqlConsultantProfiles
from infrastructure.postgres.database import Database, Driver
from infrastructure.postgres.disputes import SqlDisputes
from infrastructure.postgres.erasures import SqlErasures
from infrastructure.postgres.faults import translated_faults
from infrastructure.postgres.ledger import SqlLedger
from infrastructure.postgres.notifications import SqlNotifications
from infrastructure.postgres.outbox import SqlOutbox
from infrastructure.postgres.payments import SqlOperatorItems, SqlPayments, SqlRefunds, SqlWebhookEvents
from infrastructure.postgres.payouts import SqlPayouts
from infrastructure.postgres.recovery_codes import SqlRecoveryCodes
from infrastructure.postgres.reviews import SqlReviews
from infrastructure.postgres.services import SqlServices
from infrastructure.postgres.waiting_list import SqlWaitingList
from infrastructure.postgres.webhooks import SqlWebhooks
from infrastructure.postgres.weekly_patterns import SqlWeeklyPatterns

Announce: TypeAlias = Callable[[Collection[UUID]], None]
"""Says which slots changed, after the commit; it neither waits nor raises."""


def announce_nothing(_: Collection[UUID]) -> None:
    """For processes whose changes nobody watches."""


class SqlUnitOfWork:
    """The collections of one transaction. Each is made when it is first asked for."""

    def __init__(
        self,
        connection: AsyncConnection,
        driver: Driver,
        transaction: Transaction,
        new_id: NewId,
        announce: Announce,
    ) -> None:
        self._connection = connection
        self._driver = driver
        self._transaction = transaction
        self._new_id = new_id
        self._announce = announce
        self._touched: set[UUID] = set()

    async def now(self) -> datetime:
        """The database's clock at this moment, in UTC."""
        now: datetime = await self._driver.fetchval("SELECT clock_timestamp()")
        return now

    async def commit(self) -> None:
        """Commit; whatever a deferred constraint refuses is raised here."""
        await self._transaction.commit()
        if self._touched:
            self._announce(frozenset(self._touched))

    @cached_property
    def _session(self) -> AsyncSession:
        return AsyncSession(self._connection, expire_on_commit=False, autoflush=False)

    @cached_property
    def accounts(self) -> SqlAccounts:
        """All accounts."""
        return SqlAccounts(self._session, self._driver)

    @cached_property
    def sessions(self) -> SqlSessions:
        """Browser sessions."""
        return SqlSessions(self._session, self._driver)

    @cached_property
    def api_tokens(self) -> SqlApiTokens:
        """Bearer tokens."""
        return SqlApiTokens(self._session)

    @cached_property
    def recoveries(self) -> SqlRecoveries:
        """Recoveries under way."""
        return SqlRecoveries(self._session)

    @cached_property
    def recovery_codes(self) -> SqlRecoveryCodes:
        """Codes for getting back in."""
        return SqlRecoveryCodes(self._driver)

    @cached_property
    def erasures(self) -> SqlErasures:
        """Making a person go."""
        return SqlErasures(self._driver)

    @cached_property
    def audit(self) -> SqlAuditTrail:
        """The audit trail."""
        return SqlAuditTrail(self._session)

    @cached_property
    def profiles(self) -> SqlConsultantProfiles:
        """Consultant profiles."""
        return SqlConsultantProfiles(self._session)

    @cached_property
    def reviews(self) -> SqlReviews:
        """All reviews."""
        return SqlReviews(self._session)

    @cached_property
    def slots(self) -> SqlSlots:
        """All slots."""
        return SqlSlots(self._driver, self._touched)

    @cached_property
    def services(self) -> SqlServices:
        """All services."""
        return SqlServices(self._driver)

    @cached_property
    def weekly_patterns(self) -> SqlWeeklyPatterns:
        """All weekly patterns."""
        return SqlWeeklyPatterns(self._driver)

    @cached_property
    def bookings(self) -> SqlBookings:
        """All bookings."""
        return SqlBookings(self._driver, self._touched)

    @cached_property
    def absence_reports(self) -> SqlAbsenceReports:
        """All absence reports."""
        return SqlAbsenceReports(self._driver)

    @cached_property
    def waiting_list(self) -> SqlWaitingList:
        """The lines of all slots."""
        return SqlWaitingList(self._driver, self._touched)

    @cached_property
    def payments(self) -> SqlPayments:
        """All payments."""
        return SqlPayments(self._driver)

    @cached_property
    def refunds(self) -> SqlRefunds:
        """All refunds."""
        return SqlRefunds(self._driver)

    @cached_property
    def disputes(self) -> SqlDisputes:
        """All disputes."""
        return SqlDisputes(self._driver)

    @cached_property
    def payouts(self) -> SqlPayouts:
        """All payouts."""
        return SqlPayouts(self._driver)

    @cached_property
    def ledger(self) -> SqlLedger:
        """The ledger."""
        return SqlLedger(self._driver, self._new_id)

    @cached_property
    def webhook_events(self) -> SqlWebhookEvents:
        """Paystack's events."""
        return SqlWebhookEvents(self._driver, self._new_id)

    @cached_property
    def operator_items(self) -> SqlOperatorItems:
        """The operators' list."""
        return SqlOperatorItems(self._driver, self._new_id)

    @cached_property
    def calendar_feeds(self) -> SqlCalendarFeeds:
        """All calendar feeds."""
        return SqlCalendarFeeds(self._driver)

    @cached_property
    def webhooks(self) -> SqlWebhooks:
        """Webhooks that go out."""
        return SqlWebhooks(self._driver)

    @cached_property
    def notifications(self) -> SqlNotifications:
        """What accounts are told."""
        return SqlNotifications(self._driver)

    @cached_property
    def outbox(self) -> SqlOutbox:
        """The outbox."""
        return SqlOutbox(self._driver, self._new_id)


class SqlUnitsOfWork:
    """Opens units of work: `async with units_of_work() as uow`."""

    def __init__(self, database: Database, new_id: NewId, announce: Announce = announce_nothing) -> None:
        self._engine = database.engine
        self._new_id = new_id
        self._announce = announce

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[SqlUnitOfWork]:
        """A transaction at READ COMMITTED, rolled back unless it was committed.

        Raises refusals, `TransactionConflictError` or `DatabaseUnavailableError` for what the database
        refuses.
        """
        with translated_faults(), open_work():
            async with self._engine.connect() as connection:
                driver, transaction = await _begin(connection)
                try:
                    yield SqlUnitOfWork(connection, driver, transaction, self._new_id, self._announce)
                finally:
                    await _end(connection, driver, transaction)


async def _begin(connection: AsyncConnection) -> tuple[Driver, Transaction]:
    """A transaction on the driver's connection; on a fresh one when the server closed it while it lay in the pool.

    The driver may have read only half of the farewell, so that nothing but trying tells.
    """
    try:
        return await _begin_on(connection)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
        await connection.invalidate()
        return await _begin_on(connection)


async def _begin_on(connection: AsyncConnection) -> tuple[Driver, Transaction]:
    driver: Driver = (await connection.get_raw_connection()).driver_connection
    transaction = driver.transaction()
    await transaction.start()
    return driver, transaction


async def _end(connection: AsyncConnection, driver: Driver, transaction: Transaction) -> None:
    """Roll back what was not committed; a connection that cannot do that is thrown away."""
    if driver.is_closed():
        await connection.invalidate()
    elif driver.is_in_transaction():
        await transaction.rollback()
