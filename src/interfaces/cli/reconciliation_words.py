"""What a reconciliation found, for whoever started it."""

from __future__ import annotations

from collections.abc import Iterator

from application.operations.reconcile_now import Reconciliation


def in_words(found: Reconciliation) -> Iterator[str]:
    """One line for each thing."""
    comparison = found.comparison
    if comparison.compared_until is None:
        yield "Not compared with Paystack: it could not be reached, or another run is at it. Run this again."
    else:
        yield f"Compared with Paystack until {comparison.compared_until:%Y-%m-%d %H:%M:%S} UTC."
    yield f"Charges listed by Paystack: {comparison.charges}, and {comparison.foreign} of other programs."
    yield f"Settled, or kept for an operator: {len(comparison.settled)}"
    yield from (f"  {reference}" for reference in comparison.settled)
    yield f"Refunds that were not known here: {comparison.refunds}"
    yield f"On the operators' list because both sides differ: {len(comparison.listed)}"
    yield from (f"  {item}" for item in comparison.listed)
    yield f"Could not be dealt with: {len(comparison.failed)}"
    yield from (f"  {reference}" for reference in comparison.failed)
    differing = [day for day in comparison.days if not day.agrees]
    yield f"Days that are over: {len(comparison.days)}, of which {len(differing)} differ"
    yield from (f"  {day.day:%Y-%m-%d} {day.currency}" for day in differing)
    yield f"Asked Paystack about {found.asked_about} attempts and refunds, and found {found.disputes} disputes."
    yield f"Carried out {found.carried_out} errands."
    yield f"Broken: {len(found.broken)}"
    yield from (f"  {verdict.name}: {', '.join(verdict.examples)}" for verdict in found.broken)
