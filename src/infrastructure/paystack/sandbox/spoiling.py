"""Spoils answers: by fault, by rate limit, by chaos."""

import asyncio

import msgspec
from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import (
    ASGIApp,
    HTTPResponseBodyEvent,
    HTTPResponseStartEvent,
    Message,
    Receive,
    Scope,
    Send,
)

from infrastructure.paystack.sandbox import refusals
from infrastructure.paystack.sandbox.business import Business
from infrastructure.paystack.sandbox.endpoints import Endpoint
from infrastructure.paystack.sandbox.faults import Fault
from infrastructure.paystack.sandbox.modes import modes_of

_HUGE_BYTES = 10 * 1024 * 1024
_DRIPS = 10
_BAD_GATEWAY_PAGE = (
    b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
)
_RATE_LIMIT_HEADERS = {"x-ratelimit-limit": "100", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "60"}


class Answer(msgspec.Struct, kw_only=True):
    """An HTTP answer, whole."""

    status: int
    headers: dict[str, str]
    body: bytes


class FaultInjection(ASGIMiddleware):
    """Spoils the calls of handlers that carry an `endpoint` in their options."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        endpoint = scope["route_handler"].opt.get("endpoint")
        fault = None
        if endpoint is not None:
            fault = fault_for(modes_of(scope["litestar_app"]).of(ASGIConnection(scope)), endpoint)
        if fault is None:
            await next_app(scope, receive, send)
            return
        await asyncio.sleep(fault.delay_before_s)
        answer = await _captured(scope, receive, next_app) if fault.takes_effect else None
        await asyncio.sleep(fault.delay_after_s)
        if fault.never:
            await _gone(receive)
            return
        await _send(spoilt(answer, fault), fault, send)


def fault_for(business: Business, endpoint: Endpoint) -> Fault | None:
    """Return what goes wrong with a call: what was ordered, else the limit, else the chaos."""
    ordered = business.faults.take(endpoint)
    if ordered is not None:
        return ordered
    if business.behaviour.rate_limits and (overrun := business.limits.count(endpoint)):
        return Fault(endpoint=endpoint, error="rate_limited", headers=overrun.headers)
    return business.chaos.fault_for(endpoint)


async def _gone(receive: Receive) -> None:
    """Wait until the caller has hung up."""
    while (await receive())["type"] != "http.disconnect":
        pass


def spoilt(answer: Answer | None, fault: Fault) -> Answer:
    """Return what the caller gets instead of the true answer (None: there was none)."""
    result = _chosen(answer, fault)
    if fault.data or fault.without:
        result.body = _with_other_data(result.body, fault)
    if fault.content is not None:
        result.body = fault.content.encode()
    elif fault.body == "html":
        result.body, result.headers["content-type"] = _BAD_GATEWAY_PAGE, "text/html"
    elif fault.body == "empty":
        result.body = b""
    elif fault.body == "truncated":
        result.body = result.body[: len(result.body) // 2]
    elif fault.body == "huge":
        result.body = _padded(result.body)
    result.headers |= fault.headers
    return result


def _chosen(answer: Answer | None, fault: Fault) -> Answer:
    if fault.error is None and fault.status is None and answer is not None:
        return answer
    if fault.status is not None and fault.status < 300 and answer is not None:
        return Answer(status=fault.status, headers=answer.headers, body=answer.body)
    code = fault.error or ("rate_limited" if fault.status == 429 else "unknown")
    refusal = refusals.BY_CODE[code]
    headers = {"content-type": "application/json"}
    if code == "rate_limited":
        headers |= _RATE_LIMIT_HEADERS
    return Answer(
        status=fault.status or refusal.status_code,
        headers=headers,
        body=msgspec.json.encode(refusal.envelope()),
    )


def _with_other_data(body: bytes, fault: Fault) -> bytes:
    envelope = msgspec.json.decode(body)
    data = envelope.get("data")
    items = data if isinstance(data, list) else [data]
    for item in items:
        if isinstance(item, dict):
            item.update(fault.data)
            for name in fault.without:
                item.pop(name, None)
    return msgspec.json.encode(envelope)


def _padded(body: bytes) -> bytes:
    return body[:-1] + b',"padding":"' + b"x" * _HUGE_BYTES + b'"}'


async def _captured(scope: Scope, receive: Receive, next_app: ASGIApp) -> Answer:
    answer = Answer(status=500, headers={}, body=b"")

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        elif message["type"] == "http.response.body":
            answer.body += message["body"]

    await next_app(scope, receive, keep)
    return answer


async def _send(answer: Answer, fault: Fault, send: Send) -> None:
    headers = answer.headers | {"content-length": str(len(answer.body))}
    start: HTTPResponseStartEvent = {
        "type": "http.response.start",
        "status": answer.status,
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    await send(start)
    if fault.drop:
        # Returning with more body announced is the one way to make an ASGI server cut the connection: an
        # exception before the first byte would become a well-formed 500.
        await send(_piece(answer.body[:1] or b"{", more=True))
        return
    if fault.drip_s:
        size = max(1, len(answer.body) // _DRIPS)
        for place in range(0, len(answer.body), size):
            await send(_piece(answer.body[place : place + size], more=True))
            await asyncio.sleep(fault.drip_s)
        await send(_piece(b"", more=False))
        return
    await send(_piece(answer.body, more=False))


def _piece(body: bytes, *, more: bool) -> HTTPResponseBodyEvent:
    return {"type": "http.response.body", "body": body, "more_body": more}
