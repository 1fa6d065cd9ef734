"""The messages that go to webhooks, as the API's description shows them."""

from __future__ import annotations

from litestar.openapi.spec import (
    OpenAPIFormat,
    OpenAPIMediaType,
    OpenAPIResponse,
    OpenAPIType,
    Operation,
    Parameter,
    PathItem,
    Reference,
    RequestBody,
    Schema,
)

from domain.webhooks import PAYLOAD_VERSION, Event

TEXT = Schema(type=OpenAPIType.STRING)
ID = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.UUID)
INSTANT = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.DATE_TIME)
WHOLE_NUMBER = Schema(type=OpenAPIType.INTEGER)
MONEY = Schema(type=OpenAPIType.OBJECT, properties={"amount": WHOLE_NUMBER, "currency": TEXT})
PERHAPS_TEXT = Schema(type=[OpenAPIType.STRING, OpenAPIType.NULL])
PERHAPS_INSTANT = Schema(type=[OpenAPIType.STRING, OpenAPIType.NULL], format=OpenAPIFormat.DATE_TIME)

SLOT = {"slot_id": ID, "starts_at": INSTANT, "ends_at": INSTANT}
FACTS = {
    "booking": SLOT | {"id": ID, "status": TEXT, "actor": TEXT, "absent": PERHAPS_TEXT, "price": MONEY},
    "payment": {
        "booking_id": ID,
        "reference": TEXT,
        "status": TEXT,
        "amount": MONEY,
        "channel": PERHAPS_TEXT,
        "paid_at": PERHAPS_INSTANT,
    },
    "refund": {
        "id": ID,
        "booking_id": ID,
        "reference": TEXT,
        "status": TEXT,
        "amount": MONEY,
        "created_at": INSTANT,
    },
    "review": {"booking_id": ID, "rating": WHOLE_NUMBER, "created_at": INSTANT},
    "payout": {
        "id": ID,
        "reference": TEXT,
        "status": TEXT,
        "amount": MONEY,
        "requested_at": INSTANT,
        "settled_at": PERHAPS_INSTANT,
    },
}
"""By the first word of an event's type; it is the name of the one field of `data` as well."""
HEADERS = {
    "webhook-id": "The message's id, the same at every try.",
    "webhook-timestamp": "When this try was made, in seconds since 1970.",
    "webhook-signature": "One or more signatures by the Standard Webhooks scheme, separated by spaces.",
}


def webhook_messages() -> dict[str, PathItem | Reference]:
    """One for each event."""
    return {event.value: PathItem(post=_operation(event)) for event in Event}


def _operation(event: Event) -> Operation:
    return Operation(
        tags=["Webhooks"],
        summary=f"Sent to webhooks: {event}",
        operation_id=f"on_{event.replace('.', '_')}",
        parameters=[
            Parameter(name=name, param_in="header", required=True, description=meaning, schema=TEXT)
            for name, meaning in HEADERS.items()
        ],
        request_body=RequestBody(
            required=True, content={"application/json": OpenAPIMediaType(schema=_message(event))}
        ),
        responses={
            "2XX": OpenAPIResponse(description="Received. Any other answer, or none within 5 seconds: again.")
        },
    )


def _message(event: Event) -> Schema:
    subject = event.partition(".")[0]
    data = {subject: Schema(type=OpenAPIType.OBJECT, properties=dict(FACTS[subject]))}
    if event is Event.BOOKING_RESCHEDULED:
        data["previous"] = Schema(type=OpenAPIType.OBJECT, properties=dict(SLOT))
    properties = {
        "id": ID,
        "type": Schema(const=event.value),
        "version": Schema(const=PAYLOAD_VERSION),
        "created_at": INSTANT,
        "data": Schema(type=OpenAPIType.OBJECT, properties=dict(data), required=sorted(data)),
    }
    return Schema(type=OpenAPIType.OBJECT, properties=dict(properties), required=list(properties))
