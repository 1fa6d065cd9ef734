"""Webhooks that go out: signatures, addresses, secrets, and how often something is tried."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from uuid import UUID

import pytest

from domain.refusals import FieldCheck, Invalid
from domain.webhooks import (
    DEAD_AFTER,
    OVERLAP,
    PAUSES,
    Answer,
    DisabledBecause,
    Event,
    Failure,
    WebhookDisabled,
    WebhookEndpoint,
    checked_events,
    checked_url,
    has_arrived,
    is_public,
    pause_after,
    secret_text,
    signature,
    signed_headers,
)

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ARRIVED, REFUSED = Answer(status=204), Answer(status=500, failure=Failure.REFUSED)


def endpoint() -> WebhookEndpoint:
    return WebhookEndpoint(
        id=UUID(int=1),
        account_id=UUID(int=2),
        url="https://example.com/hooks",
        events=(Event.BOOKING_CONFIRMED,),
        sealed_secret=b"first",
        created_at=NOW,
    )


def test_the_signature_is_that_of_the_standard() -> None:
    # The example that the scheme's own libraries test themselves with.
    secret = b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    made = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_headers_carry_a_signature_for_each_secret_in_force() -> None:
    headers = signed_headers([b"new", b"old"], "id", NOW, b"{}")
    seconds = int(NOW.timestamp())
    assert headers == {
        "webhook-id": "id",
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(signature(secret, "id", seconds, b"{}") for secret in (b"new", b"old")),
    }


def test_a_secret_is_written_with_its_prefix() -> None:
    assert secret_text(b"\x00" * 32) == "whsec_" + "A" * 43 + "="


def test_an_earlier_secret_signs_for_a_day() -> None:
    one = endpoint()
    one.rotate(b"second", NOW)
    assert one.signing_secrets(NOW + OVERLAP - timedelta(seconds=1)) == (b"second", b"first")
    assert one.signing_secrets(NOW + OVERLAP) == (b"second",)
    one.rotate(b"third", NOW)
    assert one.signing_secrets(NOW) == (b"third", b"second")


def test_secrets_are_not_shown_by_accident() -> None:
    assert "first" not in repr(endpoint())


def test_pauses_grow_and_last_about_three_days() -> None:
    pauses = [pause_after(tries) for tries in range(1, len(PAUSES) + 1)]
    assert pauses == sorted(PAUSES)
    assert timedelta(days=2, hours=20) < sum(PAUSES, timedelta()) <= timedelta(days=3)
    assert pause_after(len(PAUSES) + 1) is None


@pytest.mark.parametrize(
    ("status", "arrived"), [(200, True), (204, True), (299, True), (199, False), (300, False)]
)
def test_any_status_of_success_counts(status: int, arrived: bool) -> None:
    assert has_arrived(Answer(status=status)) is arrived


def test_days_of_failures_switch_an_endpoint_off() -> None:
    one = endpoint()
    one.note(REFUSED, NOW)
    one.note(REFUSED, NOW + DEAD_AFTER - timedelta(seconds=1))
    one.require_enabled()
    one.note(REFUSED, NOW + DEAD_AFTER)
    assert one.disabled_at == NOW + DEAD_AFTER
    assert one.disabled_because is DisabledBecause.FAILURES
    with pytest.raises(WebhookDisabled):
        one.require_enabled()
    one.enable()
    one.require_enabled()
    assert one.failing_since is None


def test_one_that_gets_through_makes_failures_count_anew() -> None:
    one = endpoint()
    one.note(REFUSED, NOW)
    one.note(ARRIVED, NOW + timedelta(days=2))
    one.note(REFUSED, NOW + timedelta(days=4))
    assert one.disabled_at is None
    assert one.failing_since == NOW + timedelta(days=4)


def test_who_says_that_it_is_gone_is_left_alone() -> None:
    one = endpoint()
    one.note(Answer(status=410, failure=Failure.REFUSED), NOW)
    assert one.disabled_because is DisabledBecause.GONE
    one.disable(DisabledBecause.OWNER, NOW + timedelta(days=1))
    assert one.disabled_because is DisabledBecause.GONE


def problems(url: str, *, allow_loopback: bool = False) -> list[str]:
    check = FieldCheck()
    checked_url(url, check, allow_loopback=allow_loopback)
    try:
        check.done()
    except Invalid as refusal:
        return [error.message for error in refusal.errors]
    return []


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/hooks",
        "https://example.com",
        "https://hooks.example.co.uk:443/a?b=c",
        "https://93.184.216.34/hooks",
        "https://[2606:2800:220:1:248:1893:25c8:1946]/hooks",
        "https://xn--mln-0na.example.com/",
    ],
)
def test_addresses_on_the_internet_are_taken(url: str) -> None:
    assert problems(url) == []


NOT_TAKEN = [
    "",
    "example.com",
    "//example.com/",
    "http://example.com/",
    "ftp://example.com/",
    "javascript:alert(1)",
    "https:example.com",
    "https:///path",
    "https://",
    "https:\\\\example.com",
    "https://example.com\\@127.0.0.1/",
    "https://user@example.com/",
    "https://user:password@example.com/",
    "https://example.com:8443/",
    "https://example.com:22/",
    "https://example.com:0/",
    "https://example.com:99999/",
    "https://example.com:port/",
    "https://example.com/#part",
    "https://exa mple.com/",
    "https://example.com/\n",
    "https://example.com/\x00",
    "https://exämple.com/",
    "https://example.com/" + "a" * 2048,
    "https://localhost/",
    "https://LOCALHOST/",
    "https://app.localhost/",
    "https://intranet/",
    "https://printer.local/",
    "https://vault.internal/",
    "https://metadata.google.internal/",
    "https://localhost./",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://0/",
    "https://10.0.0.8/",
    "https://169.254.169.254/latest/meta-data/",
    "https://192.168.1.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[fd00::1]/",
    "https://[fe80::1%25eth0]/",
    "https://[::/",
]


@pytest.mark.parametrize("url", NOT_TAKEN)
def test_anything_else_is_refused_with_a_reason(url: str) -> None:
    assert problems(url)


def test_development_may_send_to_its_own_machine_and_no_further() -> None:
    for url in ("http://127.0.0.1:9000/x", "http://localhost:3000/", "https://localhost/", "http://[::1]:8080/"):
        assert problems(url, allow_loopback=True) == []
    for url in ("http://10.0.0.8/", "http://example.com/", "https://192.168.1.1/", "ftp://localhost/"):
        assert problems(url, allow_loopback=True)


def test_events_are_taken_once_each_in_their_usual_order() -> None:
    check = FieldCheck()
    found = checked_events(["review.written", "booking.confirmed", "review.written"], check)
    assert found == (Event.BOOKING_CONFIRMED, Event.REVIEW_WRITTEN)
    check.done()
    for events in ([], ["booking.sold"], ["webhook.test"], ["booking.confirmed", "*"]):
        check = FieldCheck()
        checked_events(events, check)
        with pytest.raises(Invalid):
            check.done()


PUBLIC = ["8.8.8.8", "93.184.216.34", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001::200e", "::ffff:8.8.8.8"]
INSIDE = [
    "0.0.0.0",  # noqa: S104 - looked at, not listened at
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.254",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:0:127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:a00:1::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456:789a::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_these_are_on_the_internet(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", INSIDE)
def test_these_are_not(address: str) -> None:
    assert not is_public(ip_address(address))
