"""Suspending an account, letting it in again, and calling off what it has before it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from application.accounts.callers import Caller
from application.consultants.views import DiscoveryQuery
from application.operations.cancel_coming import ComingChanged
from application.operations.views import AuditFilter
from application.paging import PageRequest
from domain.accounts import InvalidCredentials, RecoveryFailed, Role, WrongCurrentPassword
from domain.bookings import ConsultantUnavailable
from domain.money import Money
from domain.refusals import Invalid, NotFound, Refusal
from domain.suspension import AccountErased, AlreadySuspended, NotSuspended, OwnAccount
from tests.integration.accounts.people import answer, log_in, session_caller, suspend, token_caller
from tests.integration.operations.desk import Desk
from tests.marketplace import PROOF


async def suspend_by(desk: Desk, account_id: UUID, *, by: Caller | None = None) -> None:
    await desk.marketplace.product.suspend_account(by or desk.operator, account_id, PROOF)


async def reinstate_by(desk: Desk, account_id: UUID) -> None:
    await desk.marketplace.product.reinstate_account(desk.operator, account_id, PROOF)


async def agreement(desk: Desk, account_id: UUID) -> str:
    return (await desk.marketplace.product.coming_queries.coming_sessions(account_id)).agreement


async def cancel_all(desk: Desk, account_id: UUID, *, by: Caller | None = None) -> int:
    return await desk.marketplace.product.cancel_coming_sessions(
        by or desk.operator, account_id, await agreement(desk, account_id), PROOF
    )


async def test_every_way_in_ends_at_once_and_stays_shut(desk: Desk) -> None:
    market = desk.marketplace
    client = await market.client()
    session = await log_in(market, client.username)
    token = await market.token(client)
    await suspend_by(desk, client.account_id)
    assert await session_caller(market, session.key) is None
    assert await token_caller(market, token) is None
    with pytest.raises(InvalidCredentials):
        await log_in(market, client.username)
    with pytest.raises(RecoveryFailed):
        await answer(market, client.username)
    await reinstate_by(desk, client.account_id)
    assert await session_caller(market, session.key) is None
    assert await token_caller(market, token) is None
    assert await session_caller(market, (await log_in(market, client.username)).key) is not None
    assert await desk.actions_audited() == ["suspend", "reinstate"]


async def test_a_session_that_slipped_in_opens_nothing_afterwards(desk: Desk) -> None:
    """A log-in whose password was looked at before the suspension, and whose session was stored after it."""
    client = await desk.marketplace.client()
    session = await log_in(desk.marketplace, client.username)
    rows = await desk.marketplace.database.pool.fetch("SELECT * FROM sessions")
    await suspend_by(desk, client.account_id)
    columns = ", ".join(rows[0].keys())
    places = ", ".join(f"${number}" for number in range(1, len(rows[0]) + 1))
    await desk.marketplace.database.pool.execute(
        f"INSERT INTO sessions ({columns}) VALUES ({places})",
        *rows[0].values(),
    )
    assert await session_caller(desk.marketplace, session.key) is None
    await reinstate_by(desk, client.account_id)
    assert await session_caller(desk.marketplace, session.key) is None


async def test_a_status_that_changes_past_the_product_ends_sessions_too(desk: Desk) -> None:
    client = await desk.marketplace.client()
    await log_in(desk.marketplace, client.username)
    await suspend(desk.marketplace, client.account_id)
    assert await desk.marketplace.database.pool.fetchval("SELECT count(*) FROM sessions") == 0


async def test_a_suspended_consultant_is_nowhere_and_takes_no_bookings_until_reinstated(desk: Desk) -> None:
    market = desk.marketplace
    consultant, client = await market.consultant(), await market.client()
    slot = await market.slot(consultant)
    slug = await market.slug(consultant)
    await suspend_by(desk, consultant.account_id)
    assert (await market.product.consultant_queries.discover(DiscoveryQuery())).items == []
    assert await market.product.consultant_queries.consultant(slug) is None
    with pytest.raises(ConsultantUnavailable):
        await market.booking(client, slot)
    await reinstate_by(desk, consultant.account_id)
    assert await market.product.consultant_queries.consultant(slug) is not None
    assert (await market.booking(client, slot)).status == "pending"


async def test_what_is_refused_changes_nothing(desk: Desk) -> None:
    market = desk.marketplace
    client, erased = await market.client(), await market.client()
    await market.database.pool.execute("UPDATE accounts SET status = 'erased' WHERE id = $1", erased.account_id)
    product, operator = market.product, desk.operator
    attempts: list[tuple[type[Refusal], Caller, UUID, object]] = [
        (OwnAccount, operator, operator.account_id, PROOF),
        (AccountErased, operator, erased.account_id, PROOF),
        (NotFound, operator, uuid4(), PROOF),
        (NotFound, client, operator.account_id, PROOF),
        (WrongCurrentPassword, operator, client.account_id, replace(PROOF, password="wrong")),
        (Invalid, operator, client.account_id, replace(PROOF, note=" ")),
    ]
    for refusal, caller, account_id, proof in attempts:
        with pytest.raises(refusal):
            await product.suspend_account(caller, account_id, proof)  # type: ignore[arg-type]  # a list of all kinds
    with pytest.raises(NotSuspended):
        await reinstate_by(desk, client.account_id)
    with pytest.raises(AccountErased):
        await reinstate_by(desk, erased.account_id)
    assert await desk.actions_audited() == []


async def test_somebody_is_suspended_once(desk: Desk) -> None:
    client, colleague = await desk.marketplace.client(), await desk.colleague()
    outcomes = await asyncio.gather(
        *(suspend_by(desk, client.account_id, by=one.operator) for one in (desk, colleague)),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes if outcome] == [AlreadySuspended]
    assert await desk.actions_audited() == ["suspend"]


async def test_two_operators_who_suspend_each_other_at_once_leave_one(desk: Desk) -> None:
    one, other = desk.operator, (await desk.colleague()).operator
    outcomes = await asyncio.gather(
        suspend_by(desk, other.account_id, by=one),
        suspend_by(desk, one.account_id, by=other),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes if outcome] == [NotFound]
    left = await desk.marketplace.database.pool.fetchval(
        "SELECT count(*) FROM accounts WHERE role = 'operator' AND status = 'active'"
    )
    assert left == 1


async def test_an_operator_suspended_in_between_acts_no_more(desk: Desk) -> None:
    colleague, client = await desk.colleague(), await desk.marketplace.client()
    await suspend_by(desk, colleague.operator.account_id)
    with pytest.raises(NotFound):
        await suspend_by(desk, client.account_id, by=colleague.operator)


@pytest.mark.parametrize("with_tokens", [True, False])
async def test_sessions_end_and_tokens_if_wanted(desk: Desk, with_tokens: bool) -> None:
    market = desk.marketplace
    client = await market.client()
    sessions = [await log_in(market, client.username) for _ in range(2)]
    token = await market.token(client)
    ended = await market.product.end_all_sessions(desk.operator, client.account_id, PROOF, with_tokens=with_tokens)
    assert ended == 2
    assert [await session_caller(market, session.key) for session in sessions] == [None, None]
    assert (await token_caller(market, token) is None) == with_tokens
    assert await session_caller(market, (await log_in(market, client.username)).key) is not None
    [entry] = (
        await market.product.operation_queries.audit(AuditFilter(kind="operator.end-sessions"), PageRequest())
    ).items
    assert entry.details["sessions"] == "2"


async def test_coming_sessions_of_a_consultant_are_called_off_with_all_of_the_money(desk: Desk) -> None:
    market = desk.marketplace
    consultant, clients = await market.consultant(), [await market.client() for _ in range(3)]
    soon = await market.slot(consultant, starts_in=timedelta(hours=2), capacity=2)
    later = await market.slot(consultant, starts_in=timedelta(days=9), price=Money(700_000, "NGN"))
    paid = [await market.confirmed_booking(clients[0], soon), await market.confirmed_booking(clients[1], later)]
    held = await market.booking(clients[2], soon)
    over = await market.slot(consultant, starts_in=timedelta(days=3))
    done = await market.completed_booking(clients[2], consultant, over)
    await suspend_by(desk, consultant.account_id)
    assert [(await market.details(clients[n], paid[n].id)).status for n in range(2)] == ["confirmed", "confirmed"]
    assert await agreement(desk, consultant.account_id) == "3; NGN 1200000"
    assert await cancel_all(desk, consultant.account_id) == 3
    for client, booking in ((clients[0], paid[0]), (clients[1], paid[1]), (clients[2], held)):
        details = await market.details(client, booking.id)
        assert (details.status, details.history[-1].actor) == ("cancelled", "operator")
    assert (await market.details(clients[2], done.id)).status == "completed"
    refunds = await market.database.pool.fetch("SELECT amount FROM refunds ORDER BY amount")
    assert [row["amount"] for row in refunds] == [500_000, 700_000]
    assert await agreement(desk, consultant.account_id) == "0"
    assert (await desk.actions_audited()).count("cancel-session") == 3
    await market.product.relay_outbox()
    await desk.require_right_books()


async def test_coming_sessions_of_a_client_are_called_off(desk: Desk) -> None:
    client, booking_id, _ = await desk.paid()
    await suspend_by(desk, client.account_id)
    assert await cancel_all(desk, client.account_id) == 1
    assert (await desk.marketplace.details(client, booking_id)).status == "cancelled"
    await desk.require_right_books()


async def test_only_what_the_operator_saw_is_called_off(desk: Desk) -> None:
    market = desk.marketplace
    client, booking_id, _ = await desk.paid()
    seen = await agreement(desk, client.account_id)
    with pytest.raises(NotSuspended):
        await market.product.cancel_coming_sessions(desk.operator, client.account_id, seen, PROOF)
    await market.confirmed_booking(
        client, await market.slot(await market.consultant(), starts_in=timedelta(days=4))
    )
    await suspend_by(desk, client.account_id)
    with pytest.raises(ComingChanged):
        await market.product.cancel_coming_sessions(desk.operator, client.account_id, seen, PROOF)
    assert (await market.details(client, booking_id)).status == "confirmed"
    assert await desk.actions_audited() == ["suspend"]


async def test_two_operators_call_the_same_sessions_off_once(desk: Desk) -> None:
    client, booking_id, _ = await desk.paid()
    colleague = await desk.colleague()
    await suspend_by(desk, client.account_id)
    seen = await agreement(desk, client.account_id)
    call_off = desk.marketplace.product.cancel_coming_sessions
    outcomes = await asyncio.gather(
        *(call_off(one.operator, client.account_id, seen, PROOF) for one in (desk, colleague)),
        return_exceptions=True,
    )
    assert [outcome for outcome in outcomes if outcome == 1] == [1]
    assert (await desk.actions_audited()).count("cancel-session") == 1
    assert await desk.marketplace.database.pool.fetchval("SELECT count(*) FROM refunds") == 1
    assert (await desk.marketplace.details(client, booking_id)).status == "cancelled"


async def test_others_have_no_say(desk: Desk) -> None:
    market = desk.marketplace
    victim = await market.client()
    for role in (Role.CLIENT, Role.CONSULTANT):
        caller = await market.account(role)
        with pytest.raises(NotFound):
            await suspend_by(desk, victim.account_id, by=caller)
        with pytest.raises(NotFound):
            await market.product.reinstate_account(caller, victim.account_id, PROOF)
        with pytest.raises(NotFound):
            await market.product.end_all_sessions(caller, victim.account_id, PROOF, with_tokens=True)
        with pytest.raises(NotFound):
            await market.product.cancel_coming_sessions(caller, victim.account_id, "0", PROOF)
    assert await desk.actions_audited() == []
