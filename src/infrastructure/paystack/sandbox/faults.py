"""Faults on demand: what the network, a proxy or Paystack itself can do to a call."""

import asyncio
from typing import Annotated, Any, Literal

import msgspec
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
from infrastructure.paystack.sandbox.behaviour import Seconds
from infrastructure.paystack.sandbox.endpoints import Endpoint

_HUGE_BYTES = 10 * 1024 * 1024
_DRIPS = 10
_BAD_GATEWAY_PAGE = (
    b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
)
_RATE_LIMIT_HEADERS = {"x-ratelimit-limit": "100", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "60"}


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One fault, for the next `count` calls of an endpoint (None: until cleared); delays are real seconds.

    - `acts`: whether the call takes effect before its answer is spoilt; by default it does, unless the fault
      names a status or an error.
    - `drop`: the answer breaks off after its first byte and the connection closes.
    - `error`: the code of a known refusal, such as `duplicate_reference` or `rate_limited`.
    - `content`: any text instead of the body.
    - `data`, `without`: values to set in, names to drop from the answer's `data` (each item's, in a list).
    - `drip_s`: pause between the ten pieces in which the body is sent.
    """

    endpoint: Endpoint | Literal["*"]
    count: Annotated[int, msgspec.Meta(ge=1)] | None = 1
    acts: bool | None = None
    delay_before_s: Seconds = 0
    delay_after_s: Seconds = 0
    drop: bool = False
    drip_s: Seconds = 0
    error: str | None = None
    status: Annotated[int, msgspec.Meta(ge=200, le=599)] | None = None
    body: Literal["json", "html", "empty", "truncated", "huge"] = "json"
    content: str | None = None
    data: dict[str, Any] = {}
    without: tuple[str, ...] = ()
    headers: dict[str, str] = {}

    def __post_init__(self) -> None:
        if self.error is not None and self.error not in refusals.BY_CODE:
            known = ", ".join(sorted(refusals.BY_CODE))
            message = f"error has to be one of {known}"
            raise ValueError(message)

    @property
    def takes_effect(self) -> bool:
        return (self.status is None and self.error is None) if self.acts is None else self.acts


class Answer(msgspec.Struct, kw_only=True):
    """An HTTP answer, whole."""

    status: int
    headers: dict[str, str]
    body: bytes


class Faults:
    """The faults that wait for their calls, first set first met."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Fault, int | None]] = []

    def set(self, fault: Fault) -> None:
        self._waiting.append((fault, fault.count))

    def clear(self) -> None:
        self._waiting.clear()

    def waiting(self) -> list[Fault]:
        """Return the faults still to come, each with the count that is left."""
        return [msgspec.structs.replace(fault, count=left) for fault, left in self._waiting]

    def take(self, endpoint: str) -> Fault | None:
        """Use up one count of the first fault that fits."""
        for place, (fault, left) in enumerate(self._waiting):
            if fault.endpoint in {endpoint, "*"}:
                if left == 1:
                    del self._waiting[place]
                elif left is not None:
                    self._waiting[place] = (fault, left - 1)
                return fault
        return None


class FaultInjection(ASGIMiddleware):
    """Spoils the calls of handlers that carry an `endpoint` in their options."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        endpoint = scope["route_handler"].opt.get("endpoint")
        fault = None if endpoint is None else self._faults.take(endpoint)
        if fault is None:
            await next_app(scope, receive, send)
            return
        await asyncio.sleep(fault.delay_before_s)
        answer = await _captured(scope, receive, next_app) if fault.takes_effect else None
        await asyncio.sleep(fault.delay_after_s)
        await _send(spoilt(answer, fault), fault, send)


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
