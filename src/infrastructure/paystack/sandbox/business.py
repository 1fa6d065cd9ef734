"""One business in one mode: everything that a key opens, apart from everything that another key opens."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import httpx

from infrastructure.paystack.sandbox.accounts import Accounts
from infrastructure.paystack.sandbox.balances import Balances
from infrastructure.paystack.sandbox.behaviour import Behaviour
from infrastructure.paystack.sandbox.chaos import Chaos
from infrastructure.paystack.sandbox.charges import Charges
from infrastructure.paystack.sandbox.disputes import Disputes
from infrastructure.paystack.sandbox.divisions import Divisions
from infrastructure.paystack.sandbox.faults import Faults
from infrastructure.paystack.sandbox.imports import Imports
from infrastructure.paystack.sandbox.limits import RateLimits
from infrastructure.paystack.sandbox.outcomes import Outcomes
from infrastructure.paystack.sandbox.recipients import Recipients
from infrastructure.paystack.sandbox.refunds import Refunds
from infrastructure.paystack.sandbox.settings import SandboxSettings
from infrastructure.paystack.sandbox.store import Store
from infrastructure.paystack.sandbox.subaccounts import Splits, Subaccounts
from infrastructure.paystack.sandbox.transactions import Transactions
from infrastructure.paystack.sandbox.transfers import Transfers
from infrastructure.paystack.sandbox.webhooks import Courier, Webhooks


@dataclass(frozen=True, kw_only=True)
class Business:
    """The parts, each under the name by which handlers ask for it."""

    settings: SandboxSettings
    store: Store
    behaviour: Behaviour
    faults: Faults
    chaos: Chaos
    limits: RateLimits
    webhooks: Webhooks
    balances: Balances
    accounts: Accounts
    transactions: Transactions
    refunds: Refunds
    subaccounts: Subaccounts
    splits: Splits
    divisions: Divisions
    recipients: Recipients
    transfers: Transfers
    disputes: Disputes
    charges: Charges
    outcomes: Outcomes
    imports: Imports
    courier: Courier

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Open the store and deliver in the background."""
        with self.opened():
            async with self.courier.running():
                yield

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Open the store alone."""
        self.store.open()
        try:
            yield
        finally:
            self.store.close()

    def advance(self) -> None:
        """Do what happens by itself by now."""
        now = self.settings.clock()
        self.transactions.advance_due(now)
        self.refunds.advance_due(now)
        self.transfers.advance_due(now)
        self.disputes.advance_due(now)

    def reset(self) -> None:
        """Forget every record, fault and switch."""
        self.store.clear()
        self.faults.clear()
        self.chaos.end()
        self.limits.forget()
        self.accounts.forget()
        self.behaviour.restore(self.settings.webhook_time_scale)


def found_business(settings: SandboxSettings, transport: httpx.AsyncBaseTransport | None = None) -> Business:
    """Put the parts together; `transport` carries the webhooks instead of the network."""
    store = Store(settings.database)
    behaviour = Behaviour(time_scale=settings.webhook_time_scale)
    chaos = Chaos()
    webhooks = Webhooks(settings, store, behaviour, chaos)
    balances = Balances(settings, store, behaviour)
    accounts = Accounts(settings, behaviour)
    subaccounts = Subaccounts(settings, store, accounts)
    splits = Splits(settings, store, subaccounts)
    divisions = Divisions(subaccounts, splits)
    transactions = Transactions(settings, store, behaviour, balances, divisions, webhooks)
    business = Business(
        settings=settings,
        store=store,
        behaviour=behaviour,
        faults=Faults(),
        chaos=chaos,
        limits=RateLimits(settings),
        webhooks=webhooks,
        balances=balances,
        accounts=accounts,
        transactions=transactions,
        refunds=Refunds(settings, store, behaviour, balances, accounts, webhooks),
        subaccounts=subaccounts,
        splits=splits,
        divisions=divisions,
        recipients=Recipients(settings, store, accounts),
        transfers=Transfers(settings, store, behaviour, balances, webhooks),
        disputes=Disputes(settings, store, behaviour, balances, webhooks),
        charges=Charges(settings, transactions),
        outcomes=Outcomes(settings, store, transactions),
        imports=Imports(settings, store, transactions),
        courier=Courier(settings, store, behaviour, lambda: business.advance(), transport),
    )
    return business
