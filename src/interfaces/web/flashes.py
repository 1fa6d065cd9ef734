"""A message that the next page shows once, carried there by a signed cookie."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

import msgspec

from interfaces.http import signatures

LIFE_S = 60
_PURPOSE = "flash"
_LONGEST = 1500


class Flash(msgspec.Struct, frozen=True):
    """`kind` is `success` or `info`; mistakes stay in the page that they are about."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class FlashWriter:
    """Seals and opens flash messages: nobody else can make a page say something."""

    key: bytes

    def seal(self, flash: Flash) -> str:
        """The cookie's value."""
        content = signatures.to_text(msgspec.json.encode(flash))
        return f"{content}.{signatures.to_text(signatures.sign(self.key, _PURPOSE, content))}"

    def open(self, sealed: str | None) -> Flash | None:
        """The message, unless it is not ours."""
        content, _, signature = (sealed or "")[:_LONGEST].partition(".")
        given = signatures.from_text(signature)
        if given is None or not hmac.compare_digest(given, signatures.sign(self.key, _PURPOSE, content)):
            return None
        return msgspec.json.decode(signatures.from_text(content) or b"", type=Flash)
