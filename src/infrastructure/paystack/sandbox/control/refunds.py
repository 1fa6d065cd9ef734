"""/_sandbox/refunds: what they are, and how they end."""

import msgspec
from litestar import Controller, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from infrastructure.paystack.sandbox.records import RefundStatus
from infrastructure.paystack.sandbox.refunds import Refunds
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.paystack.sandbox.webhooks import Courier
from infrastructure.paystack.sandbox.wire.envelope import Json
from infrastructure.paystack.sandbox.wire.refunds import read_refund

_SHOWN = 1000


class RefundOutcome(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    status: RefundStatus


class ControlledRefundController(Controller):
    path = "/_sandbox/refunds"

    @get("/")
    async def list_refunds(
        self, settings: NamedDependency[SandboxSettings], refunds: NamedDependency[Refunds]
    ) -> list[Json]:
        return [
            read_refund(row, refunds.transaction_of(row), account_email=settings.account_email)
            for row in refunds.newest(_SHOWN)
        ]

    @put("/{refund_id:str}")
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
