"""The API's calls with an Idempotency-Key: how the schema describes them, how they begin, what is kept of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.openapi.spec import Example, OpenAPIHeader, OpenAPIResponse, Operation, Parameter, Schema
from litestar.openapi.spec.enums import OpenAPIType

from application.accounts.callers import Caller
from application.idempotency.answer_once import LIFE, AnswerOnce
from application.idempotency.ports import Answer
from domain.payments import PaymentInProgress
from domain.refusals import Invalid
from interfaces.api.policies import OPT, Access
from interfaces.http.idempotency import (
    HEADER,
    LONGEST_KEY,
    REPLAYED,
    SHORTEST_KEY,
    call_of,
    claim_for,
    key_in,
    with_headers,
)
from interfaces.http.problems import Problem

BeforeRequest = Callable[[Request[Caller, Any, Any]], Awaitable[Response[bytes] | None]]

HOUR = timedelta(hours=1)

KEY = Parameter(
    name=HEADER,
    param_in="header",
    required=False,
    description=(
        "Makes it safe to call again when the answer was lost. Choose a new one for everything that you want "
        "done, such as a random UUID, and send it again with each repetition: the work is done once, and for "
        f"{LIFE // HOUR} hours the same request gets the first answer again, with `{REPLAYED}: true`.\n\n"
        "While the first one is carried out the answer is 409 `idempotency_in_flight`. Another request under the "
        "same key gets 422 `idempotency_mismatch`, and nothing is done. What says that the request itself does "
        "not do (400, 401, 403, 413, 415, 422 `validation_failed`), 409 `payment_in_progress`, 429 and faults of "
        "ours (5xx) are not kept: call again under the same key.\n\n"
        "Keys belong to the account and the operation. They are made of "
        f"{SHORTEST_KEY} to {LONGEST_KEY} visible ASCII characters, with or without quotes around them."
    ),
    schema=Schema(type=OpenAPIType.STRING, min_length=SHORTEST_KEY, max_length=LONGEST_KEY + 2),
    examples={"uuid": Example(value="8e03978e-40d5-43dd-bc93-6894a57f9324")},
)
REPLAYED_HEADER = OpenAPIHeader(
    schema=Schema(type=OpenAPIType.STRING, enum=["true"]),
    description="`true` when this is the answer that an earlier call under the same Idempotency-Key had.",
)

_KEPT_HEADERS = frozenset({"content-type", "etag", "link", "location"})
_REFUSED_BEFORE_WORK = frozenset({400, 401, 403, 405, 413, 415, 429})
_FOR_NOW = frozenset({Invalid.code, PaymentInProgress.code})
"""Codes of refusals after which the same key can be used again: with another body, or a moment later."""


def describe_key(operation: Operation) -> None:
    """Say of an operation that it takes a key."""
    operation.parameters = [*(operation.parameters or ()), KEY]
    for status, answer in (operation.responses or {}).items():
        if int(status) < 300 and isinstance(answer, OpenAPIResponse):
            answer.headers = {**(answer.headers or {}), REPLAYED: REPLAYED_HEADER}


def begin_keyed_calls(answer_once: AnswerOnce) -> BeforeRequest:
    """A hook that runs once the gate has let the caller in, and before the body is read into its struct."""

    async def begin(request: Request[Caller, Any, Any]) -> Response[bytes] | None:
        if request.method != "POST":
            return None
        access: Access | None = request.route_handler.opt.get(OPT)
        if access is None or not access.takes_key or (key := key_in(request.scope["headers"])) is None:
            return None
        call = call_of(request, request.user.account_id, key, await request.body())
        return await claim_for(request, answer_once, call)

    return begin


def kept(answer: Answer) -> Answer | None:
    """What was done, and what a rule was against."""
    if answer.status in _REFUSED_BEFORE_WORK:
        return None
    if answer.status >= 400 and msgspec.json.decode(answer.body, type=Problem).code in _FOR_NOW:
        return None
    return with_headers(answer, lambda name, _: name in _KEPT_HEADERS)
