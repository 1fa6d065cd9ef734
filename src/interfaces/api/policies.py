"""Who may call an operation, and what it reads: every operation of the API names one of these."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.accounts import Role

OPT = "access"
"""Under this key a handler carries its `Access`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """`roles` may call, with a bearer token; with `needs_token` off anybody may, and no token is looked at."""

    needs_token: bool = True
    roles: frozenset[Role] = frozenset(Role)


PUBLIC = Policy(needs_token=False)
ANY_ROLE = Policy()
CLIENTS = Policy(roles=frozenset({Role.CLIENT}))
CONSULTANTS = Policy(roles=frozenset({Role.CONSULTANT}))


class Body(StrEnum):
    """The media types that operations read."""

    JSON = "application/json"
    MULTIPART = "multipart/form-data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What the gate needs to know of an operation. Without `body` it reads none; an optional one may be left
    out altogether. With `takes_key` it has one effect and one answer under an Idempotency-Key.
    """

    policy: Policy
    body: Body | None = None
    body_is_optional: bool = False
    takes_key: bool = False
