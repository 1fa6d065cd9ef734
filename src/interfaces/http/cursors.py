"""Where the next page of a list begins, as text that only we can write."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64

import msgspec

from application.paging import Key
from interfaces.http.problems import InvalidCursor

_SEAL_LENGTH = 16
_LONGEST = 2000
_decode_key = msgspec.json.Decoder(Key).decode
_encode_key = msgspec.json.Encoder().encode


class Cursors:
    """Seals and opens the cursors of one list.

    `list_name` says which list it is, with its filters and its reader where those change what is in it: a
    cursor fits only where it was handed out.
    """

    def __init__(self, key: bytes, list_name: str) -> None:
        self._key = key
        self._list_name = list_name.encode()

    def write(self, key: Key | None) -> str | None:
        """A cursor that begins after `key`; nothing after the last page."""
        if key is None:
            return None
        content = _encode_key(key)
        return urlsafe_b64encode(self._seal(content) + content).rstrip(b"=").decode()

    def read(self, cursor: str | None) -> Key | None:
        """The key; nothing for the first page. Raises `InvalidCursor` for what was not written here."""
        if not cursor:
            return None
        try:
            raw = urlsafe_b64decode(cursor[:_LONGEST].encode("ascii") + b"==")
        except (NotBase64, UnicodeEncodeError) as fault:
            raise InvalidCursor from fault
        seal, content = raw[:_SEAL_LENGTH], raw[_SEAL_LENGTH:]
        if not hmac.compare_digest(seal, self._seal(content)):
            raise InvalidCursor
        return _decode_key(content)

    def _seal(self, content: bytes) -> bytes:
        return hmac.digest(self._key, self._list_name + b"\0" + content, "sha256")[:_SEAL_LENGTH]
