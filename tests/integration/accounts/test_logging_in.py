"""Browser sessions: how they begin, how they end, and how often somebody may guess."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from domain.accounts import InvalidCredentials
from domain.refusals import Throttled
from tests.integration.accounts.people import an_address, let_time_pass, log_in, session_caller, suspend
from tests.marketplace import PASSWORD, Marketplace

MOST_FAILURES = 10


async def guess(marketplace: Marketplace, identifier: str, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(InvalidCredentials):
            await log_in(marketplace, identifier, "wrong password")


async def test_username_and_address_open_an_account_whatever_their_case(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    for identifier in (client.username, client.username.upper(), f" {client.username}@Example.com "):
        session = await log_in(marketplace, identifier)
        caller = await session_caller(marketplace, session.key)
        assert caller is not None
        assert (caller.account_id, caller.role) == (client.account_id, client.role)


async def test_every_log_in_has_a_key_of_its_own_which_is_stored_as_a_hash_only(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    one, other = await log_in(marketplace, client.username), await log_in(marketplace, client.username)
    assert one.key != other.key
    rows = await marketplace.database.pool.fetch("SELECT id FROM sessions")
    assert {row["id"] for row in rows} == {
        marketplace.product.secrets.hash_of(key) for key in (one.key, other.key)
    }
    assert one.key not in repr(one)


async def test_the_key_that_a_browser_came_with_ends(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    old = await log_in(marketplace, client.username)
    hashed = marketplace.product.secrets.hash_of(old.key)
    new = await log_in(marketplace, client.username, replaces=hashed)
    assert await session_caller(marketplace, old.key) is None
    assert await session_caller(marketplace, new.key) is not None


async def test_logging_out_ends_this_session_and_no_other(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    here, elsewhere = await log_in(marketplace, client.username), await log_in(marketplace, client.username)
    caller = await session_caller(marketplace, here.key)
    assert caller is not None
    await marketplace.product.log_out(caller)
    assert await session_caller(marketplace, here.key) is None
    assert await session_caller(marketplace, elsewhere.key) is not None


async def test_a_session_ends_after_half_an_hour_of_silence(marketplace: Marketplace) -> None:
    session = await log_in(marketplace, (await marketplace.client()).username)
    silence = "UPDATE sessions SET last_seen_at = clock_timestamp() - $1::interval"
    await marketplace.database.pool.execute(silence, timedelta(minutes=29))
    assert await session_caller(marketplace, session.key) is not None
    await marketplace.database.pool.execute(silence, timedelta(minutes=30))
    assert await session_caller(marketplace, session.key) is None


async def test_being_seen_keeps_a_session_alive(marketplace: Marketplace) -> None:
    session = await log_in(marketplace, (await marketplace.client()).username)
    for _ in range(3):
        await marketplace.database.pool.execute(
            "UPDATE sessions SET last_seen_at = last_seen_at - interval '20 minutes'"
        )
        assert await session_caller(marketplace, session.key) is not None


async def test_a_session_ends_after_twelve_hours_however_busy(marketplace: Marketplace) -> None:
    session = await log_in(marketplace, (await marketplace.client()).username)
    life = await marketplace.database.pool.fetchval("SELECT expires_at - created_at FROM sessions")
    assert life == timedelta(hours=12)
    await marketplace.database.pool.execute("UPDATE sessions SET expires_at = clock_timestamp()")
    assert await session_caller(marketplace, session.key) is None


async def test_the_oldest_of_too_many_sessions_ends(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    first = await log_in(marketplace, client.username)
    await marketplace.database.pool.execute(
        "INSERT INTO sessions SELECT sha256(n::text::bytea), account_id, created_at + n * interval '1 ms', "
        "last_seen_at, expires_at, '' FROM sessions, generate_series(1, 19) n"
    )
    assert await session_caller(marketplace, first.key) is not None
    newest = await log_in(marketplace, client.username)
    assert await session_caller(marketplace, first.key) is None
    assert await session_caller(marketplace, newest.key) is not None
    assert await marketplace.database.pool.fetchval("SELECT count(*) FROM sessions") == 20


async def test_unknown_wrong_and_suspended_are_one_refusal(marketplace: Marketplace) -> None:
    client, suspended = await marketplace.client(), await marketplace.client()
    await suspend(marketplace, suspended.account_id)
    refusals = []
    for identifier, password in (
        ("nobody", PASSWORD),
        ("nobody@example.com", PASSWORD),
        (client.username, "wrong password"),
        (client.username, PASSWORD + " "),
        (client.username, PASSWORD.upper()),
        (client.username, ""),
        (suspended.username, PASSWORD),
        (suspended.username, "wrong password"),
    ):
        with pytest.raises(InvalidCredentials) as refusal:
            await log_in(marketplace, identifier, password)
        refusals.append((type(refusal.value), str(refusal.value), refusal.value.code))
    assert len(set(refusals)) == 1


@pytest.mark.parametrize(
    "identifier", ["nul\x00", "%", "_______", "x" * 100_000, ""], ids=lambda text: ascii(text[:9])
)
async def test_whatever_is_typed_as_an_identifier_opens_nothing(marketplace: Marketplace, identifier: str) -> None:
    await marketplace.client()
    with pytest.raises(InvalidCredentials):
        await log_in(marketplace, identifier)


async def test_suspending_an_account_ends_its_sessions_at_the_next_request(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    session = await log_in(marketplace, client.username)
    await suspend(marketplace, client.account_id)
    assert await session_caller(marketplace, session.key) is None


@pytest.mark.parametrize("exists", [True, False])
async def test_after_ten_failures_not_even_the_right_password_is_looked_at(
    marketplace: Marketplace, exists: bool
) -> None:
    identifier = (await marketplace.client()).username if exists else "nobody"
    await guess(marketplace, identifier, MOST_FAILURES)
    with pytest.raises(Throttled) as throttled:
        await log_in(marketplace, identifier.upper())
    assert 0 < throttled.value.retry_after_s <= 900


async def test_guesses_count_again_from_nothing_after_a_quarter_of_an_hour(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    await guess(marketplace, client.username, MOST_FAILURES)
    await let_time_pass(marketplace, "login:", timedelta(minutes=15))
    assert (await log_in(marketplace, client.username)).key


async def test_of_sixteen_guesses_at_once_exactly_ten_are_looked_at(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    outcomes = await asyncio.gather(
        *(log_in(marketplace, client.username, "wrong password") for _ in range(16)), return_exceptions=True
    )
    names = sorted(type(outcome).__name__ for outcome in outcomes)
    assert names == ["InvalidCredentials"] * MOST_FAILURES + ["Throttled"] * 6


async def test_logging_in_well_is_never_throttled(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    address = an_address()
    for _ in range(MOST_FAILURES + 2):
        await log_in(marketplace, client.username, address=address)
    await guess(marketplace, client.username, MOST_FAILURES)


async def test_username_and_address_of_an_account_share_one_budget_of_guesses(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    await guess(marketplace, client.username, MOST_FAILURES)
    with pytest.raises(Throttled):
        await log_in(marketplace, f"{client.username}@example.com", "wrong password")


async def test_one_address_may_fail_thirty_times_whomever_it_tries(marketplace: Marketplace) -> None:
    address = an_address()
    await marketplace.database.pool.execute(
        "INSERT INTO throttles VALUES ('login-from:' || $1, clock_timestamp(), 29)", address
    )
    with pytest.raises(InvalidCredentials):
        await log_in(marketplace, "nobody", address=address)
    with pytest.raises(Throttled):
        await log_in(marketplace, "nobody else", address=address)


async def test_good_and_bad_log_ins_are_on_record(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    await guess(marketplace, client.username)
    await guess(marketplace, "nobody")
    await log_in(marketplace, client.username)
    rows = await marketplace.database.pool.fetch(
        "SELECT kind, account_id FROM audit_entries WHERE kind LIKE 'login%' ORDER BY id"
    )
    assert [tuple(row) for row in rows] == [
        ("login.failed", client.account_id),
        ("login.failed", None),
        ("login.succeeded", client.account_id),
    ]


async def test_forty_people_behind_one_address_log_in_at_once(marketplace: Marketplace) -> None:
    people = await marketplace.clients(40)
    tokens = await asyncio.gather(*(marketplace.token(person) for person in people))
    assert len(set(tokens)) == 40
