"""Recovery codes: made once, used once, and as little help to strangers as the rest."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest

from application.accounts.answer_recovery import AnswerRecoveryCommand, ResetGranted
from application.accounts.change_question import ChangeQuestionCommand
from application.accounts.reset_password import ResetPasswordCommand
from application.accounts.update_account import UpdateAccountCommand
from domain.accounts import FrozenAfterRecovery, OnlyCodesAreLeft, ProofNeeded, RecoveryFailed, Role
from domain.refusals import Throttled
from tests.integration.accounts.people import (
    an_address,
    answer,
    let_time_pass,
    log_in,
    proven,
    quick,
    session_caller,
    suspend,
)
from tests.marketplace import PASSWORD, Marketplace

A_DAY = timedelta(days=1)
NEW = "a quite different evening"


async def use(marketplace: Marketplace, identifier: str, code: str) -> ResetGranted:
    """Both steps of a recovery by a code."""
    address = an_address()
    recovery = await marketplace.product.start_recovery(identifier, address=address)
    return await marketplace.product.answer_recovery(
        AnswerRecoveryCommand(recovery_id=recovery.id, recovery_code=code, address=address)
    )


async def test_ten_codes_are_told_once_and_kept_as_hashes(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    codes = await marketplace.product.make_recovery_codes(await proven(marketplace, client))
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", code) for code in codes)
    rows = await marketplace.database.pool.fetch("SELECT * FROM recovery_codes")
    assert len(rows) == 10
    stored = " ".join(str(value) for row in rows for value in row.values())
    assert not [code for code in codes if code in stored or code.replace("-", "") in stored]


@pytest.mark.parametrize("typed", ["{}", " {} ", "lower", "bare"])
async def test_a_code_gives_a_new_password_however_it_is_typed(marketplace: Marketplace, typed: str) -> None:
    client = await marketplace.client()
    code = (await marketplace.product.make_recovery_codes(await proven(marketplace, client)))[3]
    forms = {"lower": code.lower().replace("0", "o").replace("1", "l"), "bare": code.replace("-", "")}
    granted = await use(marketplace, client.username, forms.get(typed, typed.format(code)))
    await marketplace.product.reset_password(
        ResetPasswordCommand(reset_token=granted.reset_token, new_password=NEW, address=an_address())
    )
    assert (await log_in(marketplace, client.username, NEW)).key
    assert (await marketplace.product.account_queries.recovery_codes(client.account_id)).left == 9


async def test_a_code_works_once(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    code = (await marketplace.product.make_recovery_codes(await proven(marketplace, client)))[0]
    await use(marketplace, client.username, code)
    with pytest.raises(RecoveryFailed):
        await use(marketplace, client.username, code)


async def test_of_many_who_use_a_code_at_once_one_gets_in(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    code = (await marketplace.product.make_recovery_codes(await proven(marketplace, client)))[0]
    outcomes = await asyncio.gather(
        *(use(marketplace, client.username, code) for _ in range(8)), return_exceptions=True
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["RecoveryFailed"] * 7 + ["ResetGranted"]


async def test_new_codes_end_the_old_ones(marketplace: Marketplace) -> None:
    client = await proven(marketplace, await marketplace.client())
    old = await marketplace.product.make_recovery_codes(client)
    new = await marketplace.product.make_recovery_codes(client)
    with pytest.raises(RecoveryFailed):
        await use(marketplace, client.username, old[0])
    assert (await use(marketplace, client.username, new[0])).reset_token


async def test_a_code_of_somebody_else_and_of_a_suspended_account_opens_nothing(marketplace: Marketplace) -> None:
    client, other = await marketplace.client(), await marketplace.client()
    code = (await marketplace.product.make_recovery_codes(await proven(marketplace, client)))[0]
    told = set()
    for identifier in (other.username, "nobody", client.username):
        if identifier == client.username:
            await suspend(marketplace, client.account_id)
        with pytest.raises(RecoveryFailed) as refusal:
            await use(marketplace, identifier, code)
        told.add(str(refusal.value))
    assert len(told) == 1
    assert (await marketplace.product.account_queries.recovery_codes(client.account_id)).left == 10


@pytest.mark.parametrize("exists", [True, False])
async def test_ten_wrong_codes_in_a_quarter_of_an_hour_are_looked_at(
    marketplace: Marketplace, exists: bool
) -> None:
    identifier = (await marketplace.client()).username if exists else "nobody"
    for _ in range(10):
        with pytest.raises(RecoveryFailed):
            await use(marketplace, identifier, "0000-0000-0000-0000")
    with pytest.raises(Throttled):
        await use(marketplace, identifier, "0000-0000-0000-0000")


async def test_a_code_opens_what_wrong_answers_have_closed(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    code = (await marketplace.product.make_recovery_codes(await proven(marketplace, client)))[0]
    use_case = quick(marketplace.product.answer_recovery)
    for _ in range(2):
        for _ in range(5):
            with pytest.raises(RecoveryFailed):
                await answer(marketplace, client.username, "wrong", use_case=use_case)
        await let_time_pass(marketplace, "recovery-day:", A_DAY)
    with pytest.raises(Throttled):
        await answer(marketplace, client.username, use_case=use_case)
    await use(marketplace, client.username, code)
    assert (await answer(marketplace, client.username, use_case=use_case)).reset_token


async def test_an_operator_gets_in_by_a_code_and_never_by_an_answer(marketplace: Marketplace) -> None:
    operator = await marketplace.account(Role.OPERATOR)
    code = (await marketplace.product.make_recovery_codes(await proven(marketplace, operator)))[0]
    with pytest.raises(RecoveryFailed):
        await answer(marketplace, operator.username)
    assert (await use(marketplace, operator.username, code)).reset_token


async def test_without_the_question_only_codes_open_the_account(marketplace: Marketplace) -> None:
    client = await proven(marketplace, await marketplace.client())
    with pytest.raises(OnlyCodesAreLeft):
        await marketplace.product.switch_question_recovery(client, is_on=False)
    codes = await marketplace.product.make_recovery_codes(client)
    await marketplace.product.switch_question_recovery(client, is_on=False)
    with pytest.raises(RecoveryFailed):
        await answer(marketplace, client.username)
    assert (await use(marketplace, client.username, codes[0])).reset_token
    await marketplace.product.switch_question_recovery(client, is_on=True)
    assert (await answer(marketplace, client.username)).reset_token


async def test_codes_are_made_only_by_somebody_who_gave_the_password_a_moment_ago(
    marketplace: Marketplace,
) -> None:
    client = await marketplace.client()
    browser = await proven(marketplace, client)
    await marketplace.database.pool.execute("UPDATE sessions SET proven_at = proven_at - interval '11 minutes'")
    for caller in (client, browser):
        with pytest.raises(ProofNeeded):
            await marketplace.product.make_recovery_codes(caller)
    confirmed = await marketplace.product.confirm_identity(browser, PASSWORD)
    assert await marketplace.product.make_recovery_codes(confirmed.caller)


@pytest.mark.parametrize("by_code", [True, False])
async def test_after_an_answer_but_not_after_a_code_contacts_and_question_rest_for_three_days(
    marketplace: Marketplace, by_code: bool
) -> None:
    client = await marketplace.client()
    code = (await marketplace.product.make_recovery_codes(await proven(marketplace, client)))[0]
    granted = await (use(marketplace, client.username, code) if by_code else answer(marketplace, client.username))
    await marketplace.product.reset_password(
        ResetPasswordCommand(reset_token=granted.reset_token, new_password=NEW, address=an_address())
    )
    opened = await log_in(marketplace, client.username, NEW)
    browser = await session_caller(marketplace, opened.key)
    assert browser is not None
    question = ChangeQuestionCommand(security_question="lost_thing", security_answer="nine purple ladders")
    changes = (
        lambda: marketplace.product.change_question(browser, question),
        lambda: marketplace.product.update_account(browser, UpdateAccountCommand(email="new@example.com")),
    )
    if not by_code:
        for change in changes:
            with pytest.raises(FrozenAfterRecovery):
                await change()
        await marketplace.database.pool.execute(
            "UPDATE recoveries SET reset_used_at = reset_used_at - $1::interval", 3 * A_DAY
        )
    for change in changes:
        await change()
