"""Session keys, bearer tokens and reset tokens: random, and stored only as hashes."""

from __future__ import annotations

import secrets
import string
import zlib
from hashlib import sha256

from application.accounts.ports import Secret
from domain import recovery_codes

BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
TOKEN_PREFIX = "imo_"  # noqa: S105 - a public prefix, by which scanners find leaked tokens
RANDOM_LENGTH = 43
CHECKSUM_LENGTH = 6


class RandomSecrets:
    """`Secrets`."""

    def new_session_key(self) -> Secret:
        """256 random bits."""
        return self._secret(secrets.token_urlsafe(32))

    def new_reset_token(self) -> Secret:
        """256 random bits."""
        return self._secret(secrets.token_urlsafe(32))

    def new_feed_token(self) -> Secret:
        """256 random bits."""
        return self._secret(secrets.token_urlsafe(32))

    def new_recovery_code(self) -> Secret:
        """80 random bits."""
        return self._secret("".join(secrets.choice(recovery_codes.ALPHABET) for _ in range(recovery_codes.LENGTH)))

    def new_api_token(self) -> Secret:
        """`imo_`, 43 random base62 characters (256 bits), a CRC-32 in base62."""
        body = "".join(secrets.choice(BASE62) for _ in range(RANDOM_LENGTH))
        return self._secret(TOKEN_PREFIX + body + _checksum(body))

    def hash_of(self, plain: str) -> bytes:
        """SHA-256; enough for secrets that nobody can guess."""
        return sha256(plain.encode("utf-8", "surrogatepass")).digest()

    def is_api_token(self, plain: str) -> bool:
        """Whether somebody typed it right; says nothing about whether it is good."""
        body, checksum = plain[len(TOKEN_PREFIX) : -CHECKSUM_LENGTH], plain[-CHECKSUM_LENGTH:]
        return (
            plain.startswith(TOKEN_PREFIX)
            and len(body) == RANDOM_LENGTH
            and plain.isascii()
            and checksum == _checksum(body)
        )

    def _secret(self, plain: str) -> Secret:
        return Secret(plain=plain, hashed=self.hash_of(plain))


def _checksum(body: str) -> str:
    value = zlib.crc32(body.encode())
    digits = []
    for _ in range(CHECKSUM_LENGTH):
        value, digit = divmod(value, len(BASE62))
        digits.append(BASE62[digit])
    return "".join(digits)
