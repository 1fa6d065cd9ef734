"""An operator at a desk."""

from __future__ import annotations

import pytest

from tests.integration.operations.desk import Desk
from tests.marketplace import Marketplace


@pytest.fixture
async def desk(marketplace: Marketplace) -> Desk:
    """Nothing is to be resolved yet."""
    return await Desk.furnish(marketplace)
