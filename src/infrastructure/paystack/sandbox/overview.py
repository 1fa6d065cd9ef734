"""The page at /: what happened in the sandbox, and the forms that decide what happens next."""

from typing import get_args

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from infrastructure.paystack.sandbox.business import Business
from infrastructure.paystack.sandbox.cards import CARDS
from infrastructure.paystack.sandbox.chaos import KINDS
from infrastructure.paystack.sandbox.endpoints import Endpoint
from infrastructure.paystack.sandbox.pages import page
from infrastructure.paystack.sandbox.panel import SWITCHES
from infrastructure.paystack.sandbox.records import Delivery, DisputeResolution, RefundStatus, TransferStatus

_SHOWN = 50


@get("/", include_in_schema=False)
async def show_overview(business: NamedDependency[Business]) -> Template:
    settings = business.settings
    refunds, transfers, disputes = business.refunds, business.transfers, business.disputes
    balances = {currency: business.balances.of(currency) for currency in settings.currencies}
    context = {
        "business": settings.business_name,
        "mode": settings.domain,
        "other_mode": settings.other_mode and ("test" if settings.domain == "live" else "live"),
        "webhook_url": settings.webhook_url,
        "balances": {currency: balance for currency, balance in balances.items() if balance},
        "transactions": business.transactions.newest(_SHOWN),
        "refunds": [(row, refunds.transaction_of(row)) for row in refunds.newest(_SHOWN)],
        "transfers": [(row, transfers.recipient_of(row)) for row in transfers.newest(_SHOWN)],
        "disputes": [(row, disputes.transaction_of(row)) for row in disputes.newest(_SHOWN)],
        "deliveries": business.store.page(Delivery, limit=_SHOWN),
        "cards": CARDS,
        "switches": [(switch, getattr(business.behaviour, switch.name)) for switch in SWITCHES],
        "faults": business.faults.waiting(),
        "chaos": business.chaos,
        "kinds": KINDS,
        "endpoints": get_args(Endpoint),
        "refund_statuses": get_args(RefundStatus),
        "transfer_statuses": get_args(TransferStatus),
        "resolutions": get_args(DisputeResolution),
    }
    return page("overview.html", context)
