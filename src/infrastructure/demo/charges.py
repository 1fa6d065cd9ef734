"""Makes the demo's charges known to the sandbox, so that it lists them and can refund them."""

from __future__ import annotations

from infrastructure.demo.replay import FIRST_PAYSTACK_ID, LAST_PAYSTACK_ID
from infrastructure.paystack.sandbox.business import found_business
from infrastructure.paystack.sandbox.imports import PaidElsewhere
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.postgres.database import Database

_CHARGES = """
SELECT paystack_id AS id, reference, charged_amount AS amount, currency, fees, customer_email AS email, paid_at
FROM payments
WHERE paystack_id BETWEEN $1 AND $2
ORDER BY paystack_id
"""


async def import_demo_charges(database: Database, settings: SandboxSettings) -> None:
    """Write them into the file of a sandbox that is not running; what it knows already stays as it is."""
    rows = await database.pool.fetch(_CHARGES, FIRST_PAYSTACK_ID, LAST_PAYSTACK_ID)
    business = found_business(settings)
    with business.opened(), business.store.atomically():
        for row in rows:
            business.imports.add(PaidElsewhere(**dict(row)))
