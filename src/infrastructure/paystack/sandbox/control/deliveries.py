"""/_sandbox/webhooks: what was sent, again, and anything else."""

from typing import Annotated, Any

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, JSONBody

from infrastructure.paystack.sandbox.behaviour import Seconds, Tampering
from infrastructure.paystack.sandbox.records import Delivery
from infrastructure.paystack.sandbox.store import Store
from infrastructure.paystack.sandbox.webhooks import Courier, Webhooks
from infrastructure.paystack.sandbox.wire.envelope import Json, instant

_SHOWN = 1000


class Sending(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often, how late (real seconds) and how damaged an event goes out."""

    times: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 1
    delay_s: Seconds = 0
    tampering: Tampering = "none"


class AnyEvent(Sending, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An event with any name and any data."""

    event: str
    data: dict[str, Any] = {}


class DeliveryController(Controller):
    path = "/_sandbox/webhooks"

    @get("/")
    async def list_deliveries(self, store: NamedDependency[Store]) -> list[Json]:
        return [_shown_delivery(delivery) for delivery in store.page(Delivery, limit=_SHOWN)]

    @post("/")
    async def send_event(
        self,
        data: JSONBody[AnyEvent],
        webhooks: NamedDependency[Webhooks],
        courier: NamedDependency[Courier],
    ) -> list[Json]:
        return queued(webhooks, courier, data.event, data.data, data)

    @post("/{delivery_id:int}/resend")
    async def resend(
        self,
        delivery_id: FromPath[int],
        store: NamedDependency[Store],
        webhooks: NamedDependency[Webhooks],
        courier: NamedDependency[Courier],
    ) -> Json:
        delivery = store.get(Delivery, delivery_id)
        if delivery is None:
            raise NotFoundException("There is no such delivery.")
        again = webhooks.resend(delivery)
        courier.nudge()
        return _shown_delivery(again)


def queued(webhooks: Webhooks, courier: Courier, event: str, data: dict[str, Any], sending: Sending) -> list[Json]:
    """Send an event, and show what goes out."""
    deliveries = webhooks.queue(
        event, data, copies=sending.times, delay_s=sending.delay_s, tampering=sending.tampering
    )
    courier.nudge()
    return [_shown_delivery(delivery) for delivery in deliveries]


def _shown_delivery(delivery: Delivery) -> Json:
    return {
        "id": delivery.id,
        "event": delivery.event,
        "url": delivery.url,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "last_answer": delivery.last_answer,
        "due_at": instant(delivery.due_at),
        "signature": delivery.signature,
        "body": delivery.body.decode(),
    }
