"""Bodies are read strictly, and complain about everything at once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from domain.refusals import Invalid
from interfaces.api.json_bodies import BodyReader
from interfaces.api.requests import AccountRequest, AvailabilityRequest, MoneyRequest, TokenRequest
from interfaces.http.problems import MalformedBody

TOKENS = BodyReader(TokenRequest)
SLOTS = BodyReader(AvailabilityRequest)
SLOT = {"starts_at": "2030-01-31T09:00:00Z", "ends_at": "2030-01-31T10:00:00+01:00", "price": 500_000}


def _complaints(reader: BodyReader, body: object) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        reader.read(msgspec.json.encode(body))
    return {error.field: error.message for error in caught.value.errors}


def test_a_good_body_becomes_a_struct() -> None:
    request = SLOTS.read(msgspec.json.encode(SLOT))
    assert isinstance(request, AvailabilityRequest)
    assert request.starts_at == datetime(2030, 1, 31, 9, tzinfo=UTC)
    assert (request.price, request.max_slots) == (500_000, msgspec.UNSET)


def test_money_is_an_object_too() -> None:
    request = SLOTS.read(msgspec.json.encode(SLOT | {"price": {"amount": 5, "currency": "NGN"}}))
    assert isinstance(request, AvailabilityRequest)
    assert request.price == MoneyRequest(amount=5, currency="NGN")


def test_every_fault_is_named_at_once_in_words() -> None:
    body = {"password": 5, "scopes": ["read", "admin"], "expires_in": "soon", "is_admin": True}
    assert _complaints(TOKENS, body) == {
        "is_admin": "There is no such field.",
        "identifier": "Enter your username or e-mail address.",
        "password": "Enter your password.",
        "scopes.1": "Choose among read, write.",
        "expires_in": "Enter a number of seconds, at most 365 days.",
    }


@pytest.mark.parametrize("amount", [1.0, 1.5, "5", True, None, [5]])
def test_money_is_nothing_but_whole_subunits(amount: Any) -> None:
    assert _complaints(SLOTS, SLOT | {"price": {"amount": amount, "currency": "NGN"}}).keys() == {"price.amount"}


@pytest.mark.parametrize("instant", ["2030-01-31T09:00:00", "2030-02-30T09:00:00Z", "tomorrow", 5, None, ""])
def test_an_instant_has_an_offset_and_exists(instant: Any) -> None:
    assert _complaints(SLOTS, SLOT | {"starts_at": instant}).keys() == {"starts_at"}


def test_a_field_that_is_left_out_differs_from_one_that_is_null() -> None:
    reader = BodyReader(AccountRequest)
    assert reader.read(b"{}") == AccountRequest()
    assert reader.read(b'{"phone_number": null}') == AccountRequest(phone_number=None)
    assert _complaints(reader, {"first_name": None}).keys() == {"first_name"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"1",
        b"null",
        b"[" * 60_000,
        b'{"a":' * 12_000,
        b'{"identifier": NaN, "password": "x"}',
        b'{"identifier": "\xff", "password": "x"}',
        b'{"identifier": "\\ud800", "password": "x"}',
        b'{"identifier": "a\\u0000", "password": "x"}',
        b'{"identifier": "a", "identifier": "b", "password": "x"}',
        '{"identifier": "a", "password": "x"}'.encode("utf-16"),
        b'{"identifier": ' + b"9" * 60_000 + b', "password": "x"}',
    ],
)
def test_what_is_no_clean_json_object_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedBody):
        TOKENS.read(body)


def test_a_backslash_before_four_noughts_is_text() -> None:
    request = TOKENS.read(rb'{"identifier": "a", "password": "\\u0000"}')
    assert isinstance(request, TokenRequest)
    assert request.password == "\\u0000"
