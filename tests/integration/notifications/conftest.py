"""A till and a desk, as the tests about earnings and about operators have them."""

from __future__ import annotations

import pytest

from tests.integration.earnings.conftest import Till
from tests.integration.operations.desk import Desk
from tests.marketplace import Marketplace


@pytest.fixture
async def till(marketplace: Marketplace) -> Till:
    """Transfers arrive at once."""
    till = Till(marketplace, await marketplace.consultant(), await marketplace.client())
    await till.behaves(transfer_s=0, opening_balance={"NGN": 10_000_000})
    return till


@pytest.fixture
async def desk(marketplace: Marketplace) -> Desk:
    """Nothing is to be resolved yet."""
    return await Desk.furnish(marketplace)
