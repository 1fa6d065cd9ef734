"""Webhooks that go out: where to, about what, how they are signed, and how often they are tried."""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit
from uuid import UUID

from domain.refusals import FieldCheck, Refusal

MOST_ENDPOINTS = 5
LONGEST_URL = 2048
SECRET_PREFIX = "whsec_"  # noqa: S105 - what every secret begins with
SECRET_BYTES = 32
OVERLAP = timedelta(hours=24)
"""How long an earlier secret still signs beside the new one."""
DEAD_AFTER = timedelta(days=3)
PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=20),
)
"""Before each further try: some three days altogether."""
PAYLOAD_VERSION = 1
HTTPS_PORT = 443
GONE = 410
"""The status by which an address says that it wants nothing more."""


class Event(StrEnum):
    """What can be told."""

    BOOKING_CONFIRMED = "booking.confirmed"
    BOOKING_RESCHEDULED = "booking.rescheduled"
    BOOKING_CANCELLED = "booking.cancelled"
    BOOKING_EXPIRED = "booking.expired"
    BOOKING_COMPLETED = "booking.completed"
    BOOKING_NO_SHOW = "booking.no_show"
    PAYMENT_SUCCEEDED = "payment.succeeded"
    REFUND_PROCESSED = "refund.processed"
    REFUND_FAILED = "refund.failed"
    REVIEW_WRITTEN = "review.written"
    PAYOUT_PAID = "payout.paid"
    PAYOUT_FAILED = "payout.failed"
    PAYOUT_REVERSED = "payout.reversed"


TEST_EVENT = "webhook.test"
"""Goes to one endpoint, when its owner asks for it."""


class DeliveryStatus(StrEnum):
    """Where a delivery stands. `failed` was tried often enough; `dropped` waited when its endpoint went off."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"


class DisabledBecause(StrEnum):
    """Why nothing is sent to an endpoint: its owner's wish, days of failures, or its own answer (410)."""

    OWNER = "owner"
    FAILURES = "failures"
    GONE = "gone"


class Failure(StrEnum):
    """Why a delivery did not arrive."""

    NO_SUCH_HOST = "no_such_host"
    FORBIDDEN_ADDRESS = "forbidden_address"
    UNREACHABLE = "unreachable"
    BAD_CERTIFICATE = "bad_certificate"
    TIMED_OUT = "timed_out"
    REDIRECTED = "redirected"
    REFUSED = "refused"
    UNREADABLE_KEY = "unreadable_key"


class TooManyWebhooks(Refusal):
    """An account has at most five endpoints."""

    code = "too_many_webhooks"
    sentence = "You have five webhooks, and that is the most. Delete one first."


class WebhookExists(Refusal):
    """One endpoint for each address."""

    code = "webhook_exists"
    sentence = "You have a webhook at this address already."


