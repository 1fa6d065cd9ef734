"""Secrets of webhooks, sealed with a key that the database does not have."""

from __future__ import annotations

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from application.webhooks.ports import UnreadableSecretError
from domain.webhooks import SECRET_BYTES

NONCE_BYTES = 12


class SealedSecrets:
    """`WebhookSecrets` by AES-256-GCM: a random nonce, then the sealed secret, bound to its endpoint."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def new(self) -> bytes:
        """From the operating system."""
        return os.urandom(SECRET_BYTES)

    def seal(self, secret: bytes, endpoint_id: UUID) -> bytes:
        """Never the same twice."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret, endpoint_id.bytes)

    def open(self, sealed: bytes, endpoint_id: UUID) -> bytes:
        """Raises `UnreadableSecretError` for another key, another endpoint, or a changed byte."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], endpoint_id.bytes)
        except InvalidTag as fault:
            raise UnreadableSecretError from fault
