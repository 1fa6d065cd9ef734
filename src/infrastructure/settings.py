"""Settings: read once from the environment, checked at the start."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from urllib.parse import urlsplit

from domain.commission import WHOLE
from domain.money import CURRENCIES
from infrastructure.fault_traps import Snare, read_snares
from infrastructure.media.place import MediaPlace

SHORTEST_SECRET = 32
FEWEST_CHARACTERS = 15
"""Different ones in a key of Paystack's: one of 48 random characters has some twenty, `sk_live_xxx…` has nine."""
PAYSTACK = "https://api.paystack.co"
PAYSTACK_CHECKOUT = "https://checkout.paystack.com"


class UnusableSettingsError(RuntimeError):
    """What is wrong, one line for each setting; never with its value."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that differs from one machine to the next. Without ENVIRONMENT it is production."""

    environment: str
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    paystack_secret_key: str = field(repr=False)
    paystack_previous_secret_key: str | None = field(repr=False)
    paystack_public_key: str
    paystack_base_url: str
    public_url: str
    host: str
    port: int
    web_workers: int
    hold_seconds: int
    offer_seconds: int
    complete_after_seconds: int
    slow_payment_seconds: int
    commission_bps: int
    payout_after_days: int
    paystack_rate_per_minute: int
    reconcile_every_seconds: int
    reconcile_after_seconds: int
    rate_limits: bool
    webhooks_to_loopback: bool
    metrics_token: str | None = field(repr=False)
    media: MediaPlace
    default_currency: str
    log_level: str
    drain_seconds: int
    fault_points: tuple[Snare, ...]
    fault_seed: int

    @property
    def is_production(self) -> bool:
        """Whether everything unsafe is refused."""
        return self.environment == "production"

    @property
    def checkout_origin(self) -> str:
        """Where Paystack's, or the sandbox's, checkout pages are."""
        if self.paystack_base_url == PAYSTACK:
            return PAYSTACK_CHECKOUT
        parts = urlsplit(self.paystack_base_url)
        return f"{parts.scheme}://{parts.netloc}"

    def key_for(self, purpose: str) -> bytes:
        """A key of 32 bytes of its own for each purpose, derived from the secret key."""
        return hmac.new(self.secret_key.encode(), purpose.encode(), sha256).digest()

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Raises `UnusableSettingsError` naming everything that is missing or unsafe."""
        read = _Reader(environment)
        settings = cls(
            environment=read.choice("ENVIRONMENT", "production", ("production", "development")),
            database_url=read.required("DATABASE_URL"),
            redis_url=read.required("REDIS_URL"),
            secret_key=read.required("SECRET_KEY"),
            paystack_secret_key=read.required("PAYSTACK_SECRET_KEY"),
            paystack_previous_secret_key=read.text("PAYSTACK_PREVIOUS_SECRET_KEY", "") or None,
            paystack_public_key=read.required("PAYSTACK_PUBLIC_KEY"),
            paystack_base_url=read.text("PAYSTACK_BASE_URL", PAYSTACK).rstrip("/"),
            public_url=read.required("PUBLIC_URL").rstrip("/"),
            host=read.text("HOST", "127.0.0.1"),
            port=read.number("PORT", 8000, smallest=0),
            web_workers=read.number("WEB_WORKERS", 1),
            hold_seconds=read.number("HOLD_SECONDS", 900),
            offer_seconds=read.number("OFFER_SECONDS", 3600),
            complete_after_seconds=read.number("COMPLETE_AFTER_SECONDS", 3600, smallest=0),
            slow_payment_seconds=read.number("SLOW_PAYMENT_SECONDS", 3600, smallest=0),
            commission_bps=read.percent("COMMISSION_PERCENT", "15"),
            payout_after_days=read.number("PAYOUT_AFTER_DAYS", 8, smallest=0),
            paystack_rate_per_minute=read.number(
                "PAYSTACK_RATE_PER_MINUTE", _published_rate(environment), smallest=0
            ),
            reconcile_every_seconds=read.number("RECONCILE_EVERY_SECONDS", 30),
            reconcile_after_seconds=read.number("RECONCILE_AFTER_SECONDS", 60, smallest=0),
            rate_limits=read.choice("RATE_LIMITS", "on", ("on", "off")) == "on",
            webhooks_to_loopback=read.choice("WEBHOOKS_TO_LOOPBACK", "off", ("on", "off")) == "on",
            metrics_token=read.text("METRICS_TOKEN", "") or None,
            media=MediaPlace(
                url=read.required("MEDIA_URL"),
                access_key_id=read.text("AWS_ACCESS_KEY_ID", "") or None,
                secret_access_key=read.text("AWS_SECRET_ACCESS_KEY", "") or None,
            ),
            default_currency=read.choice("DEFAULT_CURRENCY", "NGN", tuple(sorted(CURRENCIES))),
            log_level=read.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
            drain_seconds=read.number("DRAIN_SECONDS", 0 if _is_development(environment) else 5, smallest=0),
            fault_points=read.snares("FAULT_POINTS"),
            fault_seed=read.number("FAULT_SEED", 0, smallest=0),
        )
        problems = read.problems or settings._dangers()
        if problems:
            raise UnusableSettingsError(problems)
        return settings

    def _dangers(self) -> list[str]:
        """What is wrong everywhere, and what is fine on a developer's machine only."""
        checks = [
            (len(self.secret_key) < SHORTEST_SECRET, f"SECRET_KEY needs at least {SHORTEST_SECRET} characters"),
            (not self.database_url.startswith("postgresql://"), "DATABASE_URL has to start with postgresql://"),
            (
                self.metrics_token is not None and len(self.metrics_token) < SHORTEST_SECRET,
                f"METRICS_TOKEN needs at least {SHORTEST_SECRET} characters",
            ),
            (not self.public_url.startswith(("http://", "https://")), "PUBLIC_URL has to start with https://"),
            *_key_dangers("PAYSTACK_SECRET_KEY", self.paystack_secret_key, self.is_production),
            *_key_dangers("PAYSTACK_PREVIOUS_SECRET_KEY", self.paystack_previous_secret_key, self.is_production),
        ]
        if self.is_production:
            checks += [
                (
                    not self.public_url.startswith("https://"),
                    "PUBLIC_URL has to start with https:// in production",
                ),
                (
                    not self.paystack_base_url.startswith("https://"),
                    "PAYSTACK_BASE_URL has to start with https:// in production",
                ),
                (not self.rate_limits, "RATE_LIMITS cannot be off in production"),
                (self.webhooks_to_loopback, "WEBHOOKS_TO_LOOPBACK cannot be on in production"),
                (bool(self.fault_points), "FAULT_POINTS cannot be set in production"),
            ]
        problems = [problem for is_wrong, problem in checks if is_wrong]
        return problems + self.media.problems(is_production=self.is_production)


