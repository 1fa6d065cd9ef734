"""Whoever owns an account is told what opens it, even if it was themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from application.accounts.answer_recovery import AnswerRecoveryCommand
from application.accounts.callers import Caller, Scope
from application.accounts.change_password import ChangePasswordCommand
from application.accounts.change_question import ChangeQuestionCommand
from application.accounts.log_in import LogInCommand
from application.accounts.make_token import MakeTokenCommand
from application.accounts.reset_password import ResetPasswordCommand
from domain.money import Money
from domain.notifications import Kind
from domain.webhooks import Event
from tests.integration.accounts.people import an_address, answer, proven
from tests.integration.notifications.ear import forget, heard, kinds, latest, sentence
from tests.integration.webhooks.conftest import subscribe
from tests.integration.webhooks.receiver import running_receiver
from tests.marketplace import PASSWORD, Marketplace

NEW = "a quite different evening"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
async def owner(marketplace: Marketplace) -> Caller:
    """Somebody whose account is a day old, before whom nothing lies."""
    owner = await proven(marketplace, await marketplace.consultant())
    await marketplace.database.pool.execute("UPDATE accounts SET created_at = created_at - interval '1 day'")
    await forget(marketplace)
    return owner


async def test_nobody_is_told_of_how_they_opened_their_account(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    await marketplace.product.make_recovery_codes(await proven(marketplace, client))
    assert await kinds(marketplace, client) == []


async def test_a_new_password(marketplace: Marketplace, owner: Caller) -> None:
    command = ChangePasswordCommand(current_password=PASSWORD, new_password=NEW)
    await marketplace.product.change_password(owner, command)
    assert await kinds(marketplace, owner) == [Kind.PASSWORD_CHANGED]


async def test_a_reset_by_the_question(marketplace: Marketplace, owner: Caller) -> None:
    granted = await answer(marketplace, owner.username)
    await marketplace.product.reset_password(
        ResetPasswordCommand(reset_token=granted.reset_token, new_password=NEW, address=an_address())
    )
    assert (await latest(marketplace, owner, Kind.PASSWORD_RESET)).facts.by_code is False
    assert "payouts rest until" in await sentence(marketplace, owner)
    assert await kinds(marketplace, owner) == [Kind.PASSWORD_RESET]


async def test_codes_and_a_reset_by_one(marketplace: Marketplace, owner: Caller) -> None:
    [code, *_] = await marketplace.product.make_recovery_codes(owner)
    recovery = await marketplace.product.start_recovery(owner.username, address=an_address())
    granted = await marketplace.product.answer_recovery(
        AnswerRecoveryCommand(recovery_id=recovery.id, recovery_code=code, address=an_address())
    )
    await marketplace.product.reset_password(
        ResetPasswordCommand(reset_token=granted.reset_token, new_password=NEW, address=an_address())
    )
    assert (await latest(marketplace, owner, Kind.PASSWORD_RESET)).facts.by_code is True
    assert await kinds(marketplace, owner) == [
        Kind.RECOVERY_CODES_MADE,
        Kind.RECOVERY_CODE_USED,
        Kind.PASSWORD_RESET,
    ]


async def test_the_question(marketplace: Marketplace, owner: Caller) -> None:
    product = marketplace.product
    command = ChangeQuestionCommand(security_question="phrase", security_answer="nine yellow lanterns")
    await product.change_question(owner, command)
    await product.make_recovery_codes(owner)
    await product.switch_question_recovery(owner, is_on=False)
    await product.switch_question_recovery(owner, is_on=True)
    assert await kinds(marketplace, owner) == [
        Kind.QUESTION_CHANGED,
        Kind.RECOVERY_CODES_MADE,
        Kind.QUESTION_OFF,
        Kind.QUESTION_ON,
    ]


async def test_tokens_from_both_ways(marketplace: Marketplace, owner: Caller) -> None:
    await marketplace.token(owner)
    command = MakeTokenCommand(name="script", scopes=(Scope.READ,), life=timedelta(days=1))
    await marketplace.product.make_token(owner, command)
    assert await kinds(marketplace, owner) == [Kind.TOKEN_CREATED] * 2


async def test_a_browser_is_new_once_and_the_first_one_is_none(marketplace: Marketplace) -> None:
    client, other = await marketplace.client(), await marketplace.client()

    async def log_in(caller: Caller, browser: str | None) -> str:
        command = LogInCommand(
            identifier=caller.username,
            password=PASSWORD,
            address="105.112.7.9",
            user_agent=FIREFOX,
            browser=browser,
        )
        return (await marketplace.product.log_in(command)).browser

    first = await log_in(client, None)
    assert await log_in(client, first) == first
    assert await kinds(marketplace, client) == []
    second = await log_in(client, None)
    told = await latest(marketplace, client, Kind.NEW_BROWSER)
    assert (told.facts.user_agent, bool(told.facts.network)) == (FIREFOX, True)
    assert "105.112.7.9" not in str(told.facts), "the network, not the very device"
    await log_in(client, second)
    assert len(await heard(marketplace, client)) == 1
    await log_in(other, first)
    await log_in(client, first)
    assert (len(await heard(marketplace, client)), await kinds(marketplace, other)) == (1, [])


async def test_a_webhook_that_is_switched_off_because_nothing_gets_through(
    marketplace: Marketplace, owner: Caller
) -> None:
    with running_receiver() as receiver:
        receiver.status = 410
        subscriber = await subscribe(marketplace, owner, receiver.url, *Event)
        await subscriber.test()
        await marketplace.product.deliver_webhooks()
    assert await kinds(marketplace, owner) == [Kind.WEBHOOK_DISABLED]


async def test_whoever_leaves_leaves_nothing_that_they_were_told(marketplace: Marketplace, owner: Caller) -> None:
    client = await marketplace.client()
    slot = await marketplace.slot(owner, price=Money(0, "NGN"))
    await marketplace.completed_booking(client, owner, slot)
    assert await kinds(marketplace, owner) == [Kind.BOOKING_NEW]
    await marketplace.product.erase_account(owner)
    assert await marketplace.database.pool.fetchval("SELECT count(*) FROM known_browsers") == 0
    assert await heard(marketplace, owner) == []
    assert (await heard(marketplace, client))[-1].person != "Ada Number 1"
    await marketplace.database.pool.execute(
        "SELECT tell_account($1, 'token.created', 'too late', NULL, '{}')", owner.account_id
    )
    assert await heard(marketplace, owner) == []
