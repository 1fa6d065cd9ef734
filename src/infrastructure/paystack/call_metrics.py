"""Calls to Paystack as numbers, of this process."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import Histogram

CALLS = Histogram(
    "imoran_paystack_call_seconds",
    "Calls to Paystack by endpoint and outcome, of the process that answers.",
    ("process", "endpoint", "outcome"),
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 5, 8, 10),
)


@contextmanager
def measured(method: str, path: str) -> Iterator[None]:
    """Count what happens inside: `answered`, or the kind of what was raised."""
    began = time.perf_counter()
    outcome = "answered"
    try:
        yield
    except BaseException as fault:
        outcome = type(fault).__name__.strip("_")
        raise
    finally:
        CALLS.labels(os.getpid(), endpoint_of(method, path), outcome).observe(time.perf_counter() - began)


def endpoint_of(method: str, path: str) -> str:
    """`GET /transaction/verify`: the words of an address, without what names one thing."""
    words = [word for word in path.partition("?")[0].split("/") if word and word.isalpha() and word.islower()]
    return f"{method} /{'/'.join(words[:2])}"
