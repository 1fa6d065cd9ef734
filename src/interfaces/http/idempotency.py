"""Keyed calls over HTTP: the header, what is compared, and the answer that is kept.

Whoever begins a call (`claim_for` in a hook that runs after the caller was let in) leaves the claim with the
request; `KeepAnswers`, which stands around the handler and its error handling, ends it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from application.idempotency.answer_once import AnswerOnce
from application.idempotency.ports import Answer, Call, Claim
from application.transactions import TransactionConflictError
from domain.refusals import Refusal
from interfaces.http.problems import RequestError

log = logging.getLogger(__name__)

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
SHORTEST_KEY = 16
LONGEST_KEY = 255
_KEY = re.compile(rf"[\x21-\x7e]{{{SHORTEST_KEY},{LONGEST_KEY}}}\Z")
_QUOTED = re.compile(r'"(?P<content>(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"\Z')
_ESCAPED = re.compile(r"\\(.)")
_CLAIM = "idempotency_claim"

View = TypeVar("View")
AnyConnection = ASGIConnection[Any, Any, Any, Any]
Kept = Callable[[Answer], Answer | None]
"""What is kept of an answer; nothing when the call came to nothing, so that its key can be used again."""


class MalformedKey(RequestError):
    """The key is too short, too long, or made of other characters."""

    code = "malformed_idempotency_key"
    sentence = (
        f"Send one Idempotency-Key of {SHORTEST_KEY} to {LONGEST_KEY} visible ASCII characters, "
        "with or without quotes around it."
    )


def is_key(text: str) -> bool:
    """Whether that can be a key."""
    return _KEY.match(text) is not None


def key_in(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The key that a call brings along: as a string of RFC 9651, in quotes, or bare. Raises `MalformedKey`."""
    values = [value for name, value in headers if name == b"idempotency-key"]
    if not values:
        return None
    text = values[0].decode("latin-1").strip(" \t")
    if text.startswith('"'):
        quoted = _QUOTED.match(text)
        text = _ESCAPED.sub(r"\1", quoted["content"]) if quoted else ""
    if len(values) > 1 or not is_key(text):
        raise MalformedKey
    return text


def call_of(request: Request[Any, Any, Any], account_id: UUID, key: str, content: bytes) -> Call:
    """The call that is made. Its operation is the method and the route's template.

    Two calls ask for the same when method, path, query (in any order), media type and `content` are equal.
    """
    scope = request.scope
    parts = (
        scope["method"].encode(),
        scope["path"].rstrip("/").encode(),
        b"&".join(sorted(scope["query_string"].split(b"&"))),
        request.headers.get("content-type", "").encode("latin-1"),
        content,
    )
    fingerprint = sha256(b"".join(b"%d:%b" % (len(part), part) for part in parts))
    return Call(
        account_id=account_id,
        operation=f"{scope['method']} {scope['path_template']}",
        key=key,
        fingerprint=fingerprint.digest(),
    )


async def claim_for(
    request: Request[Any, Any, Any], answer_once: AnswerOnce, call: Call
) -> Response[bytes] | None:
    """The answer that the call had, to be given again; nothing when it is this request that carries it out.

    Raises `KeyInFlight` or `KeyMismatch`.
    """
    begun = await answer_once.begin(call)
    if isinstance(begun, Claim):
        request.scope["state"][_CLAIM] = begun
        return None
    return _again(begun)


def _again(answer: Answer) -> Response[bytes]:
    headers = dict(answer.headers)
    return Response(
        answer.body,
        status_code=answer.status,
        media_type=headers.pop("content-type", None),
        headers={**headers, REPLAYED: "true"},
    )


def claim_of(scope: Scope) -> Claim | None:
    """The claim that this request holds, if it came with a key."""
    claim: Claim | None = scope["state"].get(_CLAIM)
    return claim


def resource_id_of(connection: AnyConnection) -> UUID | None:
    """The id for what this request makes; nothing when it came without a key, and any new one will do."""
    claim = claim_of(connection.scope)
    return claim.resource_id if claim else None


async def changed(
    request: Request[Any, Any, Any],
    change: Awaitable[object],
    look: Callable[[], Awaitable[View]],
    is_so: Callable[[View], bool],
) -> View:
    """Await a change; what one sees afterwards.

    An earlier request under the same key that was interrupted may have made the change already: then a refusal
    does not count, as long as things are as the change would make them.
    """
    try:
        await change
    except Refusal:
        claim = claim_of(request.scope)
        if claim is None or not claim.is_continued or not is_so(await look()):
            raise
    return await look()


class KeepAnswers:
    """Middleware of a router: ends what `claim_for` began, before anybody gets to see the answer.

    What a claim comes to follows from its answer: a fault of ours may have happened after the work, so that the
    next call carries on; of the others, `kept` says what is worth keeping. An answer that cannot be kept is given
    all the same, for it is true.
    """

    def __init__(self, app: ASGIApp, answer_once: AnswerOnce, kept: Kept) -> None:
        self._app = app
        self._answer_once = answer_once
        self._kept = kept

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["type"] != ScopeType.HTTP or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        held = _HeldAnswer(scope, send)
        try:
            await self._app(scope, receive, held.take)
        except BaseException:
            if claim := claim_of(scope):
                await self._end(claim, self._answer_once.let_go(claim))
            raise
        if claim := claim_of(scope):
            await self._settle(claim, held.answer())
            await held.give()

    async def _settle(self, claim: Claim, answer: Answer) -> None:
        if answer.status >= 500:
            await self._end(claim, self._answer_once.let_go(claim))
        elif kept := self._kept(answer):
            await self._end(claim, self._answer_once.finish(claim, kept))
        else:
            await self._end(claim, self._answer_once.forget(claim))

    async def _end(self, claim: Claim, ending: Awaitable[object]) -> None:
        """The lock ends by itself when the database cannot be told."""
        try:
            await ending
        except (OSError, TransactionConflictError) as fault:
            log.warning("idempotency.not_ended operation=%s", claim.call.operation, exc_info=fault)


class _HeldAnswer:
    """The messages of an answer: passed on at once, or held back while the request has a claim."""

    def __init__(self, scope: HTTPScope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self._messages: list[Message] = []

    async def take(self, message: Message) -> None:
        """In the place of `send`."""
        if claim_of(self._scope):
            self._messages.append(message)
        else:
            await self._send(message)

    def answer(self) -> Answer:
        """What was said."""
        status, body = 500, b""
        headers: tuple[tuple[str, str], ...] = ()
        for message in self._messages:
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = tuple(
                    (name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]
                )
            elif message["type"] == "http.response.body":
                body += message.get("body", b"")
        return Answer(status=status, headers=headers, body=body)

    async def give(self) -> None:
        """Say it."""
        for message in self._messages:
            await self._send(message)


def with_headers(answer: Answer, is_kept: Callable[[str, str], bool]) -> Answer:
    """The answer with some of its headers."""
    return replace(answer, headers=tuple(header for header in answer.headers if is_kept(*header)))
