"""/_sandbox/transfers: what they are, and how they end."""

import msgspec
from litestar import Controller, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from infrastructure.paystack.sandbox.records import TransferStatus
from infrastructure.paystack.sandbox.transfers import Transfers
from infrastructure.paystack.sandbox.webhooks import Courier
from infrastructure.paystack.sandbox.wire.envelope import Json
from infrastructure.paystack.sandbox.wire.transfers import read_transfer

_SHOWN = 1000


class TransferOutcome(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    status: TransferStatus


class ControlledTransferController(Controller):
    path = "/_sandbox/transfers"

    @get("/")
    async def list_transfers(self, transfers: NamedDependency[Transfers]) -> list[Json]:
        return [read_transfer(row, transfers.recipient_of(row)) for row in transfers.newest(_SHOWN)]

    @put("/{reference:str}")
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
