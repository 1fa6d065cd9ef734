"""What is measured, as Prometheus reads it."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from application.operations.money_views import MoneyGauges, MoneyQueries
from domain.refusals import NotFound
from interfaces.http.problems import InvalidToken, MissingToken
from interfaces.http.settings import HttpSettings

SCHEME = "Bearer "

AMOUNTS = {
    "unsettled": ("imoran_payments_unsettled", "Attempts to pay that Paystack is still asked about."),
    "announced": ("imoran_payments_announced_unsettled", "Those of them that Paystack announced as paid."),
    "charges_outside": (
        "imoran_charges_outside",
        "Charges that are neither a booking's, nor on their way back, nor on the operators' list.",
    ),
    "oldest_charge_outside_s": ("imoran_oldest_charge_outside_seconds", "Since when the oldest of them is known."),
    "compared_ago_s": ("imoran_compared_ago_seconds", "Since when Paystack's list was not compared."),
    "outbox_waiting": ("imoran_outbox_waiting", "Errands that are not carried out yet."),
    "outbox_lag_s": ("imoran_outbox_lag_seconds", "How long the oldest of them has been due."),
    "refunds_under_way": ("imoran_refunds_under_way", "Refunds that have not come to their end."),
    "payouts_under_way": ("imoran_payouts_under_way", "Payouts that have not come to their end."),
    "disputes_open": ("imoran_disputes_open", "Disputes that are not decided."),
    "invariants_broken": ("imoran_invariants_broken", "Things that must always hold and do not."),
}


class MoneyCollector(Collector):
    """Where the money stands, read from the database for one scrape: the same from every process."""

    def __init__(self, gauges: MoneyGauges) -> None:
        self._gauges = gauges

    def collect(self) -> Iterator[Metric]:
        """Every gauge."""
        for field, (name, words) in AMOUNTS.items():
            yield GaugeMetricFamily(name, words, value=getattr(self._gauges, field))
        for field, label, name, words in (
            ("refunds_under_way_amount", "currency", "imoran_refunds_under_way_subunits", "What goes back."),
            ("payouts_under_way_amount", "currency", "imoran_payouts_under_way_subunits", "What is paid out."),
            ("operator_items", "kind", "imoran_operator_items", "What is open on the operators' list."),
            ("settled_last_hour", "outcome", "imoran_settled_last_hour", "Charges of the last hour, by outcome."),
        ):
            yield _by_label(name, words, label, getattr(self._gauges, field).items())


def _by_label(name: str, words: str, label: str, values: Iterable[tuple[str, int]]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=[label])
    for value, number in values:
        family.add_metric([value], number)
    return family


@get("/metrics", include_in_schema=False)
async def metrics(
    request: Request[Any, Any, Any],
    http_settings: NamedDependency[HttpSettings],
    money_queries: NamedDependency[SkipValidation[MoneyQueries]],
) -> Response[bytes]:
    """For whoever holds the token; without one in the settings, for this machine while developing."""
    _admit(request, http_settings)
    registry = CollectorRegistry()
    registry.register(MoneyCollector(await money_queries.gauges()))
    return Response(
        generate_latest(registry) + generate_latest(REGISTRY),
        media_type=CONTENT_TYPE_LATEST,
        headers={"Cache-Control": "no-store"},
    )


def _admit(request: Request[Any, Any, Any], settings: HttpSettings) -> None:
    """Raises `NotFound`, `MissingToken` or `InvalidToken`."""
    if settings.metrics_token is None:
        if settings.is_production or not _is_this_machine(request.client.host if request.client else ""):
            raise NotFound
        return
    given = request.headers.get("authorization", "")
    if not given.startswith(SCHEME):
        raise MissingToken
    if not hmac.compare_digest(given.removeprefix(SCHEME).encode(), settings.metrics_token.encode()):
        raise InvalidToken


def _is_this_machine(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
