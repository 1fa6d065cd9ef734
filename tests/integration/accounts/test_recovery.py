"""Getting back in by a security question: as little help to strangers as can be."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest

from application.accounts.answer_recovery import AnswerRecoveryCommand
from application.accounts.reset_password import ResetPasswordCommand
from domain.accounts import InvalidCredentials, RecoveryFailed, Role
from domain.refusals import Invalid, Throttled
from tests.integration.accounts.people import (
    an_address,
    answer,
    let_time_pass,
    log_in,
    quick,
    session_caller,
    suspend,
    token_caller,
)
from tests.marketplace import ANSWER, QUESTION, Marketplace, RememberedHashes

NEW = "a quite different evening"
A_DAY = timedelta(days=1)


async def reset(marketplace: Marketplace, token: str, password: str = NEW) -> None:
    reset_password = marketplace.product.reset_password
    remembering = replace(reset_password, hasher=RememberedHashes(reset_password.hasher))
    await remembering(ResetPasswordCommand(reset_token=token, new_password=password, address=an_address()))


async def fail(marketplace: Marketplace, identifier: str, times: int) -> None:
    for _ in range(times):
        with pytest.raises(RecoveryFailed):
            await answer(marketplace, identifier, "wrong", use_case=quick(marketplace.product.answer_recovery))


def names_of(outcomes: Sequence[object]) -> list[str]:
    return sorted(type(outcome).__name__ for outcome in outcomes)


async def test_the_right_answer_gives_a_new_password_and_logs_nobody_in(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    granted = await answer(marketplace, client.username.upper(), f"  {ANSWER.upper()} ")
    assert granted.reset_token not in repr(granted)
    await reset(marketplace, granted.reset_token)
    assert await marketplace.database.pool.fetchval("SELECT count(*) FROM sessions") == 0
    assert (await log_in(marketplace, client.username, NEW)).key
    with pytest.raises(InvalidCredentials):
        await log_in(marketplace, client.username)


async def test_beginning_looks_the_same_for_known_unknown_and_suspended(marketplace: Marketplace) -> None:
    client, suspended = await marketplace.client(), await marketplace.client()
    await suspend(marketplace, suspended.account_id)
    recoveries = [
        await marketplace.product.start_recovery(identifier, address=an_address())
        for identifier in (client.username, "nobody", "nobody@example.com", suspended.username, "")
    ]
    assert {type(getattr(recovery, field.name)) for recovery in recoveries for field in fields(recovery)} == {
        type(recoveries[0].id),
        str,
        type(recoveries[0].created_at),
    }
    assert {recovery.expires_at - recovery.created_at for recovery in recoveries} == {timedelta(minutes=30)}
    stored = await marketplace.database.pool.fetch("SELECT * FROM recoveries")
    assert len(stored) == 5
    assert not [row for row in stored if row["account_id"] or row["reset_token_hash"]]


async def test_every_way_to_fail_is_one_refusal(marketplace: Marketplace) -> None:
    client, suspended = await marketplace.client(), await marketplace.client()
    operator = await marketplace.account(Role.OPERATOR)
    await suspend(marketplace, suspended.account_id)
    told = set()
    for identifier, question, given in (
        (client.username, QUESTION, "wrong"),
        (client.username, "first_trip", ANSWER),
        (client.username, "no such question", ANSWER),
        (client.username, QUESTION, "x" * 10_000),
        ("nobody", QUESTION, ANSWER),
        (suspended.username, QUESTION, ANSWER),
        (operator.username, QUESTION, ANSWER),
    ):
        with pytest.raises(RecoveryFailed) as refusal:
            await answer(marketplace, identifier, given, question=question)
        told.add(str(refusal.value))
    assert len(told) == 1


async def test_a_recovery_that_was_never_begun_fails_in_the_same_way(marketplace: Marketplace) -> None:
    with pytest.raises(RecoveryFailed):
        await marketplace.product.answer_recovery(
            AnswerRecoveryCommand(recovery_id=uuid4(), question=QUESTION, answer=ANSWER, address=an_address())
        )


async def test_a_recovery_has_to_be_answered_within_half_an_hour(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    recovery = await marketplace.product.start_recovery(client.username, address=an_address())
    await marketplace.database.pool.execute("UPDATE recoveries SET expires_at = clock_timestamp()")
    with pytest.raises(RecoveryFailed):
        await marketplace.product.answer_recovery(
            AnswerRecoveryCommand(recovery_id=recovery.id, question=QUESTION, answer=ANSWER, address=an_address())
        )


@pytest.mark.parametrize("exists", [True, False])
async def test_five_answers_a_day_are_looked_at(marketplace: Marketplace, exists: bool) -> None:
    identifier = (await marketplace.client()).username if exists else "nobody"
    await fail(marketplace, identifier, 5)
    with pytest.raises(Throttled):
        await answer(marketplace, identifier.upper())


@pytest.mark.parametrize("exists", [True, False])
async def test_ten_answers_in_a_row_are_looked_at_however_long_one_waits(
    marketplace: Marketplace, exists: bool
) -> None:
    identifier = (await marketplace.client()).username if exists else "nobody"
    for _ in range(2):
        await fail(marketplace, identifier, 5)
        await let_time_pass(marketplace, "recovery-day:", A_DAY)
    for _ in range(3):
        await let_time_pass(marketplace, "recovery", timedelta(days=300))
        with pytest.raises(Throttled):
            await answer(marketplace, identifier)


@pytest.mark.parametrize("exists", [True, False])
async def test_of_sixteen_answers_at_once_exactly_five_are_looked_at(
    marketplace: Marketplace, exists: bool
) -> None:
    identifier = (await marketplace.client()).username if exists else "nobody"
    use_case = quick(marketplace.product.answer_recovery)
    outcomes = await asyncio.gather(
        *(answer(marketplace, identifier, "wrong", use_case=use_case) for _ in range(16)), return_exceptions=True
    )
    assert names_of(outcomes) == ["RecoveryFailed"] * 5 + ["Throttled"] * 11


async def test_the_right_answer_forgets_the_wrong_ones(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    await fail(marketplace, client.username, 4)
    await answer(marketplace, client.username)
    await fail(marketplace, client.username, 5)


async def test_somebody_who_logs_in_can_recover_again_after_strangers_have_guessed(
    marketplace: Marketplace,
) -> None:
    client = await marketplace.client()
    for _ in range(2):
        await fail(marketplace, client.username, 5)
        await let_time_pass(marketplace, "recovery-day:", A_DAY)
    await log_in(marketplace, client.username)
    assert (await answer(marketplace, client.username)).reset_token


async def test_guesses_at_the_answer_do_not_touch_logging_in(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    session = await log_in(marketplace, client.username)
    await fail(marketplace, client.username, 5)
    assert await session_caller(marketplace, session.key) is not None
    assert (await log_in(marketplace, client.username)).key


async def test_one_address_begins_ten_recoveries_an_hour(marketplace: Marketplace) -> None:
    address = an_address()
    for number in range(10):
        await marketplace.product.start_recovery(f"nobody{number}", address=address)
    with pytest.raises(Throttled):
        await marketplace.product.start_recovery("nobody", address=address)
    await marketplace.product.start_recovery("nobody", address=an_address())


async def test_a_reset_token_is_good_for_one_of_many_who_use_it_at_once(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    granted = await answer(marketplace, client.username)
    await marketplace.product.reset_password.hasher.hash_password(NEW)
    outcomes = await asyncio.gather(
        *(reset(marketplace, granted.reset_token) for _ in range(32)), return_exceptions=True
    )
    assert names_of(outcomes) == ["NoneType"] + ["RecoveryFailed"] * 31
    with pytest.raises(RecoveryFailed):
        await reset(marketplace, granted.reset_token)


async def test_a_reset_token_ends_after_ten_minutes(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    granted = await answer(marketplace, client.username)
    life = await marketplace.database.pool.fetchval("SELECT reset_expires_at - created_at FROM recoveries")
    assert timedelta(minutes=10) <= life < timedelta(minutes=11)
    await marketplace.database.pool.execute("UPDATE recoveries SET reset_expires_at = clock_timestamp()")
    with pytest.raises(RecoveryFailed):
        await reset(marketplace, granted.reset_token)


async def test_a_newer_reset_token_ends_the_older_one(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    older, newer = await answer(marketplace, client.username), await answer(marketplace, client.username)
    with pytest.raises(RecoveryFailed):
        await reset(marketplace, older.reset_token)
    await reset(marketplace, newer.reset_token)


@pytest.mark.parametrize("token", ["", "x", "\x00", "\ud800"], ids=ascii)
async def test_a_made_up_reset_token_opens_nothing(marketplace: Marketplace, token: str) -> None:
    await answer(marketplace, (await marketplace.client()).username)
    with pytest.raises(RecoveryFailed):
        await reset(marketplace, token)


async def test_a_poor_new_password_leaves_the_token_usable(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    granted = await answer(marketplace, client.username)
    for poor in ("short", "x" * 257, f"{client.username}@example.com"):
        with pytest.raises(Invalid):
            await reset(marketplace, granted.reset_token, poor)
    await reset(marketplace, granted.reset_token)
    assert (await log_in(marketplace, client.username, NEW)).key


async def test_every_session_and_token_of_the_account_ends(marketplace: Marketplace) -> None:
    client, other = await marketplace.client(), await marketplace.client()
    sessions = [await log_in(marketplace, caller.username) for caller in (client, client, other)]
    tokens = [await marketplace.token(client), await marketplace.token(other)]
    await reset(marketplace, (await answer(marketplace, client.username)).reset_token)
    assert [bool(await session_caller(marketplace, session.key)) for session in sessions] == [False, False, True]
    assert [bool(await token_caller(marketplace, token)) for token in tokens] == [False, True]


async def test_either_everything_about_a_reset_happens_or_nothing(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    session, token = await log_in(marketplace, client.username), await marketplace.token(client)
    granted = await answer(marketplace, client.username)
    await marketplace.database.pool.execute(
        "ALTER TABLE audit_entries ADD CONSTRAINT broken CHECK (kind <> 'recovery.reset') NOT VALID"
    )
    with pytest.raises(asyncpg.CheckViolationError):
        await reset(marketplace, granted.reset_token)
    assert await session_caller(marketplace, session.key) is not None
    assert await token_caller(marketplace, token) is not None
    assert (await log_in(marketplace, client.username)).key
    await marketplace.database.pool.execute("ALTER TABLE audit_entries DROP CONSTRAINT broken")
    await reset(marketplace, granted.reset_token)


async def test_an_account_suspended_after_its_answer_gets_no_new_password(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    granted = await answer(marketplace, client.username)
    await suspend(marketplace, client.account_id)
    with pytest.raises(RecoveryFailed):
        await reset(marketplace, granted.reset_token)


async def test_every_step_is_on_record_without_any_secret(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    await fail(marketplace, client.username, 1)
    granted = await answer(marketplace, client.username)
    await reset(marketplace, granted.reset_token)
    rows = await marketplace.database.pool.fetch(
        "SELECT * FROM audit_entries WHERE kind LIKE 'recovery%' ORDER BY id"
    )
    assert [row["kind"] for row in rows] == [
        "recovery.started",
        "recovery.answer_failed",
        "recovery.started",
        "recovery.answered",
        "recovery.reset",
    ]
    written = " ".join(str(value) for row in rows for value in row.values())
    assert not [secret for secret in (ANSWER, NEW, granted.reset_token) if secret in written]
