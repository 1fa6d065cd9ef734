"""/_sandbox/disputes: open one, and decide how it ends."""

from typing import Annotated

import msgspec
from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from infrastructure.paystack.sandbox.behaviour import Seconds
from infrastructure.paystack.sandbox.disputes import Disputes
from infrastructure.paystack.sandbox.records import DisputeResolution, DisputeStatus
from infrastructure.paystack.sandbox.transactions import Transactions
from infrastructure.paystack.sandbox.webhooks import Courier
from infrastructure.paystack.sandbox.wire.disputes import read_dispute
from infrastructure.paystack.sandbox.wire.envelope import Json

_SHOWN = 1000
_TIME_TO_ANSWER_S = 3 * 86_400


class Complaint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cardholder's complaint: `amount` in subunits (None: all of it), `due_in_s` in Paystack's time."""

    reference: str
    amount: Annotated[int, msgspec.Meta(ge=1)] | None = None
    category: str = "chargeback"
    due_in_s: Seconds = _TIME_TO_ANSWER_S


class DisputeOutcome(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a dispute stands: a resolution ends it, whatever the status."""

    status: DisputeStatus = "resolved"
    resolution: DisputeResolution | None = None


class ControlledDisputeController(Controller):
    path = "/_sandbox/disputes"

    @get("/")
    async def list_all(self, disputes: NamedDependency[Disputes]) -> list[Json]:
        return [read_dispute(row, disputes.transaction_of(row)) for row in disputes.newest(_SHOWN)]

    @post("/")
    async def open(
        self,
        data: JSONBody[Complaint],
        transactions: NamedDependency[Transactions],
        disputes: NamedDependency[Disputes],
        courier: NamedDependency[Courier],
    ) -> Json:
        transaction = transactions.by_reference(data.reference)
        dispute = disputes.open(transaction, amount=data.amount, category=data.category, due_in_s=data.due_in_s)
        courier.nudge()
        return read_dispute(dispute, disputes.transaction_of(dispute))

    @put("/{dispute_id:str}")
    async def decide(
        self,
        dispute_id: FromPath[str],
        data: JSONBody[DisputeOutcome],
        disputes: NamedDependency[Disputes],
        courier: NamedDependency[Courier],
    ) -> Json:
        dispute = disputes.by_id(dispute_id)
        if data.resolution is None:
            disputes.set_status(dispute, data.status)
        else:
            disputes.resolve(dispute, data.resolution)
        courier.nudge()
        return read_dispute(dispute, disputes.transaction_of(dispute))

    @post("/{dispute_id:str}/remind", status_code=204)
    async def remind(
        self,
        dispute_id: FromPath[str],
        disputes: NamedDependency[Disputes],
        courier: NamedDependency[Courier],
    ) -> None:
        disputes.remind(disputes.by_id(dispute_id))
        courier.nudge()
