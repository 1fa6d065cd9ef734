"""What a sandbox needs to know before it starts."""

import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from infrastructure.paystack.sandbox.addresses import is_web_address
from infrastructure.paystack.sandbox.fees import TERMS

_CODE_ALPHABET = string.ascii_lowercase + string.digits


def utc_now() -> datetime:
    """Return the wall clock's instant, in UTC."""
    return datetime.now(UTC)


def random_code(length: int) -> str:
    """Return lowercase letters and digits, as Paystack's own codes are made of."""
    return "".join(secrets.choice(_CODE_ALPHABET) for _ in range(length))


@dataclass(frozen=True, kw_only=True)
class OtherMode:
    """The key of the other mode, whose records are kept apart: test beside live, or the other way round."""

    secret_key: str
    webhook_url: str | None
    database: str


@dataclass(frozen=True, kw_only=True)
class SandboxSettings:
    """Settings of one sandbox, that is: of one business in one mode.

    - `secret_key`: `sk_test_…` or `sk_live_…`; it decides the mode and signs the webhooks.
    - `public_url`: the sandbox's own base address, without a trailing slash.
    - `webhook_url`: where events go; None drops them.
    - `database`: path of the SQLite file, or `:memory:`.
    - `webhook_time_scale`: factor on every wait that Paystack documents in minutes and hours (webhook
      retries, refunds, bank transfers). 1/360 turns an hour into ten seconds.
    - `strict`: refuse what Paystack's documents forbid or leave open (underscores in references, amounts
      below the minimum, a null currency, callback addresses that are not absolute); otherwise behave as
      observed.
    - `currencies`: what the business may charge in; the first one is its default.
    - `other_mode`: the same business in the other mode, at the same address.
    - `webhook_timeout_s`: how long one delivery may take, in real seconds.

    Raises ValueError when an address, the key or a currency cannot work.
    """

    secret_key: str
    public_key: str
    public_url: str
    webhook_url: str | None
    database: str
    webhook_time_scale: float = 1 / 360
    strict: bool = True
    clock: Callable[[], datetime] = utc_now
    new_code: Callable[[int], str] = random_code
    business_name: str = "Imoran"
    account_email: str = "owner@example.com"
    currencies: tuple[str, ...] = ("NGN", "GHS", "ZAR", "KES", "USD", "XOF")
    webhook_timeout_s: float = 30.0
    other_mode: OtherMode | None = None

    def __post_init__(self) -> None:
        if not self.secret_key.startswith(("sk_test_", "sk_live_")):
            raise ValueError("secret_key has to start with sk_test_ or sk_live_")
        if not is_web_address(self.public_url) or self.public_url.endswith("/"):
            raise ValueError("public_url has to be an http(s) address without a trailing slash")
        if self.webhook_url is not None and not is_web_address(self.webhook_url):
            raise ValueError("webhook_url has to be an http(s) address")
        if not self.currencies or not set(self.currencies) <= set(TERMS):
            raise ValueError("currencies have to be some that Paystack charges in")
        other = self.in_other_mode()
        if other is not None and other.domain == self.domain:
            raise ValueError("other_mode has to have a key of the other mode")

    def in_other_mode(self) -> "SandboxSettings | None":
        """Return the settings of the business in its other mode, when it has one."""
        if self.other_mode is None:
            return None
        return replace(
            self,
            secret_key=self.other_mode.secret_key,
            webhook_url=self.other_mode.webhook_url,
            database=self.other_mode.database,
            other_mode=None,
        )

    @property
    def domain(self) -> Literal["test", "live"]:
        """The mode that the key stands for, as every object on the wire names it."""
        return "live" if self.secret_key.startswith("sk_live_") else "test"

    def checkout_address(self, access_code: str) -> str:
        """Where a payer pays."""
        return f"{self.public_url}/checkout/{access_code}"
