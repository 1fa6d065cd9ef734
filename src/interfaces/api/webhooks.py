"""What Paystack tells us."""

from __future__ import annotations

from typing import Any

from litestar import Request, post
from litestar.di import NamedDependency
from litestar.response.base import ASGIResponse

from application.payments.receive_webhook import ReceiveWebhook
from domain.payments import BadSignature
from interfaces.api.json_answers import JsonAnswer
from interfaces.api.operations import operation
from interfaces.api.policies import PUBLIC

LARGEST_DELIVERY = 256 * 1024
_EMPTY = (b"content-length", b"0")


@post(
    "/webhooks/paystack",
    tags=["Webhooks"],
    request_max_body_size=LARGEST_DELIVERY,
    **operation(
        "receivePaystackWebhook",
        "Take in an event of Paystack's",
        policy=PUBLIC,
        explained_by=ReceiveWebhook,
        method="POST",
        refuses=(401, 413, 422),
    ),
)
async def receive_paystack_webhook(
    request: Request[Any, Any, Any], receive_webhook: NamedDependency[ReceiveWebhook]
) -> ASGIResponse:
    """200 as soon as the event is kept; 401 without a word when its signature is not Paystack's."""
    signatures = [
        value.decode("latin-1") for name, value in request.scope["headers"] if name == b"x-paystack-signature"
    ]
    try:
        await receive_webhook(await request.body(), signatures)
    except BadSignature:
        return JsonAnswer(401, b"", [_EMPTY])
    return JsonAnswer(200, b"", [_EMPTY])
