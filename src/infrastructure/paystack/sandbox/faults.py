"""Faults on demand: what the network, a proxy or Paystack itself can do to a call."""

from typing import Annotated, Any, Literal

import msgspec

from infrastructure.paystack.sandbox import refusals
from infrastructure.paystack.sandbox.behaviour import Seconds
from infrastructure.paystack.sandbox.endpoints import Endpoint


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One fault, for the next `count` calls of an endpoint (None: until cleared); delays are real seconds.

    - `acts`: whether the call takes effect before its answer is spoilt; by default it does, unless the fault
      names a status or an error.
    - `never`: no answer comes at all; the connection stays open until the caller gives up.
    - `drop`: the answer breaks off after its first byte and the connection closes.
    - `error`: the code of a known refusal, such as `duplicate_reference` or `rate_limited`.
    - `content`: any text instead of the body.
    - `data`, `without`: values to set in, names to drop from the answer's `data` (each item's, in a list).
    - `drip_s`: pause between the ten pieces in which the body is sent.
    """

    endpoint: Endpoint | Literal["*"]
    count: Annotated[int, msgspec.Meta(ge=1)] | None = 1
    acts: bool | None = None
    delay_before_s: Seconds = 0
    delay_after_s: Seconds = 0
    never: bool = False
    drop: bool = False
    drip_s: Seconds = 0
    error: str | None = None
    status: Annotated[int, msgspec.Meta(ge=200, le=599)] | None = None
    body: Literal["json", "html", "empty", "truncated", "huge"] = "json"
    content: str | None = None
    data: dict[str, Any] = {}
    without: tuple[str, ...] = ()
    headers: dict[str, str] = {}

    def __post_init__(self) -> None:
        if self.error is not None and self.error not in refusals.BY_CODE:
            known = ", ".join(sorted(refusals.BY_CODE))
            message = f"error has to be one of {known}"
            raise ValueError(message)

    @property
    def takes_effect(self) -> bool:
        return (self.status is None and self.error is None) if self.acts is None else self.acts


class Faults:
    """The faults that wait for their calls, first set first met."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Fault, int | None]] = []

    def set(self, fault: Fault) -> None:
        self._waiting.append((fault, fault.count))

    def clear(self) -> None:
        self._waiting.clear()

    def waiting(self) -> list[Fault]:
        """Return the faults still to come, each with the count that is left."""
        return [msgspec.structs.replace(fault, count=left) for fault, left in self._waiting]

    def take(self, endpoint: str) -> Fault | None:
        """Use up one count of the first fault that fits."""
        for place, (fault, left) in enumerate(self._waiting):
            if fault.endpoint in {endpoint, "*"}:
                if left == 1:
                    del self._waiting[place]
                elif left is not None:
                    self._waiting[place] = (fault, left - 1)
                return fault
        return None