class WebhookDisabled(Refusal):
    """Nothing is sent to a disabled endpoint."""

    code = "webhook_disabled"
    sentence = "This webhook is switched off. Switch it on first."


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status and the beginning of the body, or why nothing did."""

    status: int | None = None
    text: str = ""
    failure: Failure | None = None


@dataclass(slots=True, kw_only=True)
class WebhookEndpoint:
    """An https address of an account's, and the events that it is told about.

    Secrets are kept sealed. `failing_since` is when the first delivery failed since the last one that arrived.
    """

    id: UUID
    account_id: UUID
    url: str
    events: tuple[Event, ...]
    sealed_secret: bytes = field(repr=False)
    previous_secret: bytes | None = field(default=None, repr=False)
    previous_until: datetime | None = None
    disabled_at: datetime | None = None
    disabled_because: DisabledBecause | None = None
    failing_since: datetime | None = None
    created_at: datetime

    def rotate(self, sealed_secret: bytes, now: datetime) -> None:
        """Sign with another secret, and for a day with the present one as well."""
        self.previous_secret, self.previous_until = self.sealed_secret, now + OVERLAP
        self.sealed_secret = sealed_secret

    def signing_secrets(self, now: datetime) -> tuple[bytes, ...]:
        """Sealed, the newest first."""
        if self.previous_secret is None or self.previous_until is None or self.previous_until <= now:
            return (self.sealed_secret,)
        return (self.sealed_secret, self.previous_secret)

    def disable(self, because: DisabledBecause, now: datetime) -> None:
        """Nothing is sent any more. Nothing changes when it is disabled already."""
        if self.disabled_at is None:
            self.disabled_at, self.disabled_because = now, because

    def enable(self) -> None:
        """It is sent what happens from now on."""
        self.disabled_at = self.disabled_because = self.failing_since = None

    def require_enabled(self) -> None:
        """Raises `WebhookDisabled`."""
        if self.disabled_at is not None:
            raise WebhookDisabled

    def note(self, answer: Answer, now: datetime) -> None:
        """Learn from an answer: an endpoint that fails for days, or says that it is gone, is disabled."""
        if has_arrived(answer):
            self.failing_since = None
            return
        self.failing_since = self.failing_since or now
        if answer.status == GONE:
            self.disable(DisabledBecause.GONE, now)
        elif now - self.failing_since >= DEAD_AFTER:
            self.disable(DisabledBecause.FAILURES, now)


def has_arrived(answer: Answer) -> bool:
    """Any status of success will do."""
    return answer.failure is None and answer.status is not None and 200 <= answer.status < 300


def pause_after(tries: int) -> timedelta | None:
    """How long to wait after that many failed tries; nothing when they were enough."""
    return PAUSES[tries - 1] if tries <= len(PAUSES) else None


def checked_events(events: Iterable[str], check: FieldCheck) -> tuple[Event, ...]:
    """Each once, in the order in which they are listed everywhere."""
    wanted = set(events)
    known = {event.value for event in Event}
    check.require(wanted <= known, "events", "Choose from the list of events.")
    check.require(bool(wanted), "events", "Choose at least one event.")
    return tuple(event for event in Event if event in wanted)


def checked_url(url: str, check: FieldCheck, *, allow_loopback: bool) -> str:
    """An address on the internet; with `allow_loopback` also one of this machine, with any port, without TLS."""
    is_typed_well = 0 < len(url) <= LONGEST_URL and all("!" <= char <= "~" and char != "\\" for char in url)
    parts = _split(url) if is_typed_well else None
    if parts is None or not parts.hostname:
        check.require(False, "url", "Enter an address such as https://example.com/imoran.")
        return url
    if allow_loopback and parts.scheme in ("http", "https") and _is_loopback(parts.hostname):
        return url
    check.require(parts.scheme == "https", "url", "The address has to start with https://")
    check.require(parts.username is None, "url", "Leave username and password out of the address.")
    check.require(not parts.fragment, "url", "Leave out what follows the # sign.")
    check.require(parts.port in (None, HTTPS_PORT), "url", "Leave out the port: it has to be 443.")
    check.require(_may_be_public(parts.hostname), "url", "The address has to be reachable from the internet.")
    return url


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        # Asked for once here, because it raises for what is no port.
        return parts if parts.port != 0 else None
    except ValueError:
        return None


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


INWARD_NAMES = (".localhost", ".local", ".internal", ".lan", ".home", ".corp", ".home.arpa", ".test", ".invalid")


def _may_be_public(host: str) -> bool:
    """As far as the name tells; what it stands for is looked at whenever something is sent."""
    try:
        return is_public(ip_address(host))
    except ValueError:
        name = host.rstrip(".").lower()
        return "." in name and not name.endswith(INWARD_NAMES) and not name.rpartition(".")[2].isdigit()


_PUBLIC_V6 = IPv6Network("2000::/3")
_NOT_PUBLIC: tuple[IPv4Network | IPv6Network, ...] = (
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),  # relays of 6to4
    IPv6Network("2001::/23"),  # Teredo and others of the protocols' own
    IPv6Network("2001:db8::/32"),
    IPv6Network("2002::/16"),  # 6to4: another way to write an IPv4 address
    IPv6Network("3fff::/20"),
)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether anybody on the internet could have that address: not this machine's, its network's or a group's."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address not in _PUBLIC_V6:
            return False
    is_special = address.is_multicast or address.is_reserved or address.is_unspecified
    return address.is_global and not is_special and not any(address in network for network in _NOT_PUBLIC)


def secret_text(secret: bytes) -> str:
    """How people and programs keep a secret."""
    return SECRET_PREFIX + b64encode(secret).decode()


def signature(secret: bytes, message_id: str, sent_at: int, body: bytes) -> str:
    """By the Standard Webhooks scheme, version 1; `sent_at` in seconds since 1970 (UTC)."""
    signed = b".".join([message_id.encode(), str(sent_at).encode(), body])
    return "v1," + b64encode(hmac.new(secret, signed, sha256).digest()).decode()


def signed_headers(secrets: Sequence[bytes], message_id: str, sent_at: datetime, body: bytes) -> dict[str, str]:
    """What a receiver needs to know that a message is ours and fresh: one signature for each secret in force."""
    seconds = int(sent_at.timestamp())
    signatures = " ".join(signature(secret, message_id, seconds, body) for secret in secrets)
    return {"webhook-id": message_id, "webhook-timestamp": str(seconds), "webhook-signature": signatures}
