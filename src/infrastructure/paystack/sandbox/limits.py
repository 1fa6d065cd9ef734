"""Paystack's rate limits: so many calls in each minute, counted by endpoint in live mode."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from infrastructure.paystack.sandbox.endpoints import Endpoint
from infrastructure.paystack.sandbox.settings import SandboxSettings

WINDOW_S = 60
TEST_LIMIT = 100
LIVE_LIMIT = 600
LIVE_LIMITS: dict[Endpoint, int] = {
    "verify": 3_000,
    "resolve_account": 1_500,
    "initialize": 1_200,
    "charge_authorization": 1_200,
    "transfer": 900,
}


@dataclass(frozen=True, kw_only=True)
class Overrun:
    """A call beyond a limit: it may be tried again in `reset_s` seconds."""

    limit: int
    reset_s: int

    @property
    def headers(self) -> dict[str, str]:
        return {
            "x-ratelimit-limit": str(self.limit),
            "x-ratelimit-remaining": "0",
            "x-ratelimit-reset": str(self.reset_s),
        }


class RateLimits:
    """Counts the calls of the present minute, real time or the test's clock."""

    def __init__(self, settings: SandboxSettings) -> None:
        self._settings = settings
        self._window: datetime | None = None
        self._calls: Counter[str] = Counter()

    def count(self, endpoint: Endpoint) -> Overrun | None:
        """Count one call; returns what it overran, or None when it may pass."""
        now = self._settings.clock()
        if self._window is None or (now - self._window).total_seconds() >= WINDOW_S:
            self._window = now
            self._calls.clear()
        is_own = self._settings.domain == "live" and endpoint in LIVE_LIMITS
        limit = LIVE_LIMITS[endpoint] if is_own else self._default
        counter = endpoint if is_own else "*"
        self._calls[counter] += 1
        if self._calls[counter] <= limit:
            return None
        return Overrun(limit=limit, reset_s=WINDOW_S - int((now - self._window).total_seconds()))

    def forget(self) -> None:
        """Begin to count anew."""
        self._window = None

    @property
    def _default(self) -> int:
        return LIVE_LIMIT if self._settings.domain == "live" else TEST_LIMIT
