"""Hashes of passwords and of security answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher, extract_parameters

from infrastructure.secrets import argon2_hasher
from infrastructure.secrets.argon2_hasher import Argon2Hasher, Busy

PEPPER = bytes(range(32))


@pytest.fixture
def hasher() -> Argon2Hasher:
    return Argon2Hasher(PEPPER)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The parameters of every verification that is really done."""
    done: list[str] = []
    verify = PasswordHasher.verify

    def recorded(self: PasswordHasher, known: str, secret: str | bytes) -> bool:
        done.append(known.rsplit("$", 2)[0])
        return verify(self, known, secret)

    monkeypatch.setattr(PasswordHasher, "verify", recorded)
    return done


async def test_a_password_is_hashed_with_argon2id_of_19_mib_and_two_passes(hasher: Argon2Hasher) -> None:
    password_hash = await hasher.hash_password("bright-harmattan-morning")
    assert password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert extract_parameters(password_hash).salt_len >= 16
    assert extract_parameters(password_hash).hash_len >= 32


async def test_an_answer_is_hashed_with_more_memory(hasher: Argon2Hasher) -> None:
    assert (await hasher.hash_answer("seven umbrellas")).startswith("$argon2id$v=19$m=47104,t=2,p=1$")


async def test_the_right_secret_fits_and_no_other(hasher: Argon2Hasher) -> None:
    password_hash = await hasher.hash_password("bright-harmattan-morning")
    answer_hash = await hasher.hash_answer("seven umbrellas")
    assert await hasher.verify_password(password_hash, "bright-harmattan-morning")
    assert await hasher.verify_answer(answer_hash, "seven umbrellas")
    for wrong in ("", "bright-harmattan-mornin", "Bright-harmattan-morning", "bright-harmattan-morning\x00"):
        assert not await hasher.verify_password(password_hash, wrong)
    assert not await hasher.verify_answer(answer_hash, "seven umbrella")


async def test_the_last_of_256_characters_counts(hasher: Argon2Hasher) -> None:
    password_hash = await hasher.hash_password("ż" * 255 + "a")
    assert await hasher.verify_password(password_hash, "ż" * 255 + "a")
    assert not await hasher.verify_password(password_hash, "ż" * 255 + "b")


async def test_the_same_secret_is_never_hashed_to_the_same_text(hasher: Argon2Hasher) -> None:
    assert await hasher.hash_password("x" * 12) != await hasher.hash_password("x" * 12)


async def test_answers_need_the_pepper(hasher: Argon2Hasher) -> None:
    answer_hash = await hasher.hash_answer("seven umbrellas")
    assert not await Argon2Hasher(b"\x00" * 32).verify_answer(answer_hash, "seven umbrellas")


@pytest.mark.parametrize("kind", ["password", "answer"])
async def test_an_unknown_account_costs_the_same_work_as_a_wrong_secret(
    hasher: Argon2Hasher, work: list[str], kind: str
) -> None:
    hash_secret = getattr(hasher, f"hash_{kind}")
    verify: Callable[..., asyncio.Future[bool]] = getattr(hasher, f"verify_{kind}")
    known_hash = await hash_secret("bright-harmattan-morning")
    assert not await verify(known_hash, "wrong")
    assert not await verify(None, "wrong")
    assert not await verify(None, "bright-harmattan-morning")
    assert len(work) == 3
    assert len(set(work)) == 1


@pytest.mark.parametrize("broken", ["", "plain text", "$argon2id$v=19$m=19456,t=2,p=1$", "$2b$12$abc"])
async def test_a_hash_that_is_none_fits_nothing(hasher: Argon2Hasher, broken: str) -> None:
    assert not await hasher.verify_password(broken, "x" * 12)


async def test_a_weaker_hash_has_to_be_made_again_and_todays_has_not(hasher: Argon2Hasher) -> None:
    weaker = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("x" * 12)
    assert hasher.password_needs_rehash(weaker)
    assert await hasher.verify_password(weaker, "x" * 12)
    assert not hasher.password_needs_rehash(await hasher.hash_password("x" * 12))


async def test_hashing_does_not_stop_the_event_loop(hasher: Argon2Hasher) -> None:
    hashing = asyncio.create_task(hasher.hash_password("x" * 12))
    turns = 0
    while not hashing.done():
        turns += 1
        await asyncio.sleep(0)
    assert turns > 10


async def test_whoever_would_wait_too_long_is_refused(
    hasher: Argon2Hasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(argon2_hasher, "LONGEST_WAIT_S", 0.001)
    outcomes = await asyncio.gather(*(hasher.hash_password("x" * 12) for _ in range(12)), return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, Busy)]
    assert 0 < len(refused) < 12
    assert all(isinstance(outcome, str | Busy) for outcome in outcomes)
    assert await hasher.verify_password(await hasher.hash_password("x" * 12), "x" * 12)
