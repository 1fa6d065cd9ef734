"""The switches that change how the sandbox behaves while it runs; a restart forgets them."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

import msgspec

from infrastructure.paystack.sandbox.records import RefundEnding, TransferEnding

Seconds = Annotated[float, msgspec.Meta(ge=0)]
Tampering = Literal["none", "signature", "body"]


class Behaviour(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Where Paystack's documents leave a point open, the default is the likelier reading.

    Durations are in Paystack's time: they are multiplied by `time_scale` before anybody waits. Amounts are in
    subunits, by currency. `refund_ending` None lets the card that paid decide.
    """

    time_scale: Annotated[float, msgspec.Meta(gt=0)]
    webhooks: bool = True
    webhook_copies: Annotated[int, msgspec.Meta(ge=1, le=100)] = 1
    webhook_delay_s: Seconds = 0
    webhook_disorder_s: Seconds = 0
    webhook_tampering: Tampering = "none"
    webhook_before_redirect: bool = False
    bank_transfer_s: Seconds = 1800
    approval_s: Seconds = 60
    channel_ending: Literal["success", "failed"] = "success"
    payment_session_timeout_s: Annotated[int, msgspec.Meta(ge=0)] = 0
    refund_processing_s: Seconds = 600
    refund_processed_s: Seconds = 3600
    status_after_partial_refund: Literal["success", "reversed", "reversal-pending"] = "success"
    refund_ending: RefundEnding | None = None
    retried_refund_ending: RefundEnding = "processed"
    refunds_need_balance: bool = False
    smallest_refund: dict[str, int] = msgspec.field(default_factory=lambda: {"GHS": 100, "USD": 100})
    unknown_reference_status: Literal[400, 404] = 400
    opening_balance: dict[str, int] = {}
    rate_limits: bool = False
    api_lag_s: Seconds = 0
    transfer_otp: bool = False
    transfer_ending: TransferEnding = "success"
    transfer_s: Seconds = 60
    limit_resolves: bool = False
    unresolved_account_status: Literal[400, 422] = 422
    dispute_reminder_s: Seconds = 86_400

    def scaled(self, seconds: float) -> float:
        """Turn a documented duration into the real seconds that the sandbox waits."""
        return seconds * self.time_scale

    def known_from(self, now: datetime) -> datetime | None:
        """When the API knows what happens now; None when it knows at once."""
        return now + timedelta(seconds=self.scaled(self.api_lag_s)) if self.api_lag_s else None

    def change(self, changes: dict[str, object]) -> None:
        """Set some switches; raises msgspec.ValidationError and changes nothing when one does not fit."""
        changed = msgspec.convert(msgspec.structs.asdict(self) | changes, Behaviour)
        self._take_over(changed)

    def restore(self, time_scale: float) -> None:
        """Put every switch back to its default."""
        self._take_over(Behaviour(time_scale=time_scale))

    def _take_over(self, other: "Behaviour") -> None:
        for name, value in msgspec.structs.asdict(other).items():
            setattr(self, name, value)
