"""Programs that choose keys, and moments at which a server dies."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from application.fault_points import FaultPoint, set_trap
from tests.integration.idempotency.keyed import Keyed
from tests.marketplace import Marketplace

Dying = Callable[[FaultPoint], None]


class Died(Exception):
    """The process is gone: nothing that it had begun is cleared away."""


@pytest.fixture
def dying() -> Iterator[Dying]:
    """Has the next request that gets to that point get no further."""

    def die_at(wanted: FaultPoint) -> None:
        async def trap(point: FaultPoint) -> None:
            if point is wanted:
                set_trap(None)
                raise Died

        set_trap(trap)

    yield die_at
    set_trap(None)


@pytest.fixture
async def keyed(client: httpx.AsyncClient, marketplace: Marketplace) -> Keyed:
    """A client's program."""
    return await Keyed.of(client, marketplace, await marketplace.client())
