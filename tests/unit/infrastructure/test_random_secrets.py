"""Session keys, reset tokens and bearer tokens."""

from __future__ import annotations

import re
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infrastructure.secrets.random_secrets import BASE62, RandomSecrets

SECRETS = RandomSecrets()
TOKEN = SECRETS.new_api_token().plain


def test_a_bearer_token_has_its_prefix_its_256_bits_and_its_checksum() -> None:
    assert re.fullmatch(r"imo_[0-9A-Za-z]{43}[0-9A-Za-z]{6}", TOKEN)
    assert 62**43 >= 2**256
    assert SECRETS.is_api_token(TOKEN)


@pytest.mark.parametrize("make", [SECRETS.new_session_key, SECRETS.new_reset_token])
def test_a_key_for_a_cookie_or_a_reset_has_256_bits_in_characters_that_need_no_quotes(make: object) -> None:
    assert callable(make)
    assert re.fullmatch(r"[0-9A-Za-z_-]{43}", make().plain)


@pytest.mark.parametrize("make", [SECRETS.new_session_key, SECRETS.new_reset_token, SECRETS.new_api_token])
def test_no_secret_comes_twice(make: object) -> None:
    assert callable(make)
    assert len({make().plain for _ in range(2_000)}) == 2_000


def test_a_secret_is_stored_under_its_sha256_and_never_shown() -> None:
    secret = SECRETS.new_api_token()
    assert secret.hashed == SECRETS.hash_of(secret.plain) == sha256(secret.plain.encode()).digest()
    assert secret.plain not in f"{secret!r} {secret}"


@given(st.integers(0, len(TOKEN) - 1), st.characters())
def test_every_single_wrong_character_is_noticed(position: int, character: str) -> None:
    typed = TOKEN[:position] + character + TOKEN[position + 1 :]
    assert SECRETS.is_api_token(typed) == (typed == TOKEN)


@given(st.integers(0, len(TOKEN) - 2))
def test_two_swapped_neighbours_are_noticed(position: int) -> None:
    typed = TOKEN[:position] + TOKEN[position + 1] + TOKEN[position] + TOKEN[position + 2 :]
    assert SECRETS.is_api_token(typed) == (typed == TOKEN)


@given(st.text(BASE62, min_size=6, max_size=6))
def test_no_other_checksum_fits_the_same_token(checksum: str) -> None:
    typed = TOKEN[:-6] + checksum
    assert SECRETS.is_api_token(typed) == (typed == TOKEN)


@given(st.text())
def test_nothing_that_somebody_types_is_a_token_or_a_fault(typed: str) -> None:
    assert not SECRETS.is_api_token(typed)
    assert not SECRETS.is_api_token(f"imo_{typed}")
    assert len(SECRETS.hash_of(typed)) == 32


@pytest.mark.parametrize(
    "typed",
    ["", "imo_", TOKEN[:-1], TOKEN + "0", TOKEN.swapcase(), f" {TOKEN}", f"{TOKEN}\n", TOKEN[4:], "\ud800"],
    ids=range(9),  # the token is another one in each process
)
def test_a_token_is_recognised_whole_or_not_at_all(typed: str) -> None:
    assert not SECRETS.is_api_token(typed)
