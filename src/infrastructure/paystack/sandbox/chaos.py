"""Faults at random that a seed makes the same every time.

What happens to a call follows from the seed, its endpoint and how many calls that endpoint had before: calls of
other endpoints, and their order, change nothing.
"""

import random
from collections import Counter, deque
from collections.abc import Callable
from typing import Annotated, Any, Literal, get_args

import msgspec

from infrastructure.paystack.sandbox.behaviour import Seconds
from infrastructure.paystack.sandbox.endpoints import Endpoint
from infrastructure.paystack.sandbox.faults import Fault

Honest = Literal[
    "late_before",
    "late_after",
    "never_before",
    "never_after",
    "drip",
    "reset_before",
    "reset_after",
    "client_error",
    "server_error_before",
    "server_error_after",
    "html_error_before",
    "html_error_after",
    "empty",
    "truncated",
    "huge",
    "wrong_types",
    "missing_fields",
    "unknown_status",
    "rate_limited",
]
Lie = Literal[
    "other_amount", "other_currency", "other_customer", "other_domain", "duplicate_reference", "changed_mind"
]
Kind = Honest | Lie
WebhookKind = Literal["dropped", "doubled", "late", "altered", "forged"]

HONEST: tuple[Kind, ...] = get_args(Honest)
KINDS: tuple[Kind, ...] = (*HONEST, *get_args(Lie))
WEBHOOK_KINDS: tuple[WebhookKind, ...] = get_args(WebhookKind)
_REMEMBERED = 500
_STATUSES = ("success", "failed", "abandoned", "pending", "ongoing", "reversed")
_NEEDED = ("id", "status", "reference", "amount", "currency", "domain")

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class ChaosPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which share of calls and of webhooks goes wrong, and how.

    Every kind but the lies is something that a careful client gets over: a lie says something about the money
    that is not so, and has to be asked for by name. Delays are real seconds.
    """

    seed: int
    rate: Share = 0.1
    endpoints: tuple[Endpoint, ...] = ()
    kinds: tuple[Kind, ...] = HONEST
    longest_delay_s: Seconds = 1.0
    webhook_rate: Share = 0
    webhook_kinds: tuple[WebhookKind, ...] = WEBHOOK_KINDS


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """What the chaos did: to which call or event, by number from 1."""

    target: str
    number: int
    kind: str


class Chaos:
    """Decides for every call whether it goes wrong."""

    def __init__(self) -> None:
        self.plan: ChaosPlan | None = None
        self.hits: deque[Hit] = deque(maxlen=_REMEMBERED)
        self._seen: Counter[str] = Counter()

    def begin(self, plan: ChaosPlan) -> None:
        """Follow a plan from its beginning."""
        self.end()
        self.plan = plan

    def end(self) -> None:
        self.plan = None
        self.hits.clear()
        self._seen.clear()

    def fault_for(self, endpoint: Endpoint) -> Fault | None:
        """Return what goes wrong with the next call of an endpoint."""
        plan = self.plan
        if plan is None or (plan.endpoints and endpoint not in plan.endpoints):
            return None
        dice = self._dice(plan, endpoint)
        if dice.random() >= plan.rate or not plan.kinds:
            return None
        kind = dice.choice(plan.kinds)
        self._remember(endpoint, kind)
        return _MAKERS[kind](endpoint, dice, plan.longest_delay_s)

    def webhook_fault(self, event: str) -> tuple[WebhookKind, float] | None:
        """Return what goes wrong with the next event of this name, and a delay in real seconds."""
        plan = self.plan
        if plan is None:
            return None
        dice = self._dice(plan, event)
        if dice.random() >= plan.webhook_rate or not plan.webhook_kinds:
            return None
        kind = dice.choice(plan.webhook_kinds)
        self._remember(event, kind)
        return kind, dice.uniform(0, plan.longest_delay_s)

    def _dice(self, plan: ChaosPlan, target: str) -> random.Random:
        self._seen[target] += 1
        return random.Random(f"{plan.seed}/{target}/{self._seen[target]}")  # noqa: S311 - has to be repeatable

    def _remember(self, target: str, kind: str) -> None:
        self.hits.append(Hit(target=target, number=self._seen[target], kind=kind))


Target = Endpoint | Literal["*"]
Maker = Callable[[Target, random.Random, float], Fault]


def _always(**fields: Any) -> Maker:
    return lambda endpoint, _dice, _delay: Fault(endpoint=endpoint, **fields)


def _late_before(endpoint: Target, dice: random.Random, delay: float) -> Fault:
    return Fault(endpoint=endpoint, delay_before_s=dice.uniform(0, delay))


def _late_after(endpoint: Target, dice: random.Random, delay: float) -> Fault:
    return Fault(endpoint=endpoint, delay_after_s=dice.uniform(0, delay))


def _server_error(**fields: Any) -> Maker:
    def make(endpoint: Target, dice: random.Random, _delay: float) -> Fault:
        return Fault(endpoint=endpoint, status=dice.choice((500, 502, 503, 504)), **fields)

    return make


def _with_data(choose: Callable[[random.Random], dict[str, Any]]) -> Maker:
    return lambda endpoint, dice, _delay: Fault(endpoint=endpoint, data=choose(dice))


def _drip(endpoint: Target, _: random.Random, delay: float) -> Fault:
    return Fault(endpoint=endpoint, drip_s=delay / 10)


def _missing(endpoint: Target, dice: random.Random, _: float) -> Fault:
    return Fault(endpoint=endpoint, without=tuple(dice.sample(_NEEDED, dice.randint(1, len(_NEEDED)))))


_MAKERS: dict[Kind, Maker] = {
    "late_before": _late_before,
    "late_after": _late_after,
    "never_before": _always(never=True, acts=False),
    "never_after": _always(never=True, acts=True),
    "drip": _drip,
    "reset_before": _always(drop=True, acts=False),
    "reset_after": _always(drop=True, acts=True),
    "client_error": _always(status=400),
    "server_error_before": _server_error(acts=False),
    "server_error_after": _server_error(acts=True),
    "html_error_before": _server_error(body="html", acts=False),
    "html_error_after": _server_error(body="html", acts=True),
    "empty": _always(body="empty"),
    "truncated": _always(body="truncated"),
    "huge": _always(body="huge"),
    "wrong_types": _with_data(lambda dice: {dice.choice(_NEEDED): dice.choice(([], {}, None, 1.5, "much"))}),
    "missing_fields": _missing,
    "unknown_status": _with_data(lambda dice: {"status": dice.choice(("teleported", "on-hold", ""))}),
    "rate_limited": _always(error="rate_limited"),
    "other_amount": _with_data(lambda dice: {"amount": dice.randint(1, 10_000_000)}),
    "other_currency": _with_data(lambda dice: {"currency": dice.choice(("USD", "GHS", "ZAR", "KES"))}),
    "other_customer": _with_data(lambda _: {"customer": {"id": 1, "email": "mallory@example.com"}}),
    "other_domain": _with_data(lambda _: {"domain": "live"}),
    "duplicate_reference": _always(error="duplicate_reference"),
    "changed_mind": _with_data(lambda dice: {"status": dice.choice(_STATUSES)}),
}


def made_fault(kind: Kind, endpoint: Target, *, delay_s: float = 5.0) -> Fault:
    """Make the usual fault of a kind; whatever is late is so by up to `delay_s` real seconds."""
    return _MAKERS[kind](endpoint, random.Random(0), delay_s)  # noqa: S311 - always the same one
