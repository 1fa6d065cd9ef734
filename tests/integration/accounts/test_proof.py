"""The password once more, for what matters: every such change, with a proof that is fresh, old, or gone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from application.accounts.callers import Caller
from application.accounts.change_question import ChangeQuestionCommand
from application.accounts.make_token import MakeTokenCommand
from application.accounts.update_account import UpdateAccountCommand
from application.product import Product
from domain.accounts import InvalidCredentials, ProofNeeded, WrongCurrentPassword
from domain.refusals import Invalid, Throttled
from tests.integration.accounts.people import answer, proven, session_caller, token_caller
from tests.marketplace import PASSWORD, Marketplace

Change = Callable[[Product, Caller], Awaitable[object]]
QUESTION = ChangeQuestionCommand(security_question="lost_thing", security_answer="nine purple ladders")
TOKEN = MakeTokenCommand(name="A phone", scopes=("read",), life=timedelta(days=7))
CHANGES: dict[str, Change] = {
    "e-mail address": lambda product, caller: product.update_account(
        caller, UpdateAccountCommand(email="another@example.com")
    ),
    "phone number": lambda product, caller: product.update_account(
        caller, UpdateAccountCommand(phone_number="0803 123 4567")
    ),
    "security question": lambda product, caller: product.change_question(caller, QUESTION),
    "question recovery": lambda product, caller: product.switch_question_recovery(caller, is_on=True),
    "recovery codes": lambda product, caller: product.make_recovery_codes(caller),
    "token": lambda product, caller: product.make_token(caller, TOKEN),
    "export": lambda product, caller: product.export_account(caller),
    "erasure": lambda product, caller: product.erase_account(caller),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_fresh_proof_is_enough(marketplace: Marketplace, change: str) -> None:
    await CHANGES[change](marketplace.product, await proven(marketplace, await marketplace.client()))


@pytest.mark.parametrize("change", CHANGES)
async def test_an_old_proof_a_token_and_a_session_that_ended_are_not(
    marketplace: Marketplace, change: str
) -> None:
    client = await marketplace.client()
    old, ended = await proven(marketplace, client), await proven(marketplace, client)
    pool = marketplace.database.pool
    await pool.execute(
        "UPDATE sessions SET proven_at = clock_timestamp() - interval '10 minutes' WHERE id = $1", old.session_id
    )
    await pool.execute("DELETE FROM sessions WHERE id = $1", ended.session_id)
    program = await token_caller(marketplace, await marketplace.token(client))
    assert program is not None
    for caller in (old, ended, program):
        with pytest.raises(ProofNeeded):
            await CHANGES[change](marketplace.product, caller)


async def test_names_change_without_the_password(marketplace: Marketplace) -> None:
    account = await marketplace.product.update_account(
        await marketplace.client(), UpdateAccountCommand(first_name="Bola")
    )
    assert account.person.first_name == "Bola"


async def test_a_browser_that_gives_the_password_goes_on_under_a_new_key(marketplace: Marketplace) -> None:
    browser = await proven(marketplace, await marketplace.client())
    confirmed = await marketplace.product.confirm_identity(browser, PASSWORD)
    assert confirmed.session_key is not None
    assert confirmed.session_key not in repr(confirmed)
    assert await session_caller(marketplace, confirmed.session_key) is not None
    with pytest.raises(ProofNeeded):
        await marketplace.product.make_recovery_codes(browser)


async def test_a_program_proves_itself_for_one_call(marketplace: Marketplace) -> None:
    program = await token_caller(marketplace, await marketplace.token(await marketplace.client()))
    assert program is not None
    confirmed = await marketplace.product.confirm_identity(program, PASSWORD)
    assert confirmed.session_key is None
    assert len(await marketplace.product.make_recovery_codes(confirmed.caller)) == 10
    await marketplace.database.pool.execute(
        "UPDATE accounts SET password_hash = '$argon2id$another' WHERE id = $1", program.account_id
    )
    with pytest.raises(ProofNeeded):
        await marketplace.product.make_recovery_codes(confirmed.caller)


async def test_wrong_passwords_are_counted(marketplace: Marketplace) -> None:
    browser = await proven(marketplace, await marketplace.client())
    for _ in range(10):
        with pytest.raises(WrongCurrentPassword):
            await marketplace.product.confirm_identity(browser, "wrong")
    with pytest.raises(Throttled):
        await marketplace.product.confirm_identity(browser, PASSWORD)


async def test_another_question_opens_the_account_and_the_old_one_no_more(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    await marketplace.product.change_question(await proven(marketplace, client), QUESTION)
    with pytest.raises(Exception, match="do not open"):
        await answer(marketplace, client.username)
    granted = await answer(marketplace, client.username, "Nine purple ladders", question="lost_thing")
    assert granted.reset_token
    kinds = await marketplace.database.pool.fetch(
        "SELECT kind FROM audit_entries WHERE account_id = $1", client.account_id
    )
    assert "recovery.question_changed" in {row["kind"] for row in kinds}


@pytest.mark.parametrize(
    ("question", "given"), [("lost_thing", "Chidi"), ("no such", "nine purple ladders"), ("phrase", "abc")]
)
async def test_a_poor_answer_is_refused(marketplace: Marketplace, question: str, given: str) -> None:
    browser = await proven(marketplace, await marketplace.client())
    with pytest.raises(Invalid):
        await marketplace.product.change_question(
            browser, ChangeQuestionCommand(security_question=question, security_answer=given)
        )


async def test_a_token_made_in_the_browser_does_what_it_is_for_until_it_ends(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    issued = await marketplace.product.make_token(await proven(marketplace, client), TOKEN)
    caller = await token_caller(marketplace, issued.token)
    assert caller is not None
    assert {scope.value for scope in caller.scopes} == {"read"}
    assert issued.record.expires_at - issued.record.created_at == timedelta(days=7)
    used = await marketplace.database.pool.fetchval("SELECT last_used_at FROM api_tokens")
    assert used is not None


async def test_somebody_who_is_gone_proves_nothing(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    await marketplace.product.erase_account(await proven(marketplace, client))
    with pytest.raises(InvalidCredentials):
        await proven(marketplace, client)
