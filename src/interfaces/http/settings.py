"""What the HTTP edge needs to know about where it runs."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """Built by the composition root from the environment.

    `public_url` is what people type, without a trailing slash; absolute addresses are built from it and
    never from the Host header. `checkout_origin` is where the pay form may redirect to.
    """

    public_url: str
    checkout_origin: str
    csrf_key: bytes = field(repr=False)
    cursor_key: bytes = field(repr=False)
    currency: str
    is_production: bool = False
    metrics_token: str | None = field(default=None, repr=False)

    @property
    def uses_https(self) -> bool:
        """Whether cookies can carry the Secure attribute and the `__Host-` prefix."""
        return self.public_url.startswith("https://")
