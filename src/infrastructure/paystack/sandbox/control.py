"""The control API under /_sandbox: for tests and developers, not part of Paystack.

It asks for no key: a sandbox listens on loopback only and knows no real money.
"""

from typing import Annotated, Any

import msgspec
from litestar import Controller, delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException, ValidationException
from litestar.params import FromPath, JSONBody

from infrastructure.paystack.sandbox.accounts import Accounts
from infrastructure.paystack.sandbox.behaviour import Behaviour, Seconds, Tampering
from infrastructure.paystack.sandbox.faults import Fault, Faults
from infrastructure.paystack.sandbox.outcomes import Outcome, Outcomes
from infrastructure.paystack.sandbox.records import Delivery, RefundStatus, Transaction, TransferStatus
from infrastructure.paystack.sandbox.refunds import Refunds
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.paystack.sandbox.store import Store
from infrastructure.paystack.sandbox.transactions import Transactions
from infrastructure.paystack.sandbox.transfers import Transfers
from infrastructure.paystack.sandbox.webhooks import Courier, Webhooks
from infrastructure.paystack.sandbox.wire.envelope import Json, instant
from infrastructure.paystack.sandbox.wire.refunds import read_refund
from infrastructure.paystack.sandbox.wire.transactions import charge_success, verified_transaction
from infrastructure.paystack.sandbox.wire.transfers import read_transfer

_SHOWN = 1000


