"""The pages about webhooks: the secret once, what was sent, and every way in which it may go wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from application.webhooks.register_webhook import RegisterWebhookCommand
from domain.accounts import Role
from domain.webhooks import MOST_ENDPOINTS, Event
from tests.integration.web.browser import Browser
from tests.integration.web.html import fields_of, mistakes_in
from tests.integration.webhooks.receiver import Receiver, running_receiver
from tests.marketplace import Marketplace

PAGE = "/account/webhooks"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running_receiver() as receiver:
        yield receiver


async def added(browser: Browser, url: str) -> str:
    """The address of a new webhook's page, with the secret on it."""
    await browser.open(PAGE)
    assert mistakes_in(browser.page) == []
    await browser.send(PAGE, url=url)
    assert mistakes_in(browser.page) == []
    return browser.path.partition("?")[0]


def secret_on(browser: Browser) -> str | None:
    found = [field["value"] for field in browser.page.all("input") if field["id"] == "secret"]
    return found[0] if found else None


async def test_the_secret_is_shown_once(browser: Browser, marketplace: Marketplace, receiver: Receiver) -> None:
    await browser.log_in(await marketplace.client())
    await browser.open(PAGE)
    assert "No webhooks yet" in browser.main
    address = await added(browser, receiver.url)
    secret = secret_on(browser)
    assert secret is not None
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
    await browser.open(f"{address}?made=yes")
    assert secret_on(browser) is None
    assert "cannot be shown again" in browser.main
    await browser.send(f"{address}/secret")
    assert mistakes_in(browser.page) == []
    assert secret_on(browser) not in (None, secret)
    assert "by the earlier secret as well" in browser.main


async def test_a_test_and_what_became_of_it(
    browser: Browser, marketplace: Marketplace, receiver: Receiver
) -> None:
    receiver.answers, receiver.body = [500], b"<b>out of order</b>"
    await browser.log_in(await marketplace.consultant())
    address = await added(browser, receiver.url)
    assert "Nothing was sent yet" in browser.main
    await browser.send(f"{address}/test")
    assert "On its way" in browser.main
    await marketplace.product.deliver_webhooks()
    await browser.open(address)
    assert mistakes_in(browser.page) == []
    for said in (
        "Will be tried again",
        "It answered 500.",
        "<b>out of order</b>",
        "Nothing has got through since",
    ):
        assert said in browser.main
    [again] = [form["action"] for form in browser.page.all("form") if form["action"].endswith("/resend")]
    await browser.send(again)
    await marketplace.product.deliver_webhooks()
    await browser.open(address)
    assert "Delivered" in browser.main
    assert "Nothing has got through since" not in browser.main


async def test_switching_off_and_on(browser: Browser, marketplace: Marketplace, receiver: Receiver) -> None:
    await browser.log_in(await marketplace.client())
    address = await added(browser, receiver.url)
    await browser.send(f"{address}/switch")
    assert "You switched it off." in browser.main
    assert mistakes_in(browser.page) == []
    assert not [form for form in browser.page.all("form") if form["action"].endswith("/test")]
    await browser.send(f"{address}/switch")
    assert "You switched it off." not in browser.main


async def test_its_address_and_events_change(
    browser: Browser, marketplace: Marketplace, receiver: Receiver
) -> None:
    client = await marketplace.client()
    await browser.log_in(client)
    address = await added(browser, receiver.url)
    await browser.send(address, {"refund.processed": "yes"}, url="https://hooks.example.com/")
    [webhook] = await marketplace.product.webhook_queries.of_account(client.account_id)
    assert webhook.url == "https://hooks.example.com/"
    assert webhook.events == [
        "booking.confirmed",
        "booking.rescheduled",
        "booking.cancelled",
        "refund.processed",
    ]


async def test_mistakes_stand_at_their_fields_and_nothing_typed_is_lost(
    browser: Browser, marketplace: Marketplace
) -> None:
    await browser.log_in(await marketplace.client())
    await browser.open(PAGE)
    without_events: dict[str, str] = dict.fromkeys(Event, "")
    await browser.send(PAGE, without_events, url="http://example.com/hooks", status=422)
    assert mistakes_in(browser.page) == []
    for said in ("The address has to start with https://", "Choose at least one event."):
        assert browser.main.count(said) == 2
    assert fields_of(browser.form(PAGE))["url"] == "http://example.com/hooks"


async def test_five_are_the_most(browser: Browser, marketplace: Marketplace) -> None:
    client = await marketplace.client()
    await browser.log_in(client)
    for number in range(MOST_ENDPOINTS):
        await marketplace.product.register_webhook(
            client,
            RegisterWebhookCommand(url=f"https://hooks.example.com/{number}", events=(Event.REVIEW_WRITTEN,)),
        )
    await browser.open(PAGE)
    assert mistakes_in(browser.page) == []
    assert "You have 5 webhooks, and that is the most." in browser.main
    assert not [form for form in browser.page.all("form") if form["action"] == PAGE]


async def test_deleting_asks_first(browser: Browser, marketplace: Marketplace, receiver: Receiver) -> None:
    client = await marketplace.client()
    await browser.log_in(client)
    address = await added(browser, receiver.url)
    await browser.open(f"{address}/delete")
    assert mistakes_in(browser.page) == []
    await browser.send(f"{address}/delete")
    assert "No webhooks yet" in browser.main
    await browser.open(address, status=404)


async def test_clients_are_offered_no_payouts_and_operators_nothing(
    browser: Browser, marketplace: Marketplace
) -> None:
    await browser.log_in(await marketplace.client())
    await browser.open(PAGE)
    assert "payout" not in browser.main.lower()
    other = await marketplace.account(Role.OPERATOR)
    browser.client.cookies.clear()
    await browser.log_in(other)
    await browser.open(PAGE, status=403)
