"""Calls to Paystack as numbers, of this process."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import Histogram

from domain.payments import PaymentGatewayUnavailable

CALLS = Histogram(
    "imoran_paystack_call_seconds",
    "Calls to Paystack by endpoint and outcome, tries and waits included, of the process that answers.",
    ("process", "endpoint", "outcome"),
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 5, 8, 10),
)


@contextmanager
def measured(endpoint: str) -> Iterator[None]:
    """Count what happens inside: `answered`, `unavailable`, or `refused` for every other exception."""
    began = time.perf_counter()
    outcome = "refused"
    try:
        yield
        outcome = "answered"
    except PaymentGatewayUnavailable:
        outcome = "unavailable"
        raise
    finally:
        CALLS.labels(os.getpid(), endpoint, outcome).observe(time.perf_counter() - began)
