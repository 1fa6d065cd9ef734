"""What every answer tells browsers to refuse."""

from __future__ import annotations

from dataclasses import replace

import pytest

from interfaces.http.security_headers import SecurityHeaders
from interfaces.http.settings import HttpSettings
from tests.unit.interfaces.requests import Headers, answering, http_scope, sent_by

SETTINGS = HttpSettings(
    public_url="https://imoran.example",
    checkout_origin="https://checkout.paystack.com",
    csrf_key=b"k",
    cursor_key=b"k",
    currency="NGN",
)
HTML: Headers = [(b"content-type", b"text/html; charset=utf-8")]


async def _headers(headers: Headers, settings: HttpSettings = SETTINGS) -> dict[bytes, bytes]:
    sent, _ = await sent_by(SecurityHeaders(answering(headers=headers), settings), http_scope())
    return sent


def _directives(headers: dict[bytes, bytes]) -> dict[str, str]:
    policy = headers[b"content-security-policy"].decode()
    return dict(directive.strip().partition(" ")[::2] for directive in policy.split(";"))


async def test_a_page_runs_only_files_of_ours_and_may_lead_to_the_checkout() -> None:
    directives = _directives(await _headers(HTML))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == directives["style-src"] == "'self'"
    assert directives["form-action"] == "'self' https://checkout.paystack.com"
    assert directives["frame-ancestors"] == directives["base-uri"] == "'none'"
    assert "unsafe" not in str(directives)


@pytest.mark.parametrize("kind", [b"application/json", b"application/problem+json", b"image/webp", b"text/css"])
async def test_what_is_no_page_may_load_nothing(kind: bytes) -> None:
    headers = await _headers([(b"content-type", kind)])
    assert _directives(headers) == {"default-src": "'none'", "frame-ancestors": "'none'"}


async def test_an_answer_without_a_body_is_guarded_too() -> None:
    headers = await _headers([])
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"cross-origin-opener-policy"] == b"same-origin"
    assert headers[b"cross-origin-resource-policy"] == b"same-origin"
    assert headers[b"referrer-policy"] == b"strict-origin-when-cross-origin"
    for power in (b"camera=()", b"microphone=()", b"geolocation=()", b"payment=()"):
        assert power in headers[b"permissions-policy"]


async def test_nothing_is_kept_unless_its_handler_says_so() -> None:
    assert (await _headers(HTML))[b"cache-control"] == b"no-store"
    kept = await _headers([(b"cache-control", b"public, max-age=5")])
    assert kept[b"cache-control"] == b"public, max-age=5"


async def test_a_stricter_policy_of_a_handler_stays() -> None:
    headers = await _headers(
        [*HTML, (b"content-security-policy", b"sandbox"), (b"referrer-policy", b"no-referrer")]
    )
    assert headers[b"content-security-policy"] == b"sandbox"
    assert headers[b"referrer-policy"] == b"no-referrer"


async def test_only_production_insists_on_https() -> None:
    assert b"strict-transport-security" not in await _headers(HTML)
    headers = await _headers(HTML, replace(SETTINGS, is_production=True))
    assert headers[b"strict-transport-security"] == b"max-age=31536000; includeSubDomains"
    assert "upgrade-insecure-requests" in _directives(headers)
