"""Have events sent to an address."""

from __future__ import annotations

from dataclasses import dataclass, field

from application.accounts.callers import Caller
from application.identity import NewId
from application.transactions import OpenUnitOfWork, retried
from application.webhooks.ports import WebhookSecrets
from domain.refusals import FieldCheck
from domain.webhooks import (
    MOST_ENDPOINTS,
    TooManyWebhooks,
    WebhookEndpoint,
    checked_events,
    checked_url,
    secret_text,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterWebhookCommand:
    """An https address, and the names of the events that it is told about."""

    url: str
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredWebhook:
    """The only time that the secret itself is shown."""

    secret: str = field(repr=False)
    endpoint: WebhookEndpoint


@dataclass(frozen=True, slots=True)
class RegisterWebhook:
    """Have what happens around one's bookings, payments and payouts sent to an https address, signed.

    - At most five addresses for an account, each once.
    - Every message is signed by the Standard Webhooks scheme with a secret that is shown now and never again.
    - Messages get through at least once: what fails is tried again for three days.
    """

    open_uow: OpenUnitOfWork
    secrets: WebhookSecrets
    new_id: NewId
    allow_loopback: bool

    @retried
    async def __call__(self, caller: Caller, command: RegisterWebhookCommand) -> RegisteredWebhook:
        """The endpoint and its secret. Raises `Invalid`, `TooManyWebhooks` or `WebhookExists`."""
        check = FieldCheck()
        url = checked_url(command.url, check, allow_loopback=self.allow_loopback)
        events = checked_events(command.events, check)
        check.done()
        endpoint_id, secret = self.new_id(), self.secrets.new()
        async with self.open_uow() as uow:
            await uow.accounts.lock(caller.account_id)
            if await uow.webhooks.count_of(caller.account_id) >= MOST_ENDPOINTS:
                raise TooManyWebhooks
            endpoint = WebhookEndpoint(
                id=endpoint_id,
                account_id=caller.account_id,
                url=url,
                events=events,
                sealed_secret=self.secrets.seal(secret, endpoint_id),
                created_at=await uow.now(),
            )
            await uow.webhooks.add(endpoint)
            await uow.audit.add("webhook.registered", account_id=caller.account_id, url=url)
            await uow.commit()
        return RegisteredWebhook(secret=secret_text(secret), endpoint=endpoint)