class Sending(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often, how late (real seconds) and how damaged an event goes out."""

    times: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 1
    delay_s: Seconds = 0
    tampering: Tampering = "none"


class AnyEvent(Sending, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An event with any name and any data."""

    event: str
    data: dict[str, Any] = {}


class RefundOutcome(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    status: RefundStatus


class TransferOutcome(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    status: TransferStatus


class ControlController(Controller):
    path = "/_sandbox"

    @post("/reset", status_code=204)
    async def reset(
        self,
        settings: NamedDependency[SandboxSettings],
        store: NamedDependency[Store],
        faults: NamedDependency[Faults],
        behaviour: NamedDependency[Behaviour],
        accounts: NamedDependency[Accounts],
    ) -> None:
        """Forget every record, fault and switch."""
        store.clear()
        faults.clear()
        accounts.forget()
        behaviour.change(msgspec.structs.asdict(Behaviour(time_scale=settings.webhook_time_scale)))

    @post("/run-due", status_code=204)
    async def run_due(self, courier: NamedDependency[Courier]) -> None:
        """Do everything that is due by the sandbox's clock, and wait until each delivery was answered."""
        await courier.deliver_due()

    @get("/transactions")
    async def list_transactions(
        self, settings: NamedDependency[SandboxSettings], transactions: NamedDependency[Transactions]
    ) -> list[Json]:
        return [_shown_transaction(row, settings) for row in transactions.newest(_SHOWN)]

    @get("/transactions/{reference:str}")
    async def show_transaction(
        self,
        reference: FromPath[str],
        settings: NamedDependency[SandboxSettings],
        transactions: NamedDependency[Transactions],
    ) -> Json:
        return _shown_transaction(transactions.by_reference(reference), settings)

    @put("/transactions/{reference:str}/outcome")
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

    @post("/transactions/{reference:str}/webhooks")
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
        return _queued(webhooks, courier, "charge.success", event, data)

    @get("/webhooks")
    async def list_deliveries(self, store: NamedDependency[Store]) -> list[Json]:
        return [_shown_delivery(delivery) for delivery in store.page(Delivery, limit=_SHOWN)]

    @post("/webhooks")
    async def send_event(
        self,
        data: JSONBody[AnyEvent],
        webhooks: NamedDependency[Webhooks],
        courier: NamedDependency[Courier],
    ) -> list[Json]:
        return _queued(webhooks, courier, data.event, data.data, data)

    @post("/webhooks/{delivery_id:int}/resend")
    async def resend(
        self,
        delivery_id: FromPath[int],
        store: NamedDependency[Store],
        webhooks: NamedDependency[Webhooks],
        courier: NamedDependency[Courier],
    ) -> Json:
        delivery = store.get(Delivery, delivery_id)
        if delivery is None:
            raise NotFoundException("There is no such delivery.")
        again = webhooks.resend(delivery)
        courier.nudge()
        return _shown_delivery(again)

    @get("/refunds")
    async def list_refunds(
        self, settings: NamedDependency[SandboxSettings], refunds: NamedDependency[Refunds]
    ) -> list[Json]:
        return [
            read_refund(row, refunds.transaction_of(row), account_email=settings.account_email)
            for row in refunds.newest(_SHOWN)
        ]

    @put("/refunds/{refund_id:str}")
    async def set_refund(
        self,
        refund_id: FromPath[str],
        data: JSONBody[RefundOutcome],
        settings: NamedDependency[SandboxSettings],
        refunds: NamedDependency[Refunds],
        courier: NamedDependency[Courier],
    ) -> Json:
        refund = refunds.by_id(refund_id)
        refunds.set_status(refund, data.status)
        courier.nudge()
        return read_refund(refund, refunds.transaction_of(refund), account_email=settings.account_email)

    @get("/transfers")
    async def list_transfers(self, transfers: NamedDependency[Transfers]) -> list[Json]:
        return [read_transfer(row, transfers.recipient_of(row)) for row in transfers.newest(_SHOWN)]

    @put("/transfers/{reference:str}")
    async def set_transfer(
        self,
        reference: FromPath[str],
        data: JSONBody[TransferOutcome],
        transfers: NamedDependency[Transfers],
        courier: NamedDependency[Courier],
    ) -> Json:
        """Give a transfer any status now, whatever it had; its event goes out where there is one."""
        transfer = transfers.by_reference(reference)
        transfers.set_status(transfer, data.status)
        courier.nudge()
        return read_transfer(transfer, transfers.recipient_of(transfer))

    @get("/faults")
    async def list_faults(self, faults: NamedDependency[Faults]) -> list[Fault]:
        return faults.waiting()

    @post("/faults")
    async def set_fault(self, data: JSONBody[Fault], faults: NamedDependency[Faults]) -> list[Fault]:
        faults.set(data)
        return faults.waiting()

    @delete("/faults")
    async def clear_faults(self, faults: NamedDependency[Faults]) -> None:
        faults.clear()

    @get("/behaviour")
    async def show_behaviour(self, behaviour: NamedDependency[Behaviour]) -> Json:
        return msgspec.structs.asdict(behaviour)

    @patch("/behaviour")
    async def change_behaviour(
        self, data: JSONBody[dict[str, Any]], behaviour: NamedDependency[Behaviour]
    ) -> Json:
        try:
            behaviour.change(data)
        except msgspec.ValidationError as error:
            raise ValidationException(str(error)) from error
        return msgspec.structs.asdict(behaviour)


def _queued(
    webhooks: Webhooks, courier: Courier, event: str, data: dict[str, Any], sending: Sending
) -> list[Json]:
    deliveries = webhooks.queue(
        event, data, copies=sending.times, delay_s=sending.delay_s, tampering=sending.tampering
    )
    courier.nudge()
    return [_shown_delivery(delivery) for delivery in deliveries]


def _shown_transaction(transaction: Transaction, settings: SandboxSettings) -> Json:
    return verified_transaction(transaction) | {
        "access_code": transaction.access_code,
        "authorization_url": settings.checkout_address(transaction.access_code),
        "callback_url": transaction.callback_url,
        "checkout_step": transaction.step,
    }


def _shown_delivery(delivery: Delivery) -> Json:
    return {
        "id": delivery.id,
        "event": delivery.event,
        "url": delivery.url,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "last_answer": delivery.last_answer,
        "due_at": instant(delivery.due_at),
        "signature": delivery.signature,
        "body": delivery.body.decode(),
    }
