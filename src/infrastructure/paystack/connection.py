"""One call to Paystack over HTTPS: its deadline, its tries, its size, its envelope."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any

import httpx
import msgspec

from application.gateway import Priority
from domain.payments import PaymentGatewayUnavailable
from infrastructure.open_work import refuse_network_in_open_work
from infrastructure.paystack.breaker import CircuitBreaker, CircuitOpenError
from infrastructure.paystack.budget import CallBudget, Unlimited
from infrastructure.paystack.call_metrics import measured
from infrastructure.paystack.rests import Rests
from infrastructure.paystack.wire import Envelope

log = logging.getLogger(__name__)

LARGEST_ANSWER = 1024 * 1024
OUR_FAULT = frozenset({401, 403})
"""It is our key that is wrong, whatever was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait, in seconds, and how often to try.

    `deadline_s` is for a whole call, its tries and pauses included: httpx's own time-outs are for each read, and
    a server that drips would never meet them. `turn_s` is how long a call waits for its place in the budget.
    """

    deadline_s: float = 8.0
    connect_s: float = 2.0
    read_s: float = 5.0
    first_pause_s: float = 0.2
    tries: int = 3
    turn_s: float = 1.0

    @property
    def timeout(self) -> httpx.Timeout:
        """For each step of an exchange."""
        return httpx.Timeout(connect=self.connect_s, read=self.read_s, write=self.read_s, pool=self.connect_s)

    def pause_after(self, tries: int) -> float:
        """Twice as long each time, with jitter: those who failed together do not come back together."""
        longest: float = self.first_pause_s * 2 ** (tries - 1)
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, not a secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One call. `name` is the endpoint's. What GET asks may be asked again; anything else never is."""

    name: str
    path: str
    method: str = "GET"
    query: Mapping[str, str] | None = None
    body: Mapping[str, object] | None = None

    @property
    def can_be_repeated(self) -> bool:
        """Whether asking again changes nothing."""
        return self.method == "GET"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """As it came; an overrun may have any body."""

    status: int
    headers: Mapping[str, str]
    envelope: Envelope | None


class RefusedError(Exception):
    """A sensible answer that says no. `message` is Paystack's, and so is `code`, where there is one."""

    def __init__(self, status: int, envelope: Envelope) -> None:
        super().__init__(f"{status} {envelope.message}")
        self.status = status
        self.code = envelope.code
        self.message = envelope.message


class _NoAnswerError(Exception):
    """One try brought no sensible answer."""


@dataclass(frozen=True, kw_only=True)
class PaystackConnection:
    """Asks Paystack. Connections that are made of each other by `at` share everything but their priority.

    Reads are tried again within the deadline, writes never. An endpoint that was called too often is left alone
    for as long as it says. Nothing is asked while a unit of work is open in the same task.
    """

    client: httpx.AsyncClient
    patience: Patience = field(default_factory=Patience)
    breaker: CircuitBreaker = field(default_factory=CircuitBreaker)
    budget: CallBudget = field(default_factory=Unlimited)
    rests: Rests = field(default_factory=Rests)
    priority: Priority = Priority.FOREGROUND

    def at(self, priority: Priority) -> PaystackConnection:
        """The same connection, for calls of another priority."""
        return replace(self, priority=priority)

    async def ask(self, question: Question) -> Envelope:
        """An answer that says yes. Raises `RefusedError` for one that says no, or `PaymentGatewayUnavailable`."""
        refuse_network_in_open_work()
        with measured(question.name):
            return await self._ask(question)

    async def _ask(self, question: Question) -> Envelope:
        ends_at = monotonic() + self.patience.deadline_s
        most_tries = self.patience.tries if question.can_be_repeated else 1
        tries = 0
        while True:
            try:
                return self._judge(question, await self._try(question, ends_at))
            except CircuitOpenError as fault:
                raise PaymentGatewayUnavailable from fault
            except _NoAnswerError as fault:
                tries += 1
                pause = self.patience.pause_after(tries)
                if tries == most_tries or monotonic() + pause >= ends_at:
                    log.warning("paystack.failed endpoint=%s tries=%d fault=%s", question.name, tries, fault)
                    raise PaymentGatewayUnavailable from fault
            await asyncio.sleep(pause)

    async def _try(self, question: Question, ends_at: float) -> _Answer:
        with self.breaker.watching(_NoAnswerError):
            await self._wait_for_turn(question, ends_at)
            try:
                async with asyncio.timeout(ends_at - monotonic()):
                    return await self._exchange(question)
            except (httpx.HTTPError, TimeoutError) as fault:
                raise _NoAnswerError(type(fault).__name__) from fault

    async def _wait_for_turn(self, question: Question, ends_at: float) -> None:
        """Raises `PaymentGatewayUnavailable` when it takes too long; who only looks does not wait at all."""
        turn_s = 0.0 if self.priority is Priority.POLLING else self.patience.turn_s
        give_up_at = min(monotonic() + turn_s, ends_at)
        while pause := self.rests.left(question.name) or await self.budget.take(self.priority):
            if monotonic() + pause > give_up_at:
                log.warning("paystack.overrun endpoint=%s priority=%s", question.name, self.priority)
                raise PaymentGatewayUnavailable
            await asyncio.sleep(pause)

    async def _exchange(self, question: Question) -> _Answer:
        request: dict[str, Any] = {"params": question.query, "json": question.body}
        async with self.client.stream(
            question.method, question.path, timeout=self.patience.timeout, **request
        ) as response:
            status = response.status_code
            is_overrun = status == httpx.codes.TOO_MANY_REQUESTS
            envelope = None if is_overrun else _envelope(status, await _body(response))
            return _Answer(status=status, headers=response.headers, envelope=envelope)

    def _judge(self, question: Question, answer: _Answer) -> Envelope:
        if answer.envelope is None:
            rest = self.rests.begin(question.name, answer.headers)
            log.warning("paystack.too_many_calls endpoint=%s rest_s=%.0f", question.name, rest)
            raise PaymentGatewayUnavailable
        if answer.status in OUR_FAULT:
            log.error("paystack.key_refused endpoint=%s message=%s", question.name, answer.envelope.message)
            raise PaymentGatewayUnavailable
        if not answer.envelope.status:
            raise RefusedError(answer.status, answer.envelope)
        return answer.envelope


async def _body(response: httpx.Response) -> bytes:
    """Raw: a small body that unpacks into a large one is no better than a large one."""
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise _NoAnswerError("an answer that does not end")
    return bytes(body)


def _envelope(status: int, body: bytes) -> Envelope:
    """Yes comes with a status of success, no with a complaint; everything else makes no sense."""
    try:
        envelope = msgspec.json.decode(body, type=Envelope)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
        raise _NoAnswerError(f"{status} {type(fault).__name__}") from fault
    is_complaint = 400 <= status < 500 and status != httpx.codes.REQUEST_TIMEOUT
    if not (is_complaint if not envelope.status else 200 <= status < 300):
        raise _NoAnswerError(f"{status} with status {envelope.status}")
    return envelope


def paystack_client(base_url: str, secret_key: str) -> httpx.AsyncClient:
    """One client for a process: fixed address, verified TLS, no redirects, no proxies from the environment."""
    return httpx.AsyncClient(
        base_url=base_url,
        headers={"Authorization": f"Bearer {secret_key}", "Accept-Encoding": "identity"},
        timeout=Patience().timeout,
        trust_env=False,
        follow_redirects=False,
    )
