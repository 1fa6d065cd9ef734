"""What was noted is sent: signed, in order, at least once, again for three days, and never for ever."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from application.webhooks.change_webhook import ChangeWebhookCommand
from application.webhooks.deliver_webhooks import IN_A_ROW
from application.webhooks.register_webhook import RegisterWebhookCommand
from application.webhooks.send_test_event import PER_ACCOUNT
from domain.refusals import Invalid, NotFound, Throttled
from domain.webhooks import (
    MOST_ENDPOINTS,
    OVERLAP,
    PAUSES,
    TEST_EVENT,
    Event,
    TooManyWebhooks,
    WebhookDisabled,
    WebhookExists,
)
from infrastructure.postgres.webhooks import SqlWebhooks
from infrastructure.webhooks.secrets import SealedSecrets
from tests.integration.accounts.people import proven
from tests.integration.webhooks.conftest import Subscriber, subscribe
from tests.integration.webhooks.receiver import Receiver, running_receiver
from tests.marketplace import Marketplace

NOWHERE = "http://127.0.0.1:9/"
LONG = timedelta(days=1)


class Killed(BaseException):
    """The process ends here: nothing catches it."""


async def test_a_message_arrives_signed_and_is_remembered(subscriber: Subscriber, receiver: Receiver) -> None:
    receiver.status, receiver.body = 200, b"thanks"
    delivery_id = await subscriber.test()
    assert await subscriber.marketplace.product.deliver_webhooks() == 1
    [message] = receiver.messages
    assert message.is_signed_with(subscriber.secret)
    assert message.headers["webhook-id"] == str(delivery_id)
    content = message.content
    assert (content["id"], content["type"], content["version"]) == (str(delivery_id), TEST_EVENT, 1)
    assert content["created_at"].endswith("Z")
    assert content["data"]["message"]
    [delivery] = await subscriber.deliveries()
    assert (delivery.status, delivery.tries, delivery.answer_status, delivery.answer) == (
        "delivered",
        1,
        200,
        "thanks",
    )
    assert delivery.next_try_at is None
    assert await subscriber.marketplace.product.deliver_webhooks() == 0


async def test_a_changed_byte_fits_no_signature(subscriber: Subscriber, receiver: Receiver) -> None:
    await subscriber.test()
    await subscriber.marketplace.product.deliver_webhooks()
    [message] = receiver.messages
    assert not replace(message, body=message.body + b" ").is_signed_with(subscriber.secret)
    later = message.headers | {"webhook-timestamp": str(int(message.headers["webhook-timestamp"]) + 1)}
    assert not replace(message, headers=later).is_signed_with(subscriber.secret)


async def test_bookings_reach_their_receiver_in_the_order_in_which_they_happened(
    marketplace: Marketplace, receiver: Receiver
) -> None:
    client, consultant = await marketplace.client(), await marketplace.consultant()
    await subscribe(marketplace, client, receiver.url, Event.BOOKING_CONFIRMED, Event.BOOKING_COMPLETED)
    await marketplace.completed_booking(client, consultant, await marketplace.slot(consultant))
    assert await marketplace.product.deliver_webhooks() == 2
    assert receiver.types == [Event.BOOKING_CONFIRMED, Event.BOOKING_COMPLETED]


async def test_what_fails_is_tried_again_until_it_arrives_the_same_to_the_byte(
    subscriber: Subscriber, receiver: Receiver
) -> None:
    product = subscriber.marketplace.product
    receiver.answers = [500, 503]
    await subscriber.test()
    for tries, status in ((1, "waiting"), (2, "waiting"), (3, "delivered")):
        await product.deliver_webhooks()
        assert await product.deliver_webhooks() == 0, "it waits for its time"
        [delivery] = await subscriber.deliveries()
        assert (delivery.tries, delivery.status) == (tries, status)
        await subscriber.let_time_pass(LONG)
    assert len({message.body for message in receiver.messages}) == 1
    assert len({message.headers["webhook-id"] for message in receiver.messages}) == 1
    assert all(message.is_signed_with(subscriber.secret) for message in receiver.messages)
    assert (await subscriber.view()).failing_since is None


async def test_what_fails_does_not_hold_up_what_comes_after_it(subscriber: Subscriber, receiver: Receiver) -> None:
    receiver.answers = [500]
    first, second = await subscriber.test(), await subscriber.test()
    for _ in range(2):
        await subscriber.marketplace.product.deliver_webhooks()
    assert [message.headers["webhook-id"] for message in receiver.messages] == [str(first), str(second)]


async def test_somebody_else_who_is_dead_holds_up_nobody(subscriber: Subscriber, receiver: Receiver) -> None:
    market = subscriber.marketplace
    dead = await subscribe(market, await market.client(), NOWHERE)
    for _ in range(3):
        await dead.test()
    await subscriber.test()
    assert await market.product.deliver_webhooks() == 1
    assert len(receiver.messages) == 1
    assert [delivery.tries for delivery in await dead.deliveries()] == [1, 0, 0]


async def test_after_three_days_it_is_given_up_and_the_webhook_switched_off(
    subscriber: Subscriber, receiver: Receiver
) -> None:
    market = subscriber.marketplace
    receiver.status = 500
    await subscriber.test()
    for pause in (*PAUSES, timedelta(hours=1)):
        await market.product.deliver_webhooks()
        await subscriber.let_time_pass(pause)
    [delivery] = await subscriber.deliveries()
    assert (delivery.status, delivery.tries, delivery.failure) == ("failed", len(PAUSES) + 1, "refused")
    waiting = await subscriber.test()
    await market.product.deliver_webhooks()
    view = await subscriber.view()
    assert (view.is_enabled, view.disabled_because) == (False, "failures")
    assert [d.status for d in await subscriber.deliveries() if d.id == waiting] == ["dropped"]
    kinds = await market.database.pool.fetch(
        "SELECT details FROM audit_entries WHERE kind = 'webhook.disabled' AND account_id = $1",
        subscriber.caller.account_id,
    )
    assert len(kinds) == 1
    sent = len(receiver.messages)
    with pytest.raises(WebhookDisabled):
        await subscriber.test()
    assert await market.product.deliver_webhooks() == 0
    assert len(receiver.messages) == sent


async def test_who_answers_that_it_is_gone_is_left_alone(subscriber: Subscriber, receiver: Receiver) -> None:
    receiver.status = 410
    await subscriber.test()
    await subscriber.marketplace.product.deliver_webhooks()
    assert (await subscriber.view()).disabled_because == "gone"


async def test_what_was_missed_can_be_sent_again_under_its_own_id(
    subscriber: Subscriber, receiver: Receiver
) -> None:
    market = subscriber.marketplace
    receiver.status = 410
    delivery_id = await subscriber.test()
    await market.product.deliver_webhooks()
    with pytest.raises(WebhookDisabled):
        await market.product.repeat_delivery(subscriber.caller, subscriber.id, delivery_id)
    await market.product.change_webhook(subscriber.caller, subscriber.id, ChangeWebhookCommand(is_enabled=True))
    receiver.status = 200
    await market.product.repeat_delivery(subscriber.caller, subscriber.id, delivery_id)
    assert await market.product.deliver_webhooks() == 1
    assert {message.headers["webhook-id"] for message in receiver.messages} == {str(delivery_id)}


async def test_while_a_secret_changes_both_sign(subscriber: Subscriber, receiver: Receiver) -> None:
    market = subscriber.marketplace
    rotated = await market.product.rotate_webhook_secret(subscriber.caller, subscriber.id)
    await subscriber.test()
    await market.product.deliver_webhooks()
    assert receiver.messages[0].is_signed_with(rotated.secret)
    assert receiver.messages[0].is_signed_with(subscriber.secret)
    assert (await subscriber.view()).earlier_secret_until is not None
    await market.database.pool.execute(
        "UPDATE webhook_endpoints SET previous_until = previous_until - $1::interval", OVERLAP
    )
    await subscriber.test()
    await market.product.deliver_webhooks()
    assert receiver.messages[1].is_signed_with(rotated.secret)
    assert not receiver.messages[1].is_signed_with(subscriber.secret)
    assert (await subscriber.view()).earlier_secret_until is None


async def test_secrets_lie_in_the_database_unreadable(subscriber: Subscriber) -> None:
    market = subscriber.marketplace
    row = await market.database.pool.fetchrow("SELECT webhook_endpoints::text AS all FROM webhook_endpoints")
    plain = SealedSecrets(b"another key of thirty-two bytes!")
    secret = plain.new()
    assert subscriber.secret.removeprefix("whsec_") not in row["all"]
    assert plain.open(plain.seal(secret, subscriber.id), subscriber.id) == secret
    assert plain.seal(secret, subscriber.id) != plain.seal(secret, subscriber.id)


async def test_a_secret_that_cannot_be_read_any_more_is_said_to_be_so(
    subscriber: Subscriber, receiver: Receiver
) -> None:
    market = subscriber.marketplace
    await market.database.pool.execute("UPDATE webhook_endpoints SET sealed_secret = sha256(sealed_secret)")
    await subscriber.test()
    await market.product.deliver_webhooks()
    [delivery] = await subscriber.deliveries()
    assert (delivery.status, delivery.failure) == ("waiting", "unreadable_key")
    await market.product.rotate_webhook_secret(subscriber.caller, subscriber.id)
    await market.database.pool.execute(
        "UPDATE webhook_endpoints SET previous_secret = NULL, previous_until = NULL"
    )
    await subscriber.let_time_pass(LONG)
    assert await market.product.deliver_webhooks() == 1


async def test_several_workers_send_each_message_once(subscriber: Subscriber, receiver: Receiver) -> None:
    receiver.waits_s = 0.05
    ids = [str(await subscriber.test()) for _ in range(IN_A_ROW)]
    await asyncio.gather(*(subscriber.marketplace.product.deliver_webhooks() for _ in range(4)))
    assert [message.headers["webhook-id"] for message in receiver.messages] == ids


async def test_a_worker_that_dies_before_it_could_write_down_what_it_sent_sends_again(
    subscriber: Subscriber, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    market = subscriber.marketplace
    await subscriber.test()

    async def dies(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(SqlWebhooks, "lock", dies)
        with pytest.raises(Killed):
            await market.product.deliver_webhooks()
    assert await market.product.deliver_webhooks() == 0, "it is leased"
    await market.database.pool.execute("UPDATE webhook_endpoints SET leased_until = now()")
    assert await market.product.deliver_webhooks() == 1
    first, second = receiver.messages
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


async def test_what_the_database_refuses_for_one_is_sent_to_the_others_and_told(
    subscriber: Subscriber, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    market = subscriber.marketplace
    with running_receiver() as other:
        unlucky = await subscribe(market, await market.client(), other.url)
        await unlucky.test()
        await subscriber.test()
        lock = SqlWebhooks.lock

        async def fails(self: SqlWebhooks, endpoint_id: object) -> object:
            if endpoint_id == unlucky.id:
                raise RuntimeError("out of order")
            return await lock(self, subscriber.id)

        with monkeypatch.context() as patch:
            patch.setattr(SqlWebhooks, "lock", fails)
            with pytest.raises(RuntimeError):
                await market.product.deliver_webhooks()
    assert [delivery.status for delivery in await subscriber.deliveries()] == ["delivered"]


async def test_a_webhook_that_is_deleted_while_it_is_served_is_no_fault(
    subscriber: Subscriber, receiver: Receiver
) -> None:
    market = subscriber.marketplace
    receiver.waits_s = 0.2
    await subscriber.test()
    delivering = asyncio.create_task(market.product.deliver_webhooks())
    assert await asyncio.to_thread(receiver.has_message.wait, 5)
    await market.product.delete_webhook(subscriber.caller, subscriber.id)
    await delivering
    assert await market.product.webhook_queries.of_account(subscriber.caller.account_id) == []


async def test_nothing_is_sent_for_a_suspended_account(subscriber: Subscriber, receiver: Receiver) -> None:
    market = subscriber.marketplace
    await subscriber.test()
    await market.database.pool.execute("UPDATE accounts SET status = 'suspended'")
    assert await market.product.deliver_webhooks() == 0
    assert receiver.messages == []


async def test_switching_off_drops_what_waits_and_switching_on_begins_anew(
    subscriber: Subscriber, receiver: Receiver
) -> None:
    product = subscriber.marketplace.product
    await subscriber.test()
    for is_enabled in (False, True):
        await product.change_webhook(subscriber.caller, subscriber.id, ChangeWebhookCommand(is_enabled=is_enabled))
    assert await product.deliver_webhooks() == 0
    assert [delivery.status for delivery in await subscriber.deliveries()] == ["dropped"]
    await subscriber.test()
    assert await product.deliver_webhooks() == 1


async def test_old_deliveries_are_forgotten(subscriber: Subscriber) -> None:
    market = subscriber.marketplace
    await subscriber.test()
    await market.product.deliver_webhooks()
    kept = await subscriber.test()
    await market.database.pool.execute(
        "UPDATE webhook_deliveries SET created_at = created_at - interval '31 days'"
    )
    assert await market.product.tidy_deliveries() == 1
    assert [delivery.id for delivery in await subscriber.deliveries()] == [kept]


async def test_at_most_five_even_when_they_come_at_once(marketplace: Marketplace) -> None:
    client = await marketplace.client()
    commands = [
        RegisterWebhookCommand(url=f"https://hooks.example.com/{n}", events=(Event.BOOKING_CONFIRMED,))
        for n in range(MOST_ENDPOINTS + 3)
    ]
    outcomes = await asyncio.gather(
        *(marketplace.product.register_webhook(client, command) for command in commands), return_exceptions=True
    )
    assert sum(isinstance(outcome, TooManyWebhooks) for outcome in outcomes) == 3
    assert len(await marketplace.product.webhook_queries.of_account(client.account_id)) == MOST_ENDPOINTS


async def test_each_address_once(subscriber: Subscriber) -> None:
    product = subscriber.marketplace.product
    view = await subscriber.view()
    command = RegisterWebhookCommand(url=view.url, events=(Event.BOOKING_CONFIRMED,))
    with pytest.raises(WebhookExists):
        await product.register_webhook(subscriber.caller, command)
    other = await product.register_webhook(subscriber.caller, replace(command, url="https://hooks.example.com/"))
    with pytest.raises(WebhookExists):
        await product.change_webhook(subscriber.caller, other.endpoint.id, ChangeWebhookCommand(url=view.url))


@pytest.mark.parametrize(
    ("url", "events", "field"),
    [
        ("http://example.com/", (Event.BOOKING_CONFIRMED,), "url"),
        ("https://10.0.0.1/", (Event.BOOKING_CONFIRMED,), "url"),
        ("https://example.com/", (), "events"),
        ("https://example.com/", ("booking.sold",), "events"),
    ],
)
async def test_what_cannot_be_is_refused_at_its_field(
    marketplace: Marketplace, url: str, events: tuple[str, ...], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        await marketplace.product.register_webhook(
            await marketplace.client(), RegisterWebhookCommand(url=url, events=events)
        )
    assert [error.field for error in refusal.value.errors] == [field]


async def test_somebody_elses_webhook_is_not_there(subscriber: Subscriber) -> None:
    product = subscriber.marketplace.product
    delivery_id = await subscriber.test()
    stranger = await subscriber.marketplace.client()
    assert await product.webhook_queries.own(stranger.account_id, subscriber.id) is None
    for attempt in (
        product.change_webhook(stranger, subscriber.id, ChangeWebhookCommand(is_enabled=False)),
        product.rotate_webhook_secret(stranger, subscriber.id),
        product.delete_webhook(stranger, subscriber.id),
        product.send_test_event(stranger, subscriber.id),
        product.repeat_delivery(stranger, subscriber.id, delivery_id),
    ):
        with pytest.raises(NotFound):
            await attempt
    own = await subscribe(subscriber.marketplace, stranger, NOWHERE)
    with pytest.raises(NotFound):
        await product.repeat_delivery(stranger, own.id, delivery_id)


async def test_tests_and_repetitions_are_counted(subscriber: Subscriber) -> None:
    await subscriber.marketplace.database.pool.execute(
        "INSERT INTO throttles (key, window_started_at, attempts) VALUES ($1, clock_timestamp(), $2)",
        f"webhooks:{subscriber.caller.account_id}",
        PER_ACCOUNT.attempts,
    )
    with pytest.raises(Throttled):
        await subscriber.test()


async def test_webhooks_go_with_their_account(subscriber: Subscriber) -> None:
    market = subscriber.marketplace
    await subscriber.test()
    await market.product.erase_account(await proven(market, subscriber.caller))
    left = await market.database.pool.fetchval(
        "SELECT (SELECT count(*) FROM webhook_endpoints) + (SELECT count(*) FROM webhook_deliveries)"
    )
    assert left == 0


async def test_what_is_stored_about_webhooks_can_be_taken_along_but_for_secrets(subscriber: Subscriber) -> None:
    market = subscriber.marketplace
    export = await market.product.export_account(await proven(market, subscriber.caller))
    sections = {name: " ".join(records) async for name, records in export.sections}
    assert (await subscriber.view()).url in sections["webhooks"]
    assert "secret" not in sections["webhooks"]


async def test_the_documentations_example_takes_our_messages_and_no_others(
    subscriber: Subscriber, receiver: Receiver
) -> None:
    guide = (Path(__file__).parents[3] / "docs" / "webhooks.md").read_text()
    names: dict[str, Any] = {}
    exec(guide.partition("```python\n")[2].partition("```")[0], names)  # noqa: S102 - our own documentation
    is_from_imoran = names["is_from_imoran"]
    await subscriber.test()
    await subscriber.marketplace.product.deliver_webhooks()
    [message] = receiver.messages
    assert is_from_imoran(subscriber.secret, message.headers, message.body)
    assert not is_from_imoran(subscriber.secret, message.headers, message.body + b" ")
    old = message.headers | {"webhook-timestamp": str(int(message.headers["webhook-timestamp"]) - 400)}
    assert not is_from_imoran(subscriber.secret, old, message.body)
