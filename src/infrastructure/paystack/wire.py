"""What all of Paystack's answers have in common. Everything that a decision needs is read strictly; what is only
shown may be absent, null or spelled in another way.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

import msgspec

from domain.money import LARGEST_AMOUNT
from domain.payments import PaymentGatewayUnavailable

Data = TypeVar("Data")

PaystackId = Annotated[int, msgspec.Meta(gt=0, le=2**63 - 1)]
Subunits = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_AMOUNT)]
Currency = Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{3}\Z")]
Name = Annotated[str, msgspec.Meta(max_length=255, pattern=r"\A[^\x00-\x1f]*\Z")]
"""A code, a reference, a word that says something: one line that any database can store."""
Instant = Annotated[datetime, msgspec.Meta(tz=True)]

LONGEST_TEXT = 500


class Meta(msgspec.Struct, frozen=True):
    """What a list says of its pages. Both kinds of paging, and numbers as text, occur."""

    page_count: int | str | None = msgspec.field(name="pageCount", default=None)
    next: str | None = None

    @property
    def last_page(self) -> int | None:
        """The number of the last page, if the list tells."""
        text = str(self.page_count)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    @property
    def next_cursor(self) -> str | None:
        """Where the next page begins; the word `null` is none."""
        return None if self.next in (None, "", "null") else self.next


class Envelope(msgspec.Struct, frozen=True):
    """What every answer is wrapped in. `status` says how the call went, never how the payment went."""

    status: bool
    message: str = ""
    data: msgspec.Raw = msgspec.Raw(b"null")
    meta: msgspec.Raw = msgspec.Raw(b"null")
    code: str | None = None

    def read(self, kind: type[Data]) -> Data:
        """Its data. Raises `PaymentGatewayUnavailable` for nonsense."""
        return decoded(self.data, kind)

    @property
    def pages(self) -> Meta:
        """What it says of its pages; nothing when that makes no sense."""
        try:
            return msgspec.json.decode(self.meta, type=Meta)
        except msgspec.MsgspecError:
            return Meta()


def decoded(raw: msgspec.Raw, kind: type[Data]) -> Data:
    """Strictly. Raises `PaymentGatewayUnavailable`."""
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
        raise PaymentGatewayUnavailable from fault


def shown(text: Any) -> str | None:
    """A text that is only shown: of whatever there is, in a length that fits, without what cannot be stored."""
    return text.replace("\x00", "")[:LONGEST_TEXT] if isinstance(text, str) else None


def written(instant: datetime) -> str:
    """An instant as Paystack writes it: UTC with milliseconds and Z."""
    utc = instant.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03}Z"
