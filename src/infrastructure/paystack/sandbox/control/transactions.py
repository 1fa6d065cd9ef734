"""/_sandbox/transactions: what they are, how they end, what is said and disputed about them."""

from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from infrastructure.paystack.sandbox.control.deliveries import Sending, queued
from infrastructure.paystack.sandbox.imports import Imports, PaidElsewhere
from infrastructure.paystack.sandbox.outcomes import Outcome, Outcomes
from infrastructure.paystack.sandbox.records import Transaction
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.paystack.sandbox.transactions import Transactions
from infrastructure.paystack.sandbox.webhooks import Courier, Webhooks
from infrastructure.paystack.sandbox.wire.envelope import Json
from infrastructure.paystack.sandbox.wire.transactions import charge_success, verified_transaction

_SHOWN = 1000


class ControlledTransactionController(Controller):
    path = "/_sandbox/transactions"

    @get("/")
    async def list_transactions(
        self, settings: NamedDependency[SandboxSettings], transactions: NamedDependency[Transactions]
    ) -> list[Json]:
        return [_shown_transaction(row, settings) for row in transactions.newest(_SHOWN)]

    @post("/")
    async def import_paid(
        self,
        data: JSONBody[PaidElsewhere],
        settings: NamedDependency[SandboxSettings],
        imports: NamedDependency[Imports],
    ) -> Json:
        """Take over a charge that was collected elsewhere; nobody is told."""
        return _shown_transaction(imports.add(data), settings)

    @get("/{reference:str}")
    async def show_transaction(
        self,
        reference: FromPath[str],
        settings: NamedDependency[SandboxSettings],
        transactions: NamedDependency[Transactions],
    ) -> Json:
        return _shown_transaction(transactions.by_reference(reference), settings)

    @put("/{reference:str}/outcome")
    async def set_outcome(
        self,
        reference: FromPath[str],
        data: JSONBody[Outcome],
        settings: NamedDependency[SandboxSettings],
        transactions: NamedDependency[Transactions],
        outcomes: NamedDependency[Outcomes],
        courier: NamedDependency[Courier],
    ) -> Json:
        transaction = transactions.by_reference(reference)
        outcomes.set(transaction, data)
        courier.nudge()
        return _shown_transaction(transaction, settings)

    @post("/{reference:str}/webhooks")
    async def send_charge_success(
        self,
        reference: FromPath[str],
        data: JSONBody[Sending],
        transactions: NamedDependency[Transactions],
        webhooks: NamedDependency[Webhooks],
        courier: NamedDependency[Courier],
    ) -> list[Json]:
        """Send charge.success for a transaction as it stands, whether or not it is true."""
        event = charge_success(transactions.by_reference(reference))
        return queued(webhooks, courier, "charge.success", event, data)


def _shown_transaction(transaction: Transaction, settings: SandboxSettings) -> Json:
    return verified_transaction(transaction) | {
        "access_code": transaction.access_code,
        "authorization_url": settings.checkout_address(transaction.access_code),
        "callback_url": transaction.callback_url,
        "checkout_step": transaction.step,
    }
