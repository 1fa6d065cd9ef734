"""One call to Paystack over HTTPS: its deadline, its tries, its size, its envelope."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import httpx
import msgspec

from application.gateway import Priority
from domain.payments import PaymentGatewayUnavailable
from infrastructure.open_work import refuse_network_in_open_work
from infrastructure.paystack.breaker import CircuitBreaker, CircuitOpenError
from infrastructure.paystack.budget import CallBudget, Unlimited
from infrastructure.paystack.rests import Rests
from infrastructure.paystack.wire import Envelope

log = logging.getLogger(__name__)

LARGEST_ANSWER = 1024 * 1024
SAYS_NOTHING = frozenset({401, 403})
"""Our key is at fault, whatever was asked."""


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

    def pause_after(self, earlier_tries: int) -> float:
        """Twice as long each time, with jitter: those who failed together do not come back together."""
        return self.first_pause_s * 2**earlier_tries * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, not a secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One call. `name` is the endpoint's. What GET asks may be asked again; anything else never is."""

    name: str
    path: str
    method: str = "GET"
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, object] | None = None

    @property
    def can_be_repeated(self) -> bool:
        """Whether asking again changes nothing."""
        return self.method == "GET"


class RefusedError(Exception):
    """A sensible answer that says no, in Paystack's words. `code` is Paystack's, where it has one."""

    def __init__(self, status: int, envelope: Envelope) -> None:
        super().__init__(f"{status} {envelope.message}")
        self.status = status
        self.code = envelope.code
        self.message = envelope.message


class _NoAnswerError(Exception):
    """No sensible answer to one try."""


@dataclass(frozen=True, kw_only=True)
class PaystackConnection:
    """Asks Paystack; connections that differ in their priority only share everything else.

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
        """An answer that says yes. Raises `RefusedError` for one that says no, else `PaymentGatewayUnavailable`."""
        refuse_network_in_open_work()
        ends_at = _now() + self.patience.deadline_s
        tries_left = self.patience.tries if question.can_be_repeated else 1
        earlier_tries = 0
        while True:
            try:
                return await self._try(question, ends_at)
            except _NoAnswerError as fault:
                pause = self.patience.pause_after(earlier_tries)
                earlier_tries += 1
                if earlier_tries >= tries_left or _now() + pause >= ends_at:
                    log.warning("paystack.failed endpoint=%s fault=%s tries=%d", question.name, fault, earlier_tries)
                    raise PaymentGatewayUnavailable from fault
            await asyncio.sleep(pause)

    async def _try(self, question: Question, ends_at: float) -> Envelope:
        try:
            with self.breaker.attempt() as attempt:
                await self._wait_for_turn(question, ends_at)
                try:
                    envelope = await self._answer(question, ends_at)
                except _NoAnswerError:
                    attempt.failed()
                    raise
                except (RefusedError, PaymentGatewayUnavailable):
                    attempt.succeeded()
                    raise
                attempt.succeeded()
                return envelope
        except CircuitOpenError as fault:
            raise PaymentGatewayUnavailable from fault
