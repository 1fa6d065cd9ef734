"""argon2id, in threads of its own so that hashing never stalls the event loop."""

from __future__ import annotations

import asyncio
import hmac
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from hashlib import sha256
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.refusals import Kind, Refusal

Result = TypeVar("Result")

LONGEST_WAIT_S = 8.0
"""Forty people who register at once on two processors are through in three seconds."""
PASSWORD_MEMORY_KIB = 19456
ANSWER_MEMORY_KIB = 47104
"""OWASP's floor for passwords; more for answers, which have less in them to guess."""


class Busy(Refusal):
    """Too many hashes are waiting for their turn."""

    code = "busy"
    kind = Kind.UNAVAILABLE
    sentence = "Too many people are signing in at this moment. Try again in a few seconds."


class Argon2Hasher:
    """`SecretHasher`. As many hashes at once as there are processors; a longer wait than eight seconds is refused.

    `pepper` is a secret of at least 32 bytes outside the database: without it a stolen table of answers
    could be guessed through in minutes.
    """

    def __init__(self, pepper: bytes) -> None:
        threads = os.cpu_count() or 1
        self._pepper = pepper
        self._passwords = PasswordHasher(time_cost=2, memory_cost=PASSWORD_MEMORY_KIB, parallelism=1)
        self._answers = PasswordHasher(time_cost=2, memory_cost=ANSWER_MEMORY_KIB, parallelism=1)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="argon2")
        self._turns = asyncio.Semaphore(threads)

    async def hash_password(self, password: str) -> str:
        """A PHC string."""
        return await self._run(lambda: self._passwords.hash(password))

    async def verify_password(self, password_hash: str | None, password: str) -> bool:
        """Without a hash, against one that nothing fits."""
        return await self._run(lambda: _fits(self._passwords, password_hash or self._no_password, password))

    def password_needs_rehash(self, password_hash: str) -> bool:
        """Whether the parameters are older than today's."""
        return self._passwords.check_needs_rehash(password_hash)

    async def hash_answer(self, normalised: str) -> str:
        """A PHC string of the peppered answer."""
        return await self._run(lambda: self._answers.hash(self._peppered(normalised)))

    async def verify_answer(self, answer_hash: str | None, normalised: str) -> bool:
        """Without a hash, against one that nothing fits."""
        peppered = self._peppered(normalised)
        return await self._run(lambda: _fits(self._answers, answer_hash or self._no_answer, peppered))

    @cached_property
    def _no_password(self) -> str:
        return self._passwords.hash(os.urandom(16))

    @cached_property
    def _no_answer(self) -> str:
        return self._answers.hash(os.urandom(16))

    def _peppered(self, normalised: str) -> bytes:
        return hmac.new(self._pepper, normalised.encode(), sha256).digest()

    async def _run(self, work: Callable[[], Result]) -> Result:
        try:
            async with asyncio.timeout(LONGEST_WAIT_S):
                await self._turns.acquire()
        except TimeoutError as waited:
            raise Busy from waited
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._turns.release()


def _fits(hasher: PasswordHasher, known: str, secret: str | bytes) -> bool:
    try:
        return hasher.verify(known, secret)
    except (VerificationError, InvalidHashError):
        return False