def _key_dangers(name: str, key: str | None, is_production: bool) -> list[tuple[bool, str]]:
    """Webhooks are signed with it: who can guess it can say that anything was paid, for us to ask about."""
    if key is None:
        return []
    if key.startswith("pk_"):
        return [(True, f"{name} is a public key")]
    if not is_production:
        return [(key.startswith("sk_live_"), f"{name} is a live key, and this is not production")]
    is_made_up = len(key) < SHORTEST_SECRET or len(set(key)) < FEWEST_CHARACTERS
    return [
        (key.startswith("sk_test_"), f"{name} is a test key, and this is production"),
        (not key.startswith(("sk_live_", "sk_test_")), f"{name} has to start with sk_live_ in production"),
        (is_made_up, f"{name} is too short or too plain to be one of Paystack's"),
    ]


def _is_development(environment: Mapping[str, str]) -> bool:
    """Nobody balances load on a developer's machine, where a stop should be quick."""
    return environment.get("ENVIRONMENT", "").strip() == "development"


def _published_rate(environment: Mapping[str, str]) -> int:
    """Calls a minute that Paystack allows by kind of key; 0, no ceiling of ours, for any other address."""
    if environment.get("PAYSTACK_BASE_URL", "").strip().rstrip("/") not in ("", PAYSTACK):
        return 0
    return 600 if environment.get("PAYSTACK_SECRET_KEY", "").startswith("sk_live_") else 100


class _Reader:
    """Reads variables and collects what is wrong with them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.problems: list[str] = []

    def text(self, name: str, default: str) -> str:
        return self._environment.get(name, "").strip() or default

    def required(self, name: str) -> str:
        value = self.text(name, "")
        if not value:
            self.problems.append(f"{name} is missing")
        return value

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        value = self.text(name, default)
        if value not in allowed:
            self.problems.append(f"{name} has to be one of {', '.join(allowed)}")
        return value

    def percent(self, name: str, default: str) -> int:
        """Hundredths of a percent, of a number with at most two decimals."""
        text = self.text(name, default)
        if not re.fullmatch(r"\d{1,3}(\.\d{1,2})?", text) or (points := int(Decimal(text) * 100)) > WHOLE:
            self.problems.append(f"{name} has to be from 0 to 100, with at most two decimals")
            return 0
        return points

    def snares(self, name: str) -> tuple[Snare, ...]:
        try:
            return read_snares(self.text(name, ""))
        except ValueError:
            self.problems.append(f"{name} has to be like before_settle_commit=kill@3,after_enqueue=sleep:0.5")
            return ()

    def number(self, name: str, default: int, *, smallest: int = 1) -> int:
        text = self.text(name, str(default))
        if not text.isascii() or not text.isdigit() or int(text) < smallest:
            self.problems.append(f"{name} has to be a whole number of at least {smallest}")
            return default
        return int(text)
