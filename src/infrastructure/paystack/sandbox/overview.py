"""The page at /: what happened in the sandbox, for a human."""

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from infrastructure.paystack.sandbox.cards import CARDS
from infrastructure.paystack.sandbox.pages import page
from infrastructure.paystack.sandbox.records import Delivery
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.paystack.sandbox.store import Store
from infrastructure.paystack.sandbox.transactions import Transactions

_SHOWN = 50


@get("/", include_in_schema=False)
async def show_overview(
    settings: NamedDependency[SandboxSettings],
    store: NamedDependency[Store],
    transactions: NamedDependency[Transactions],
) -> Template:
    context = {
        "business": settings.business_name,
        "webhook_url": settings.webhook_url,
        "transactions": transactions.newest(_SHOWN),
        "deliveries": store.page(Delivery, limit=_SHOWN),
        "cards": CARDS,
    }
    return page("overview.html", context)
