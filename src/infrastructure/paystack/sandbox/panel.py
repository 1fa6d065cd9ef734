"""What the forms of the front page do: each act is answered by a redirect back to it."""

from dataclasses import dataclass
from typing import get_args

import msgspec
from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from infrastructure.paystack.sandbox.behaviour import Behaviour
from infrastructure.paystack.sandbox.chaos import Chaos, ChaosPlan, Kind, Target, made_fault
from infrastructure.paystack.sandbox.disputes import Disputes
from infrastructure.paystack.sandbox.faults import Faults
from infrastructure.paystack.sandbox.records import DisputeResolution, RefundStatus, TransferEnding, TransferStatus
from infrastructure.paystack.sandbox.refunds import Refunds
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.paystack.sandbox.transactions import Transactions
from infrastructure.paystack.sandbox.transfers import Transfers
from infrastructure.paystack.sandbox.webhooks import Courier

TIME_TO_ANSWER_S = 3 * 86_400

Choice = tuple[object, str]
_YES_NO: tuple[Choice, ...] = ((False, "no"), (True, "yes"))


@dataclass(frozen=True, kw_only=True)
class Switch:
    """A switch of the behaviour that the page shows, with the values that it can have."""

    name: str
    label: str
    choices: tuple[Choice, ...]

    @property
    def options(self) -> list[tuple[str, str, object]]:
        """The value as the form sends it, its words, and the value itself."""
        return [(msgspec.json.encode(value).decode(), words, value) for value, words in self.choices]


SWITCHES: tuple[Switch, ...] = (
    Switch(
        name="transfer_ending",
        label="Transfers end",
        choices=tuple((ending, str(ending)) for ending in get_args(TransferEnding)),
    ),
    Switch(name="transfer_otp", label="Transfers need an OTP", choices=_YES_NO),
    Switch(
        name="refund_ending",
        label="Refunds end",
        choices=(
            (None, "as the card says"),
            *((ending, ending) for ending in ("processed", "failed", "needs-attention")),
        ),
    ),
    Switch(name="refunds_need_balance", label="Refunds need a balance", choices=_YES_NO),
    Switch(
        name="channel_ending",
        label="Money from elsewhere",
        choices=(("success", "comes"), ("failed", "does not come")),
    ),
    Switch(name="webhooks", label="Webhooks go out", choices=((True, "yes"), (False, "no"))),
    Switch(name="webhook_copies", label="Copies of each webhook", choices=((1, "1"), (2, "2"), (5, "5"))),
    Switch(
        name="webhook_tampering",
        label="Webhooks are",
        choices=(("none", "genuine"), ("signature", "signed by somebody else"), ("body", "altered on the way")),
    ),
    Switch(
        name="webhook_before_redirect",
        label="Webhook before the payer is back",
        choices=_YES_NO,
    ),
    Switch(
        name="api_lag_s",
        label="Webhook before the API knows",
        choices=((0, "no"), (600, "10 minutes"), (3600, "1 hour")),
    ),
    Switch(name="rate_limits", label="Rate limits", choices=((False, "off"), (True, "as documented"))),
    Switch(name="limit_resolves", label="3 resolved accounts a day", choices=_YES_NO),
)


@dataclass(frozen=True, kw_only=True)
class FaultForm:
    kind: Kind
    endpoint: Target = "*"
    count: int = 1


@dataclass(frozen=True, kw_only=True)
class ChaosForm:
    seed: int
    percent: float = 10
    webhook_percent: float = 0


@dataclass(frozen=True, kw_only=True)
class ResolutionForm:
    resolution: DisputeResolution


@dataclass(frozen=True, kw_only=True)
class RefundForm:
    status: RefundStatus


@dataclass(frozen=True, kw_only=True)
class TransferForm:
    status: TransferStatus


class PanelController(Controller):
    path = "/panel"

    @post("/switches")
    async def set_switches(
        self,
        data: URLEncodedBody[dict[str, str]],
        settings: NamedDependency[SandboxSettings],
        behaviour: NamedDependency[Behaviour],
    ) -> Redirect:
        known = {switch.name for switch in SWITCHES}
        try:
            behaviour.change({name: msgspec.json.decode(text) for name, text in data.items() if name in known})
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise ValidationException(str(error)) from error
        return back_to_page(settings)

    @post("/faults")
    async def set_fault(
        self,
        data: URLEncodedBody[FaultForm],
        settings: NamedDependency[SandboxSettings],
        faults: NamedDependency[Faults],
    ) -> Redirect:
        fault = made_fault(data.kind, data.endpoint)
        faults.set(msgspec.structs.replace(fault, count=max(1, data.count)))
        return back_to_page(settings)

    @post("/faults/clear")
    async def clear_faults(
        self, settings: NamedDependency[SandboxSettings], faults: NamedDependency[Faults]
    ) -> Redirect:
        faults.clear()
        return back_to_page(settings)

    @post("/chaos")
    async def begin_chaos(
        self,
        data: URLEncodedBody[ChaosForm],
        settings: NamedDependency[SandboxSettings],
        chaos: NamedDependency[Chaos],
    ) -> Redirect:
        share, of_webhooks = (max(0, min(100, given)) / 100 for given in (data.percent, data.webhook_percent))
        chaos.begin(ChaosPlan(seed=data.seed, rate=share, webhook_rate=of_webhooks))
        return back_to_page(settings)

    @post("/chaos/end")
    async def end_chaos(
        self, settings: NamedDependency[SandboxSettings], chaos: NamedDependency[Chaos]
    ) -> Redirect:
        chaos.end()
        return back_to_page(settings)

    @post("/transactions/{reference:str}/dispute")
    async def open_dispute(
        self,
        reference: FromPath[str],
        settings: NamedDependency[SandboxSettings],
        transactions: NamedDependency[Transactions],
        disputes: NamedDependency[Disputes],
        courier: NamedDependency[Courier],
    ) -> Redirect:
        transaction = transactions.by_reference(reference)
        disputes.open(transaction, amount=None, category="chargeback", due_in_s=TIME_TO_ANSWER_S)
        courier.nudge()
        return back_to_page(settings)

    @post("/disputes/{dispute_id:str}")
    async def resolve_dispute(
        self,
        dispute_id: FromPath[str],
        data: URLEncodedBody[ResolutionForm],
        settings: NamedDependency[SandboxSettings],
        disputes: NamedDependency[Disputes],
        courier: NamedDependency[Courier],
    ) -> Redirect:
        disputes.resolve(disputes.by_id(dispute_id), data.resolution)
        courier.nudge()
        return back_to_page(settings)

    @post("/refunds/{refund_id:str}")
    async def set_refund(
        self,
        refund_id: FromPath[str],
        data: URLEncodedBody[RefundForm],
        settings: NamedDependency[SandboxSettings],
        refunds: NamedDependency[Refunds],
        courier: NamedDependency[Courier],
    ) -> Redirect:
        refunds.set_status(refunds.by_id(refund_id), data.status)
        courier.nudge()
        return back_to_page(settings)

    @post("/transfers/{reference:str}")
    async def set_transfer(
        self,
        reference: FromPath[str],
        data: URLEncodedBody[TransferForm],
        settings: NamedDependency[SandboxSettings],
        transfers: NamedDependency[Transfers],
        courier: NamedDependency[Courier],
    ) -> Redirect:
        transfers.set_status(transfers.by_reference(reference), data.status)
        courier.nudge()
        return back_to_page(settings)


def back_to_page(settings: SandboxSettings) -> Redirect:
    """Go on where the form was, in the same mode."""
    return Redirect(f"/?mode={settings.domain}", status_code=303)
