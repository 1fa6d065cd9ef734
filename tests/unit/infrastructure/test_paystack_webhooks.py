"""Webhooks: whose they are, and what they are about."""

from __future__ import annotations

import hmac
import json
from hashlib import sha256, sha512
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.payments import BadSignature
from domain.refusals import Invalid
from infrastructure.paystack.webhooks import LONGEST_REFERENCE, PaystackWebhooks

KEY = "sk_test_golden"
BODY = b'{"event":"charge.success","data":{"id":4099260516,"reference":"imo-abc","status":"success"}}'
SIGNATURE = (
    "496b33cbd5f74f35be0dda413248b9cca5ca221026ae1cb9a05b9765101f8712"
    "1d0889b8891a9d576492ec1910fa3ea45dd0f6dafdc8b7364e76fd90f99c7a79"
)
"""Made with `openssl dgst -sha512 -hmac`."""
read = PaystackWebhooks(KEY)


def signed(event: Any) -> tuple[bytes, list[str]]:
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    return body, [hmac.new(KEY.encode(), body, sha512).hexdigest()]


def test_a_delivery_that_openssl_signed_is_read() -> None:
    notice = read(BODY, [SIGNATURE])
    assert (notice.event, notice.reference) == ("charge.success", "imo-abc")
    assert notice.dedupe_key == "charge.success:4099260516"


@given(st.integers(0, len(BODY) * 8 - 1))
def test_one_bit_of_the_body_makes_it_somebody_elses(bit: int) -> None:
    forged = bytearray(BODY)
    forged[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BadSignature):
        read(bytes(forged), [SIGNATURE])


@given(st.integers(0, len(SIGNATURE) - 1), st.characters(max_codepoint=255))
def test_one_character_of_the_signature_makes_it_somebody_elses(position: int, character: str) -> None:
    forged = SIGNATURE[:position] + character + SIGNATURE[position + 1 :]
    if forged != SIGNATURE:
        with pytest.raises(BadSignature):
            read(BODY, [forged])


OTHER_HEADERS: dict[str, list[str]] = {
    "none": [],
    "empty": [""],
    "twice": [SIGNATURE, SIGNATURE],
    "a wrong one first": ["0" * 128, SIGNATURE],
    "a wrong one behind": [SIGNATURE, "0" * 128],
    "two in one": [f"{SIGNATURE}, {SIGNATURE}"],
    "cut short": [SIGNATURE[:64]],
    "space around it": [f" {SIGNATURE} "],
    "with a scheme": [f"sha512={SIGNATURE}"],
    "of SHA-256": [hmac.new(KEY.encode(), BODY, sha256).hexdigest()],
    "with another key": [hmac.new(b"sk_live_golden", BODY, sha512).hexdigest()],
    "with no key": [hmac.new(b"", BODY, sha512).hexdigest()],
    "a hash without a key": [sha512(BODY).hexdigest()],
}


@pytest.mark.parametrize("header", OTHER_HEADERS)
def test_exactly_one_header_with_exactly_our_signature_counts(header: str) -> None:
    with pytest.raises(BadSignature):
        read(BODY, OTHER_HEADERS[header])


def test_the_same_event_in_other_bytes_is_refused() -> None:
    for body in (json.dumps(json.loads(BODY)).encode(), BODY + b"\n", b" " + BODY, b"\xef\xbb\xbf" + BODY):
        with pytest.raises(BadSignature):
            read(body, [SIGNATURE])


def test_an_unsigned_delivery_is_not_even_parsed() -> None:
    with pytest.raises(BadSignature):
        read(b"not JSON at all", [SIGNATURE])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"event":1}',
        b'{"event":"x","data":[]}',
        b'{"event":"x","data":null}',
        b"\xff",
    ],
)
def test_signed_nonsense_is_invalid(body: bytes) -> None:
    with pytest.raises(Invalid):
        read(*signed(body))


@pytest.mark.parametrize("event", ["refund.processed", "refund.failed", "refund.pending"])
def test_a_refund_is_about_its_transaction(event: str) -> None:
    data = {"transaction_reference": "imo-abc", "reference": "another", "id": 7}
    assert read(*signed({"event": event, "data": data})).reference == "imo-abc"


@pytest.mark.parametrize("reference", [None, 7, ["imo-abc"], {"x": 1}, "x" * (LONGEST_REFERENCE + 1)])
def test_a_reference_that_cannot_be_ours_is_none(reference: object) -> None:
    assert read(*signed({"event": "charge.success", "data": {"reference": reference}})).reference is None


def test_one_charge_is_one_piece_of_news_however_often_it_is_told() -> None:
    told = {"event": "charge.success", "data": {"id": 1, "reference": "imo-abc"}}
    told_again = {"event": "charge.success", "data": {"id": 1, "reference": "imo-abc", "retries": 2}}
    assert read(*signed(told)).dedupe_key == read(*signed(told_again)).dedupe_key


def test_another_charge_and_another_event_are_other_news() -> None:
    events = [
        {"event": "charge.success", "data": {"id": 1}},
        {"event": "charge.success", "data": {"id": 2}},
        {"event": "charge.failed", "data": {"id": 1}},
        {"event": "refund.pending", "data": {"id": 1}},
        {"event": "refund.processed", "data": {"id": 1}},
        {"event": "charge.success", "data": {}},
    ]
    assert len({read(*signed(event)).dedupe_key for event in events}) == len(events)


def test_the_very_same_bytes_are_the_same_news_whatever_they_say() -> None:
    delivery = signed({"event": "something.new", "data": {"deep": [1, {"x": None}]}})
    assert read(*delivery).dedupe_key == read(*delivery).dedupe_key
